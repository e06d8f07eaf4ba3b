using System.Globalization;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Mini- and junk dimensions: how a row of a batch finds its combination, and how combinations get in.</summary>
internal static class SnowflakeCombinationSql
{
    /// <summary>Keys are given in the order of the values, so that the same batch gets the same keys.</summary>
    public static IEnumerable<SqlStatement> Insert(Combination combination, QualifiedName rows, SqlText whichRows)
    {
        CombinationDimension dimension = combination.Dimension;
        ModelConventions names = dimension.Conventions;
        QualifiedName keys = SnowflakeLedgerSql.SurrogateKeys(names);
        SqlText target = Constant(dimension.Name.ToString());
        Identifier[] attributes = [.. dimension.Attributes.Select(column => column.Name)];
        yield return Statement("insert-combinations", $"Combinations of {dimension.Name} that were not seen before.", Rules.Sql($"""
            INSERT INTO {dimension.Name} ({Names([dimension.SurrogateKey, .. attributes, names.LoadId])})
            SELECT surrogate_key.last_key + row_number() OVER (ORDER BY {SqlText.Join(", ", attributes.Select(name => Rules.Sql($"{Column("src", name)} NULLS FIRST")))}),
                   {Columns("src", attributes)},
                   $load_id
            FROM (
                SELECT DISTINCT {Lines(combination.Parts.Select(part => Rules.Sql($"{Value(part.Attribute, part.Source)} AS {part.Attribute.Column.Name}")))}
                FROM {rows} AS src
                {whichRows}
            ) AS src
            CROSS JOIN (SELECT last_key FROM {keys} WHERE target = {target}) AS surrogate_key
            WHERE NOT EXISTS (
                SELECT 1
                FROM {dimension.Name} AS tgt
                WHERE tgt.{dimension.SurrogateKey} > 0
                  {SqlText.Join("\n", dimension.Parts.Select(part => AndSame(Column("tgt", part.Column.Name), Column("src", part.Column.Name))))}
            )
            """)) with { Counter = Counters.NewCombinations, WritesTarget = true };
        yield return Statement("advance-surrogate-keys", "Keys given are never given again.", Rules.Sql($"""
            UPDATE {keys}
            SET last_key = greatest_ignore_nulls(last_key, (SELECT max({dimension.SurrogateKey}) FROM {dimension.Name}))
            WHERE target = {target}
            """)) with { OnlyIf = Counters.NewCombinations };
    }

    /// <summary>A row meets one combination at most: no two are alike.</summary>
    public static SqlText Lookup(Combination combination, Identifier alias)
    {
        CombinationDimension dimension = combination.Dimension;
        SqlText same = SqlText.Join("\n", combination.Parts.Select(part => AndSame(Rules.Sql($"{alias}.{part.Attribute.Column.Name}"), Value(part.Attribute, part.Source))));
        return Rules.Sql($"""
            LEFT JOIN {dimension.Name} AS {alias} ON {alias}.{dimension.SurrogateKey} > 0
                {same}
            """);
    }

    private static SqlText AndSame(SqlText left, SqlText right) => Rules.Sql($"AND {left} IS NOT DISTINCT FROM {right}");

    /// <summary>What stands in the dimension for a value of the source.</summary>
    private static SqlText Value(CombinationAttribute attribute, SourceColumn column)
    {
        SqlText source = Column("src", column.Name);
        if (attribute.Bands is { } bands)
            return Band(attribute, bands, source, column.Type);
        if (attribute.Flag is { } flag)
            return Rules.Sql($"CASE WHEN {source} THEN {Constant(flag.WhenTrue)} WHEN NOT {source} THEN {Constant(flag.WhenFalse)} ELSE {Constant(attribute.UnknownLabel)} END");
        if (attribute.Column.Type.IsText)
            return Rules.Sql($"coalesce({source}, {Constant(attribute.UnknownLabel)})");
        SqlText value = Rules.Sql($"CAST({source} AS {Type(attribute.Column.Type)})");
        // -0.0 + 0 is 0.0: the two zeros are one value.
        return attribute.Column.Type.Kind is ColumnKind.Real or ColumnKind.Double ? Rules.Sql($"{value} + 0") : value;
    }

    private static SqlText Band(CombinationAttribute attribute, IReadOnlyList<Band> bands, SqlText source, ColumnType type)
    {
        SqlText outOfRange = Constant(attribute.OutOfRangeLabel);
        // NaN counts as greater than any number, and would be in a band without an end.
        SqlText notANumber = type.Kind is ColumnKind.Real or ColumnKind.Double ? Rules.Sql($"WHEN {source} = 'NaN' THEN {outOfRange}") : SqlText.Empty;
        return Rules.Sql($"""
            CASE WHEN {source} IS NULL THEN {Constant(attribute.UnknownLabel)}
                 {notANumber}
                 {SqlText.Join("\n", bands.Select(band => Rules.Sql($"WHEN {Within(band, source)} THEN {Constant(band.Label)}")))}
                 ELSE {outOfRange}
            END
            """);
    }

    private static SqlText Within(Band band, SqlText source) => SqlText.Join(
        " AND ",
        [
            band.From is { } from ? Rules.Sql($"{source} >= {Number(from)}") : SqlText.Empty,
            band.To is { } to ? Rules.Sql($"{source} < {Number(to)}") : SqlText.Empty,
        ]);

    private static SqlText Number(decimal number) => new(number.ToString(CultureInfo.InvariantCulture));
}
