using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>What a deployment does to rows that are there: columns that follow from others are filled, and types of attributes are noted.</summary>
internal static class PostgresRefillSql
{
    public static SqlStatement ReadTypes(DimensionalModel model) => Statement("read-attribute-types", "The types that attributes were deployed with.", Rules.Sql($"""
        SELECT target, column_name, scd_type
        FROM {PostgresLedgerSql.AttributeTypes(model.Conventions)}
        """));

    public static SqlStatement FindHistory(Dimension dimension) => Statement("find-history", "Whether some member has more than one version.", Rules.Sql($"""
        SELECT tgt.{dimension.SurrogateKey}
        FROM {dimension.HistoryTable} AS tgt
        WHERE tgt.{dimension.SurrogateKey} > 0
          AND tgt.{dimension.Conventions.Version} > 1
        LIMIT 1
        """));

    public static SqlScript Refill(DeployPlan plan) => new($"refill {plan.Model.Name}",
    [
        .. plan.Collapsed.SelectMany(dimension => PostgresCollapseSql.Collapse(plan, dimension)),
        .. plan.Retyped.Where(attribute => attribute.GainsHistory && attribute.Dimension.Events is not null).Select(SettleEvents),
        .. plan.Refilled.SelectMany(dimension => FillVersions(plan, dimension)),
        .. plan.RefilledLinks.SelectMany(found => FillFacts(found.Fact, found.Link)),
        .. plan.Unnoted.SelectMany(NoteTypes),
    ]);

    /// <summary>What an attribute was while its changes made no versions is not told now: history begins with the next change.</summary>
    private static SqlStatement SettleEvents(RetypedAttribute retyped)
    {
        Dimension dimension = retyped.Dimension;
        Identifier name = retyped.Attribute.Name;
        return Statement("settle-remembered-events", $"Changes of {name} from before it made versions make none.", Rules.Sql($"""
            UPDATE {dimension.Events!.Name} AS known
            SET {name} = src.{name}
            FROM (
                {PostgresVersionSql.Stored(dimension)}
            ) AS src
            WHERE {SameKey("src", "known", dimension)}
              AND NOT known.{EventTable.IsDelete}
              AND NOT known.{dimension.Conventions.IsInferred}
              AND NOT src.is_delete
              AND src.held_from <= known.{EventTable.EffectiveAt}
              AND (src.ends_at IS NULL OR known.{EventTable.EffectiveAt} < src.ends_at)
              AND known.{name} IS DISTINCT FROM src.{name}
            """));
    }

    private static IEnumerable<SqlStatement> FillVersions(DeployPlan plan, Dimension dimension)
    {
        Column[] added = [.. plan.MissingColumns.Where(missing => missing.Table == dimension.VersionSchema && missing.Column.IsDerived).Select(missing => missing.Column)];
        Column[] derived = [.. dimension.VersionSchema.Columns.Where(column => column.IsDerived && (column.Name != dimension.DurableKey || added.Contains(column)))];
        Dictionary<Identifier, SqlText> values = PostgresVersionSql.CurrentValues("src", dimension).ToDictionary(current => current.Name, current => current.Value);
        if (dimension.DurableKey is { } durableKey)
            values[durableKey] = new SqlText("first_value(src.given_key) OVER member");
        if (dimension.Definition.RecordsChangeReason)
            values[dimension.Conventions.ChangeReason] = PostgresVersionSql.StoredChangeReason("src", dimension);
        if (derived.Length > 0)
        {
            yield return Statement("fill-versions", $"What follows from the versions of a member: {string.Join(", ", derived.Select(column => column.Name))}.", Rules.Sql($"""
                UPDATE {dimension.HistoryTable} AS tgt
                SET {Lines([.. derived.Select(column => Rules.Sql($"{column.Name} = src.{column.Name}")), Rules.Sql($"{dimension.Conventions.LoadId} = $load_id")])}
                FROM (
                    SELECT src.given_key,
                           {Lines(derived.Select(column => Rules.Sql($"{values[column.Name]} AS {column.Name}")))}
                    FROM (
                        {PostgresVersionSql.Stored(dimension)}
                    ) AS src
                    {PostgresVersionSql.Windows("src", dimension)}
                ) AS src
                WHERE tgt.{dimension.SurrogateKey} = src.given_key
                  AND ({AnyTrue(derived.Select(column => Rules.Sql($"tgt.{column.Name} IS DISTINCT FROM src.{column.Name}")))})
                """));
        }

        SqlText[] ofDefaults =
        [
            .. added.Where(column => column.Name == dimension.DurableKey).Select(column => Rules.Sql($"{column.Name} = {dimension.SurrogateKey}")),
            .. from attribute in dimension.Attributes
               where added.Any(column => column.Name == attribute.Current?.Name)
               select Rules.Sql($"{attribute.Current!.Name} = {attribute.Name}"),
        ];
        if (ofDefaults.Length > 0)
        {
            yield return Statement("fill-default-members", "Default members are their own latest versions.", Rules.Sql($"""
                UPDATE {dimension.HistoryTable}
                SET {Lines(ofDefaults)}
                WHERE {dimension.SurrogateKey} < 0
                """));
        }

        foreach (Column column in added.Where(column => !column.IsNullable))
            yield return ForbidNull(dimension.HistoryTable, column.Name);
        if (dimension.History is not null)
            yield return PostgresMemberTableSql.Align(dimension, SqlText.Empty);
    }

    private static IEnumerable<SqlStatement> FillFacts(Fact fact, DimensionLink link)
    {
        yield return Statement("fill-durable-keys", $"The durable key of each {link.Role}.", Rules.Sql($"""
            UPDATE {fact.Name} AS tgt
            SET {link.DurableKeyColumn!.Value} = src.{link.Dimension.DurableKey!.Value},
                {fact.Conventions.LoadId} = $load_id
            FROM {link.Dimension.HistoryTable} AS src
            WHERE tgt.{link.KeyColumn} = src.{link.MemberKey}
            """));
        yield return ForbidNull(fact.Name, link.DurableKeyColumn!.Value);
    }

    private static SqlStatement ForbidNull(QualifiedName table, Identifier column)
        => Statement("forbid-null", "As in a table that is created with the column.", Rules.Sql($"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL"));

    private static IEnumerable<SqlStatement> NoteTypes(Dimension dimension)
    {
        QualifiedName types = PostgresLedgerSql.AttributeTypes(dimension.Conventions);
        SqlText target = Constant(dimension.Name.ToString());
        yield return Statement("forget-attribute-types", "There are newer ones.", Rules.Sql($"DELETE FROM {types} WHERE target = {target}"));
        if (dimension.Attributes.Count > 0)
        {
            yield return Statement("note-attribute-types", "By these the next deployment knows what has changed.", Rules.Sql($"""
                INSERT INTO {types} (target, column_name, scd_type)
                VALUES {Lines(dimension.Attributes.Select(attribute => Rules.Sql($"({target}, {Constant(attribute.Name.Value)}, {Constant(attribute.Type.ToString())})")))}
                """));
        }
    }
}
