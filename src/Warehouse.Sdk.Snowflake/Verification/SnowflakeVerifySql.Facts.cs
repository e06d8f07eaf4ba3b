using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What holds for the links of facts and bridges, their weights and their watermark.</summary>
internal sealed partial class SnowflakeVerifySql
{
    private IEnumerable<SqlStatement> RulesOfFact(Fact fact)
    {
        SqlText row = KeyText("fact", _plan.Grain);
        yield return MissingKeys(row, [.. fact.Dates.Select(date => date.KeyColumn), .. fact.Dimensions.SelectMany(link => link.Keys).Select(key => key.KeyColumn), .. fact.MiniDimensions.Select(link => link.KeyColumn), .. fact.JunkDimensions.Select(link => link.KeyColumn)]);
        foreach (DateLink date in fact.Dates)
            yield return Link("date-links", row, date.KeyColumn, date.Dimension.Name, date.Dimension.Key);
        foreach (DimensionLink link in fact.Dimensions)
        {
            yield return link.LeadsToMember ? DurableLink(row, link) : Link("member-links", row, link.KeyColumn, link.Dimension.HistoryTable, link.Dimension.SurrogateKey);
            if (link.DurableKeyColumn is { } durableKey)
                yield return DurableLinks(row, link, durableKey);
            if (link.AsOf is { } asOf)
                yield return VersionLinks(row, link, asOf);
        }

        foreach (SqlStatement statement in CombinationLinks(fact, row))
            yield return statement;

        // What loads without a scope leave behind says nothing about the parts.
        if (fact.Definition.Growth is { Watermark: { } watermark } growth && (growth.Scope is null || growth.Strategy == FactStrategy.FromWatermark))
            yield return Watermark(watermark, growth.Scope);
        foreach (SqlStatement statement in RulesOfKind(fact, row))
            yield return statement;
    }

    private IEnumerable<SqlStatement> RulesOfBridge(Bridge bridge)
    {
        BridgeDefinition definition = bridge.Definition;
        Identifier[] group = [.. definition.GroupKey.Select(column => column.Name)];
        yield return Link("member-links", KeyText("fact", group), definition.MemberKeyColumn, definition.Member.HistoryTable, definition.Member.SurrogateKey);
        yield return definition.IsVersioned ? WeightsInTime(definition, group) : Rule("weights", "the weights of groups do not sum to 1", Rules.Sql($"""
            SELECT {KeyText("tgt", group)} AS member,
                   listagg(CAST(tgt.{definition.MemberKeyColumn} AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt.{definition.MemberKeyColumn}) AS keys,
                   'they sum to ' || CAST(sum(tgt.{definition.WeightColumn}) AS VARCHAR) AS detail
            FROM {_table} AS tgt
            GROUP BY {Columns("tgt", group)}
            HAVING sum(tgt.{definition.WeightColumn}) IS DISTINCT FROM 1
            """));
    }

    private SqlStatement MissingKeys(SqlText row, IReadOnlyList<Identifier> keys)
    {
        SqlText isMissing = SqlText.Join(" OR ", keys.Select(key => Rules.Sql($"fact.{key} IS NULL")));
        return Rule("missing-keys", "keys are NULL, where a default member would say why", Rules.Sql($"""
            SELECT {row} AS member,
                   '' AS keys,
                   'NULL in ' || {NamesWhere(keys.Select(key => (key, Rules.Sql($"fact.{key} IS NULL"))))} AS detail
            FROM {_table} AS fact
            WHERE {isMissing}
            """));
    }

    private SqlStatement Link(string name, SqlText row, Identifier keyColumn, QualifiedName dimension, Identifier key) => Rule(name, $"{keyColumn} does not meet exactly one row of {dimension}", Rules.Sql($"""
        SELECT {row} AS member,
               CAST(fact.{keyColumn} AS VARCHAR) AS keys,
               {Constant($"{keyColumn} meets ")} || CAST(coalesce(met.times, 0) AS VARCHAR) || {Constant($" rows of {dimension}")} AS detail
        FROM {_table} AS fact
        LEFT JOIN (
            SELECT tgt.{key} AS surrogate_key,
                   count(*) AS times
            FROM {dimension} AS tgt
            GROUP BY tgt.{key}
        ) AS met ON met.surrogate_key = fact.{keyColumn}
        WHERE fact.{keyColumn} IS NOT NULL
          AND coalesce(met.times, 0) <> 1
        """));

    /// <summary>A durable key stands on every version of its member.</summary>
    private SqlStatement DurableLink(SqlText row, DimensionLink link) => Rule("member-links", $"{link.KeyColumn} is no durable key of {link.Dimension.Name}", Rules.Sql($"""
        SELECT {row} AS member,
               CAST(fact.{link.KeyColumn} AS VARCHAR) AS keys,
               {Constant($"{link.KeyColumn} meets no member of {link.Dimension.Name}")} AS detail
        FROM {_table} AS fact
        WHERE fact.{link.KeyColumn} IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM {link.Dimension.Name} AS tgt WHERE tgt.{link.MemberKey} = fact.{link.KeyColumn})
        """));

    private SqlStatement DurableLinks(SqlText row, DimensionLink link, Identifier durableKey) => Rule("durable-links", $"{durableKey} is of another member than {link.KeyColumn}", Rules.Sql($"""
        SELECT {row} AS member,
               CAST(fact.{link.KeyColumn} AS VARCHAR) || ', ' || CAST(fact.{durableKey} AS VARCHAR) AS keys,
               {Constant($"{durableKey} is of another member of {link.Dimension.Name} than {link.KeyColumn}")} AS detail
        FROM {_table} AS fact
        JOIN {link.Dimension.HistoryTable} AS tgt ON tgt.{link.MemberKey} = fact.{link.KeyColumn}
        WHERE fact.{durableKey} <> tgt.{link.Dimension.DurableKey!.Value}
        """));

    /// <summary>By the rule that loads look versions up by: the first is met from the beginning of time on, and a gap meets the version before it.</summary>
    private SqlStatement VersionLinks(SqlText row, DimensionLink link, SourceColumn asOf)
    {
        Dimension dimension = link.Dimension;
        SqlText time = Rules.Sql($"CAST(fact.{asOf.Name} AS TIMESTAMP_NTZ(6))");
        return Rule("version-links", $"{link.KeyColumn} meets a version of {dimension.Name} that was not valid at {asOf.Name}", Rules.Sql($"""
            SELECT {row} AS member,
                   CAST(fact.{link.KeyColumn} AS VARCHAR) AS keys,
                   {Constant($"{link.KeyColumn} meets version ")} || CAST(version.version_number AS VARCHAR) || ' of ' || version.member || {Constant($", which was not valid at its {asOf.Name}")} AS detail
            FROM {_table} AS fact
            JOIN (
                SELECT met.member,
                       met.surrogate_key,
                       met.version_number,
                       met.met_from,
                       lead(met.met_from) OVER (PARTITION BY {SqlText.Join(", ", dimension.NaturalKey.Select((_, index) => Rules.Sql($"met.{KeyPart(index)}")))} ORDER BY met.met_from, met.version_number) AS met_until
                FROM (
                    SELECT {KeyText("tgt", dimension)} AS member,
                           {Lines(dimension.NaturalKey.Select((key, index) => Rules.Sql($"tgt.{key.Name} AS {KeyPart(index)}")))},
                           tgt.{dimension.SurrogateKey} AS surrogate_key,
                           tgt.{_names.Version} AS version_number,
                           CASE WHEN tgt.{_names.Version} = 1 THEN TIMESTAMP '0001-01-01' ELSE CAST(tgt.{_names.ValidFrom} AS TIMESTAMP_NTZ(6)) END AS met_from
                    FROM {dimension.HistoryTable} AS tgt
                    WHERE tgt.{dimension.SurrogateKey} > 0
                ) AS met
            ) AS version ON version.surrogate_key = fact.{link.KeyColumn}
            WHERE fact.{asOf.Name} IS NULL
               OR {time} < version.met_from
               OR {time} >= version.met_until
            """));
    }

    private static Identifier KeyPart(int index) => FormattableString.Invariant($"key_{index + 1}");

    /// <summary>A later load reloads from the watermark on and finds its rows there.</summary>
    private SqlStatement Watermark(SourceColumn watermark, SourceColumn? scope)
    {
        SqlText type = Type(watermark.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp ? ColumnType.Timestamp : ColumnType.BigInt);
        SqlText name = scope is null
            ? Constant(watermark.Name.Value)
            : Rules.Sql($"{Constant($"{watermark.Name.Value} ({scope.Name.Value} = ")} || CAST(tgt.{scope.Name} AS VARCHAR) || ')'");
        SqlText member = scope is null ? name : new SqlText("held.watermark_name");
        SqlText nameColumn = scope is null ? SqlText.Empty : Rules.Sql($"{name} AS watermark_name, ");
        SqlText perScope = scope is null ? SqlText.Empty : Rules.Sql($"GROUP BY tgt.{scope.Name}");
        return Rule("watermark", "the ledger's watermark is missing, unreadable or below what the table holds", Rules.Sql($"""
            SELECT {member} AS member,
                   '' AS keys,
                   CASE WHEN stored.value IS NULL THEN 'the ledger has no watermark'
                        WHEN TRY_CAST(stored.value AS {type}) IS NULL THEN 'the watermark cannot be read'
                        ELSE 'the watermark is below the greatest value'
                   END AS detail
            FROM (
                SELECT {nameColumn}CAST(max(tgt.{watermark.Name}) AS {type}) AS greatest
                FROM {_table} AS tgt
                {perScope}
            ) AS held
            LEFT JOIN {SnowflakeLedgerSql.Watermarks(_names)} AS stored ON stored.target = {Constant(_table.ToString())} AND stored.column_name = {member}
            WHERE held.greatest IS NOT NULL
              AND coalesce(TRY_CAST(stored.value AS {type}) < held.greatest, TRUE)
            """));
    }
}
