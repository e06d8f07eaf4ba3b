using System.Linq.Expressions;

namespace Warehouse.Sdk;

public sealed partial class DimensionBuilder<TRow>
{
    /// <summary>Attributes that keep the value of the member's earliest event.</summary>
    /// <param name="properties">The properties.</param>
    public DimensionBuilder<TRow> Type0(params Expression<Func<TRow, object?>>[] properties) => Attribute(ScdType.Type0, properties);

    /// <summary>Attributes that are overwritten. A change makes no version.</summary>
    /// <param name="properties">The properties.</param>
    public DimensionBuilder<TRow> Type1(params Expression<Func<TRow, object?>>[] properties) => Attribute(ScdType.Type1, properties);

    /// <summary>Attributes whose change closes the open version and opens a new one.</summary>
    /// <param name="properties">The properties.</param>
    public DimensionBuilder<TRow> Type2(params Expression<Func<TRow, object?>>[] properties) => Attribute(ScdType.Type2, properties);

    /// <summary>Attributes whose value before the last change is kept in <c>previous_x</c>, on the same row.</summary>
    /// <param name="properties">The properties.</param>
    public DimensionBuilder<TRow> Type3(params Expression<Func<TRow, object?>>[] properties) => Attribute(ScdType.Type3, properties);

    /// <summary>
    /// Attributes whose change makes a version, as <see cref="Type2"/> does, and whose latest value stands in <c>current_x</c> on all versions of
    /// the member (Kimball, type 6). So facts can be grouped by what was true then and by what is true now over one link.
    /// </summary>
    /// <param name="properties">The properties.</param>
    /// <remarks>
    /// <c>current_x</c> is written on all versions whatever <see cref="Overwrite"/> says, and keeps its value when the member is deleted. Given to
    /// attributes that were of type 2, the next deployment adds the column and fills it.
    /// </remarks>
    public DimensionBuilder<TRow> Type6(params Expression<Func<TRow, object?>>[] properties) => Attribute(ScdType.Type6, properties);

    /// <summary>
    /// Type 0 attributes that were NULL take the first value that comes and keep that one. By default a type 0 attribute keeps the value of the
    /// member's earliest event, NULL too.
    /// </summary>
    /// <param name="properties">Type 0 attributes.</param>
    public DimensionBuilder<TRow> FillWhenNull(params Expression<Func<TRow, object?>>[] properties)
    {
        ArgumentNullException.ThrowIfNull(properties);
        _filledWhenNull.UnionWith(properties.SelectMany(PropertyExpression.Properties).Select(property => property.Name));
        return this;
    }

    /// <summary>
    /// Gives each member a key for life, the same on all its versions, also after a gap (Kimball, type 7). Facts carry it beside the surrogate key
    /// when asked to (<c>durableKey: true</c> of their link), or instead of it when their link has no <c>asOf</c>.
    /// </summary>
    /// <param name="column">The column name. The default is the dimension's name without <c>dim_</c>, and <c>_durable_key</c>.</param>
    /// <remarks>
    /// It is the surrogate key of the version that the member was first stored with, and stays when that version vanishes. Given to a dimension
    /// that is there, the next deployment adds the column and fills it.
    /// </remarks>
    public DimensionBuilder<TRow> DurableKey(string? column = null)
    {
        _durableKey = column ?? $"{NameWithoutPrefix(Name)}_durable_key";
        return this;
    }

    /// <summary>
    /// Keeps the history in a table of its own (type 4): the dimension's table holds one row per member, its last version, by the durable key;
    /// <c>x_history</c> beside it holds all versions by the surrogate key. Both are written in one transaction. A link with <c>asOf</c> leads to the
    /// history, one without to the current row.
    /// </summary>
    /// <remarks>
    /// The dimension gets a <see cref="DurableKey"/> without asking. A deleted member keeps its row, with an end or marked, as
    /// <see cref="WhenAbsent"/> has it. Only for new tables: a deployment does not move a history that is there.
    /// </remarks>
    public DimensionBuilder<TRow> SeparateHistory()
    {
        _separatesHistory = true;
        _durableKey ??= $"{NameWithoutPrefix(Name)}_durable_key";
        return this;
    }

    /// <summary>
    /// Lets every version say in <c>change_reason</c> why it is there: the columns of the tracked attributes that changed, joined by commas in the
    /// model's order; <c>new</c> of a first version, <c>returned</c> after a gap, <c>inferred</c> of a placeholder until its member arrives, and
    /// <c>deleted</c> of a version that marks a deletion.
    /// </summary>
    /// <remarks>
    /// Late events change it on the version that follows them too. Given to a dimension that is there, the next deployment adds the column and
    /// fills it from the versions.
    /// </remarks>
    public DimensionBuilder<TRow> RecordChangeReason()
    {
        _recordsChangeReason = true;
        return this;
    }

    /// <summary>
    /// Says when two values of an attribute, or of a part of the natural key, count as the same. The default is <see cref="Equality.Exact"/>. A key
    /// is brought to the form in which it is compared when a row is staged, and stored so; facts and bridges that name it are met alike.
    /// </summary>
    /// <param name="property">A text; with <see cref="Equality.Json"/> an attribute of JSON.</param>
    /// <param name="equality">The rule.</param>
    public DimensionBuilder<TRow> Compare(Expression<Func<TRow, object?>> property, Equality equality)
    {
        _equality[PropertyExpression.Property(property).Name] = equality;
        return this;
    }

    /// <summary>
    /// Days that the source writes where it has none, such as 9999-12-31, 1753-01-01 or 0001-01-01. A date or timestamp on one of them, at whatever
    /// time of the day, or an infinite one, is NULL in an attribute. As an effective time it says nothing, so that its row is rejected as one without.
    /// By default every day is taken as it is.
    /// </summary>
    /// <param name="days">The days. They hold for all attributes that are dates or timestamps without a time zone, and for <see cref="EffectiveFrom"/>.</param>
    /// <remarks>Stored values are left as they are until a row says something else of their member: its date is then NULL, which is a change.</remarks>
    public DimensionBuilder<TRow> NullDates(params DateOnly[] days)
    {
        ArgumentNullException.ThrowIfNull(days);
        _nullDates.AddRange(days);
        return this;
    }

    /// <summary>Which versions a type 1 change overwrites. The default is all of them.</summary>
    /// <param name="scope">The scope.</param>
    public DimensionBuilder<TRow> Overwrite(OverwriteScope scope)
    {
        _overwriteScope = scope;
        return this;
    }

    private DimensionBuilder<TRow> Attribute(ScdType type, Expression<Func<TRow, object?>>[] properties)
    {
        _attributes.AddRange(Use(properties).Select(property => (property, type)));
        return this;
    }
}
