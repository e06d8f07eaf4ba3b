using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// What a version holds that follows from the other versions of its member. It reads versions as <c>given_key, held_from, ends_at, is_delete,
/// version_number</c> and the tracked attributes, through the windows that stand beside it.
/// </summary>
internal static class SnowflakeVersionSql
{
    /// <summary>A member's versions in order.</summary>
    public static SqlText Member(Dimension dimension) => Rules.Sql($"(PARTITION BY {Key(dimension)} ORDER BY src.version_number)");

    /// <summary>A member's versions backwards.</summary>
    public static SqlText Latest(Dimension dimension) => Rules.Sql($"(PARTITION BY {Key(dimension)} ORDER BY src.version_number DESC)");

    private static SqlText Key(Dimension dimension) => Inline("src", dimension.NaturalKey.Select(column => column.Name));

    /// <summary>The values of type 6 attributes in the member's latest version.</summary>
    public static IEnumerable<(Identifier Name, SqlText Value)> CurrentValues(Dimension dimension)
        => from attribute in dimension.Attributes
           where attribute.Current is not null
           select (attribute.Current!.Name, Rules.Sql($"first_value({Column("src", attribute.Name)}) OVER {Latest(dimension)}"));

    /// <summary>Why the version is there: what its member was like just before it.</summary>
    public static SqlText ChangeReason(Dimension dimension) => ChangeReason(dimension, SqlText.Empty);

    private static SqlText ChangeReason(Dimension dimension, SqlText orElse)
    {
        SqlText changes = Lines(dimension.Attributes
            .Where(attribute => attribute.IsTracked)
            .Select(attribute => Rules.Sql($"CASE WHEN {SnowflakeScdSql.Differs(Column("src", attribute.Name), Rules.Sql($"lag({Column("src", attribute.Name)}) OVER {Member(dimension)}"), attribute)} THEN {Constant(attribute.Name.Value)} END")));
        SqlText changed = changes.IsEmpty ? new SqlText("''") : Rules.Sql($"array_to_string(array_construct_compact({changes}), ',')");
        return Rules.Sql($"""
            CASE {orElse}WHEN src.is_delete THEN 'deleted'
                 WHEN lag(src.version_number) OVER {Member(dimension)} IS NULL THEN 'new'
                 WHEN lag(src.is_delete) OVER {Member(dimension)} OR lag(src.ends_at) OVER {Member(dimension)} < src.held_from THEN 'returned'
                 ELSE {changed}
            END
            """);
    }

    /// <summary>The stored versions of all members in the form that is read here.</summary>
    public static SqlText Stored(Dimension dimension)
    {
        ModelConventions names = dimension.Conventions;
        Identifier[] derived = [.. dimension.VersionSchema.Columns.Where(column => column.IsDerived).Select(column => column.Name)];
        IEnumerable<Identifier> columns = dimension.NaturalKey.Select(column => column.Name)
            .Concat(dimension.Attributes.Select(attribute => attribute.Name))
            .Concat(dimension.Attributes.Select(attribute => attribute.Previous?.Name).OfType<Identifier>())
            .Concat(derived);
        SqlText isDelete = dimension.Definition.TracksDeletion ? Rules.Sql($"tgt.{names.IsDeleted}") : new SqlText("FALSE");
        return Rules.Sql($"""
            SELECT {Columns("tgt", columns)},
                   tgt.{dimension.SurrogateKey} AS given_key,
                   tgt.{names.ValidFrom} AS held_from,
                   {SnowflakeIntervalSql.End("tgt", names)} AS ends_at,
                   tgt.{names.Version} AS version_number,
                   tgt.{names.ChangedAt} AS stored_change,
                   tgt.{names.IsInferred} AS is_unreal,
                   {isDelete} AS is_delete
            FROM {dimension.HistoryTable} AS tgt
            WHERE tgt.{dimension.SurrogateKey} > 0
            """);
    }

    /// <summary>The reason as a stored version has it: a placeholder has one of its own.</summary>
    public static SqlText StoredChangeReason(Dimension dimension)
        => ChangeReason(dimension, Rules.Sql($"WHEN src.is_unreal THEN 'inferred' "));
}
