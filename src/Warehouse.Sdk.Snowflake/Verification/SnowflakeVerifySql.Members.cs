using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What holds for the keys of members, and for the members that stand for a missing one.</summary>
internal sealed partial class SnowflakeVerifySql
{
    private IEnumerable<SqlStatement> RulesOfMembers(Dimension dimension)
    {
        yield return NaturalKeys(dimension);
        yield return SurrogateKeys(dimension);
        yield return SurrogateKeyCounter(dimension);
        if (dimension.DefaultMembers.Count > 0)
            yield return DefaultMembers(dimension, dimension.VersionSchema, dimension.SurrogateKey, dimension.DefaultMembers);
        if (dimension.DurableKey is { } durableKey)
        {
            yield return DurableKeys(dimension, durableKey);
            if (dimension.History is not null)
            {
                yield return DefaultMembers(dimension, dimension.Schema, durableKey, dimension.DefaultMembers);
                yield return MemberRows(dimension, durableKey);
            }
        }

        if (_plan.FactKeys.Count > 0)
            yield return InferredMembers(dimension);
    }

    private SqlStatement NaturalKeys(Dimension dimension) => Rule("natural-keys", "members have no natural key", Rules.Sql($"""
        SELECT {KeyText("tgt", dimension)} AS member,
               CAST(tgt.{dimension.SurrogateKey} AS VARCHAR) AS keys,
               'NULL in the natural key' AS detail
        FROM {dimension.HistoryTable} AS tgt
        WHERE tgt.{dimension.SurrogateKey} > 0
          AND ({SqlText.Join(" OR ", dimension.NaturalKey.Where(key => !dimension.Definition.OptionalKey.Contains(key.Name)).Select(key => Rules.Sql($"tgt.{key.Name} IS NULL")))})
        """));

    private SqlStatement SurrogateKeys(Dimension dimension) => Rule("surrogate-keys", "surrogate keys are given twice", Rules.Sql($"""
        SELECT listagg({KeyText("tgt", dimension)}, '; ') WITHIN GROUP (ORDER BY {KeyText("tgt", dimension)}) AS member,
               CAST(tgt.{dimension.SurrogateKey} AS VARCHAR) AS keys,
               CAST(count(*) AS VARCHAR) || ' rows have it' AS detail
        FROM {dimension.HistoryTable} AS tgt
        GROUP BY tgt.{dimension.SurrogateKey}
        HAVING count(*) > 1
        """));

    private SqlStatement SurrogateKeyCounter(Dimension dimension) => Rule("surrogate-key-counter", "surrogate keys are above the last one given, which will be given again", Rules.Sql($"""
        SELECT {KeyText("tgt", dimension)} AS member,
               CAST(tgt.{dimension.SurrogateKey} AS VARCHAR) AS keys,
               'the last key given is ' || coalesce(CAST(counter.last_key AS VARCHAR), 'not known') AS detail
        FROM {dimension.HistoryTable} AS tgt
        LEFT JOIN {SnowflakeLedgerSql.SurrogateKeys(_names)} AS counter ON counter.target = {Constant(dimension.Name.ToString())}
        WHERE tgt.{dimension.SurrogateKey} > coalesce(counter.last_key, 0)
        """));

    private SqlStatement DurableKeys(Dimension dimension, Identifier durableKey)
    {
        Identifier[] key = [.. dimension.NaturalKey.Select(column => column.Name)];
        return Rule("durable-keys", "durable keys are missing, or of several members", Rules.Sql($"""
            SELECT listagg({KeyText("tgt", dimension)}, '; ') WITHIN GROUP (ORDER BY {KeyText("tgt", dimension)}) AS member,
                   coalesce(CAST(tgt.{durableKey} AS VARCHAR), '') AS keys,
                   CASE WHEN tgt.{durableKey} IS NULL THEN 'no durable key' ELSE CAST(count(*) AS VARCHAR) || ' members have it' END AS detail
            FROM (
                SELECT DISTINCT {Columns("version", [durableKey, .. key])}
                FROM {dimension.HistoryTable} AS version
                WHERE version.{dimension.SurrogateKey} > 0
            ) AS tgt
            GROUP BY tgt.{durableKey}
            HAVING count(*) > 1
                OR tgt.{durableKey} IS NULL
            """));
    }

    private SqlStatement MemberRows(Dimension dimension, Identifier durableKey)
    {
        Identifier[] columns = [.. dimension.Schema.Columns.Select(column => column.Name)];
        Identifier[] others = [.. columns.Where(name => name != durableKey)];
        return Rule("member-rows", $"rows of {dimension.Name} do not say what the last versions in {dimension.HistoryTable} say", Rules.Sql($"""
            SELECT {KeyText("seen", dimension)} AS member,
                   CAST(seen.{durableKey} AS VARCHAR) AS keys,
                   seen.differing_columns AS detail
            FROM (
                SELECT {Lines(dimension.NaturalKey.Select(column => column.Name).Prepend(durableKey).Select(name => Rules.Sql($"coalesce(src.{name}, tgt.{name}) AS {name}")))},
                       CASE WHEN tgt.{durableKey} IS NULL THEN 'the member has versions and no row'
                            WHEN src.{durableKey} IS NULL THEN 'the member has a row and no version'
                            ELSE 'they differ in ' || {NamesWhere(others.Select(name => (name, Rules.Sql($"tgt.{name} IS DISTINCT FROM src.{name}"))))}
                       END AS differing_columns
                FROM (
                    SELECT {Columns("version", columns)}
                    FROM {dimension.HistoryTable} AS version
                    WHERE version.{dimension.SurrogateKey} > 0
                    QUALIFY row_number() OVER (PARTITION BY version.{durableKey} ORDER BY version.{_names.Version} DESC) = 1
                ) AS src
                FULL JOIN (
                    SELECT {Columns("member", columns)}
                    FROM {dimension.Name} AS member
                    WHERE member.{durableKey} > 0
                ) AS tgt ON tgt.{durableKey} = src.{durableKey}
                WHERE {AnyTrue(columns.Select(name => Rules.Sql($"tgt.{name} IS DISTINCT FROM src.{name}")))}
            ) AS seen
            """));
    }

    private SqlStatement DefaultMembers(LoadTarget dimension, TableSchema table, Identifier key, IReadOnlyList<DefaultMember> members)
    {
        SqlText known = SqlText.Join(", ", members.Select(member => Rules.Sql($"{member.Key}")));
        return Rule("default-members", "default members are missing, changed or foreign", Rules.Sql($"""
            {SqlText.Join("\nUNION ALL\n", members.Select(member => DefaultMember(dimension, table, key, member)))}
            UNION ALL
            SELECT '' AS member,
                   CAST(tgt.{key} AS VARCHAR) AS keys,
                   'is no key of a member and none of a default member' AS detail
            FROM {table.Name} AS tgt
            WHERE tgt.{key} <= 0
              AND tgt.{key} NOT IN ({known})
            """));
    }

    private static SqlText DefaultMember(LoadTarget dimension, TableSchema table, Identifier key, DefaultMember member)
    {
        IEnumerable<(Identifier, SqlText)> changed = table.Columns
            .Where(column => column.Name != key)
            .Select(column => (column.Name, Differs(column, SnowflakeSchemaSql.ValueOfMember(dimension, key, member, column), Constant(member.Label))));
        return Rules.Sql($"""
            SELECT {Constant(member.Label)} AS member,
                   '{member.Key}' AS keys,
                   CASE WHEN stored.found IS NULL THEN 'is missing' ELSE 'was changed in ' || stored.changed END AS detail
            FROM (SELECT 1) AS expected
            LEFT JOIN (
                SELECT TRUE AS found,
                       {NamesWhere(changed)} AS changed
                FROM {table.Name} AS tgt
                WHERE tgt.{key} = {member.Key}
            ) AS stored ON TRUE
            WHERE stored.found IS NULL
               OR stored.changed <> ''
            """);
    }

    // An attribute that the model gained later is NULL in the members that were there.
    private static SqlText Differs(Column column, SqlText expected, SqlText label) => expected == label && column.IsNullable
        ? Rules.Sql($"coalesce(tgt.{column.Name} <> {expected}, FALSE)")
        : Rules.Sql($"tgt.{column.Name} IS DISTINCT FROM {expected}");

    private SqlStatement InferredMembers(Dimension dimension)
    {
        SqlText links = SqlText.Join("\nUNION ALL\n", _plan.FactKeys.Select(link => Rules.Sql($"SELECT fact.{link.KeyColumn} AS surrogate_key FROM {link.Fact} AS fact")));
        return Inform("inferred-members", "Members that facts named and no source row has filled in yet.", Rules.Sql($"""
            SELECT {KeyText("tgt", dimension)} AS member,
                   CAST(tgt.{dimension.SurrogateKey} AS VARCHAR) AS keys,
                   'inferred by load ' || CAST(tgt.{_names.LoadId} AS VARCHAR) || coalesce(' of ' || to_varchar(known.started_at, 'YYYY-MM-DD HH24:MI:SS'), '') || ', waited for by facts: ' || CAST(coalesce(linked.facts, 0) AS VARCHAR) AS detail
            FROM {dimension.HistoryTable} AS tgt
            LEFT JOIN {SnowflakeLedgerSql.Loads(_names)} AS known ON known.load_id = tgt.{_names.LoadId}
            LEFT JOIN (
                SELECT link.surrogate_key,
                       count(*) AS facts
                FROM (
                    {links}
                ) AS link
                GROUP BY link.surrogate_key
            ) AS linked ON linked.surrogate_key = tgt.{dimension.SurrogateKey}
            WHERE tgt.{dimension.SurrogateKey} > 0
              AND tgt.{_names.IsInferred}
            """));
    }
}
