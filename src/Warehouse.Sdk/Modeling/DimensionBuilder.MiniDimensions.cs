using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

public sealed partial class DimensionBuilder<TRow>
{
    private readonly List<(MiniDimension<TRow> Mini, bool CurrentKey)> _minis = [];

    /// <summary>
    /// Keeps volatile attributes in a mini-dimension (Kimball, type 4): their change makes no version here. Which combination a member had when is
    /// kept in <c>&lt;mini-dimension&gt;_assignment</c>, by the rules of this dimension: effective times, deletes, snapshots and late events.
    /// </summary>
    /// <param name="profile">The mini-dimension, of the same source row. It belongs to this dimension alone.</param>
    /// <param name="currentKey">
    /// Also keeps the member's current combination in a column <c>current_&lt;key&gt;</c> of this dimension, overwritten on all versions (Kimball, type 5).
    /// The default is <see langword="false"/>. A member without a combination, such as a placeholder, has unknown (-1) there.
    /// </param>
    public DimensionBuilder<TRow> MiniDimension(MiniDimension<TRow> profile, bool currentKey = false)
    {
        ArgumentNullException.ThrowIfNull(profile);
        Use(profile.Parts.Select(part => part.Property));
        _minis.Add((profile, currentKey));
        return this;
    }

    private ProfileHistory[] BuildProfiles(DimensionDefinition definition, RowShape rows)
    {
        Identifier[] staged = [.. rows.Columns.Select(column => column.Name)];
        foreach (var (mini, _) in _minis)
        {
            mini.ExpectSources(rows, Problems, Name);
            Problems.Expect(!staged.Contains(mini.SurrogateKey), Name, $"{mini.SurrogateKey} is a column of its rows and the key of {mini.Name}; rename one of them");
            ExpectFreeNames([mini.SurrogateKey], WorkingColumns.OfDimensions);
        }

        return [.. _minis.Select(profile => new ProfileHistory(
            profile.Mini,
            BuildAssignment(profile.Mini, definition, rows),
            profile.CurrentKey ? new Column($"current_{profile.Mini.SurrogateKey.Value}", ColumnType.BigInt) { Comment = $"The member's current combination in {profile.Mini.Name.Name}, on all of its versions." } : null,
            profile.Mini.In(rows)))];
    }

    // Whether a snapshot may end so many members has been decided by then.
    private Dimension<TRow> BuildAssignment(MiniDimension<TRow> mini, DimensionDefinition owner, RowShape rows)
    {
        string table = $"{mini.Name.Name.Value}_assignment";
        if (table.Length > Identifier.MaximumLength)
        {
            Problems.Add(mini.Name.Name.Value, $"its name with _assignment is longer than {Identifier.MaximumLength} characters; shorten it");
            table = "too_long_assignment";
        }

        var definition = new DimensionDefinition
        {
            SurrogateKey = DimensionKeyName(table),
            NaturalKey = owner.NaturalKey,
            Attributes = [new DimensionAttribute(new Column(mini.SurrogateKey, ColumnType.BigInt) { Comment = $"Surrogate key of {mini.Name.Name}." }, ScdType.Type2, Equality.Exact)],
            DefaultMembers = [],
            EffectiveFrom = owner.EffectiveFrom,
            Sequence = owner.Sequence,
            Operation = owner.Operation,
            FirstVersionFrom = owner.FirstVersionFrom,
            WhenAbsent = owner.WhenAbsent,
            MaxExpireFraction = 1,
            AllowEmptySnapshot = true,
            LateEvents = owner.LateEvents,
            LateHorizon = owner.LateHorizon,
            KeyEquality = owner.KeyEquality,
            OptionalKey = owner.OptionalKey,
            NullDates = owner.NullDates,
            WithoutHistoryViews = true,
        };
        TableSchema schema = DimensionTable.OfVersions(new QualifiedName(Conventions.BusinessSchema, table), definition, Conventions) with
        {
            Comment = $"Which combination of {mini.Name.Name} each member of {Name} had when.",
        };
        ExpectDistinctColumns(schema.Columns);
        return new Dimension<TRow>(schema, rows, Conventions, definition)
        {
            Events = definition.LateEvents == Sdk.LateEvents.Reconcile ? EventTable.Schema(schema.Name, definition, Conventions) : null,
        };
    }
}
