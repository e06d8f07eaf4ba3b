using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What a deployment does to rows that are there: columns that follow from others are filled, and types of attributes are noted.</summary>
internal static class SnowflakeRefillSql
{
    public static SqlStatement ReadTypes(DimensionalModel model) => Statement("read-attribute-types", "The types that attributes were deployed with.", Rules.Sql($"""
        SELECT target, column_name, scd_type
        FROM {SnowflakeLedgerSql.AttributeTypes(model.Conventions)}
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
        .. plan.Collapsed.SelectMany(dimension => SnowflakeCollapseSql.Collapse(plan, dimension)),
        .. plan.Retyped.Where(attribute => attribute.GainsHistory && attribute.Dimension.Events is not null).Select(SettleEvents),
        .. plan.Refilled.SelectMany(dimension => FillVersions(plan, dimension)),
        .. plan.RefilledLinks.Select(found => FillFacts(found.Fact, found.Link)),
        .. plan.Unnoted.SelectMany(NoteTypes),
    ]);

    /// <summary>What an attribute was while its changes made no versions is not told now: history begins with the next change.</summary>
    private static SqlStatement SettleEvents(RetypedAttribute retyped)
    {
        Dimension dimension = retyped.Dimension;
        Identifier name = retyped.Attribute.Name;
        QualifiedName events = dimension.Events!.Name;
        return Statement("settle-remembered-events", $"Changes of {name} from before it made versions make none.", Rules.Sql($"""
            UPDATE {events}
            SET {name} = src.{name}
            FROM (
                {SnowflakeVersionSql.Stored(dimension)}
            ) AS src
            WHERE {SameKey("src", Own(events), dimension)}
              AND NOT {events}.{EventTable.IsDelete}
              AND NOT {events}.{dimension.Conventions.IsInferred}
              AND NOT src.is_delete
              AND src.held_from <= {events}.{EventTable.EffectiveAt}
              AND (src.ends_at IS NULL OR {events}.{EventTable.EffectiveAt} < src.ends_at)
              AND {events}.{name} IS DISTINCT FROM src.{name}
            """));
    }

    private static IEnumerable<SqlStatement> FillVersions(DeployPlan plan, Dimension dimension)
    {
        Column[] added = [.. plan.MissingColumns.Where(missing => missing.Table == dimension.VersionSchema && missing.Column.IsDerived).Select(missing => missing.Column)];
        Column[] derived = [.. dimension.VersionSchema.Columns.Where(column => column.IsDerived && (column.Name != dimension.DurableKey || added.Contains(column)))];
        Dictionary<Identifier, SqlText> values = SnowflakeVersionSql.CurrentValues(dimension).ToDictionary(current => current.Name, current => current.Value);
        if (dimension.DurableKey is { } durableKey)
            values[durableKey] = Rules.Sql($"first_value(src.given_key) OVER {SnowflakeVersionSql.Member(dimension)}");
        if (dimension.Definition.RecordsChangeReason)
            values[dimension.Conventions.ChangeReason] = SnowflakeVersionSql.StoredChangeReason(dimension);
        if (derived.Length > 0)
        {
            yield return Statement("fill-versions", $"What follows from the versions of a member: {string.Join(", ", derived.Select(column => column.Name))}.", Rules.Sql($"""
                UPDATE {dimension.HistoryTable}
                SET {Lines([.. derived.Select(column => Rules.Sql($"{column.Name} = src.{column.Name}")), Rules.Sql($"{dimension.Conventions.LoadId} = $load_id")])}
                FROM (
                    SELECT src.given_key,
                           {Lines(derived.Select(column => Rules.Sql($"{values[column.Name]} AS {column.Name}")))}
                    FROM (
                        {SnowflakeVersionSql.Stored(dimension)}
                    ) AS src
                ) AS src
                WHERE {dimension.HistoryTable}.{dimension.SurrogateKey} = src.given_key
                  AND ({AnyTrue(derived.Select(column => Rules.Sql($"{dimension.HistoryTable}.{column.Name} IS DISTINCT FROM src.{column.Name}")))})
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

        if (dimension.History is not null)
            yield return SnowflakeMemberTableSql.Align(dimension, SqlText.Empty);
    }

    // A column that was filled stays nullable: the engine sets no constraint on a table that its transaction has updated. The verification sees to it.
    private static SqlStatement FillFacts(Fact fact, DimensionLink link) => Statement("fill-durable-keys", $"The durable key of each {link.Role}.", Rules.Sql($"""
        UPDATE {fact.Name}
        SET {link.DurableKeyColumn!.Value} = src.{link.Dimension.DurableKey!.Value},
            {fact.Conventions.LoadId} = $load_id
        FROM {link.Dimension.HistoryTable} AS src
        WHERE {fact.Name}.{link.KeyColumn} = src.{link.MemberKey}
        """));

    private static IEnumerable<SqlStatement> NoteTypes(Dimension dimension)
    {
        QualifiedName types = SnowflakeLedgerSql.AttributeTypes(dimension.Conventions);
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
