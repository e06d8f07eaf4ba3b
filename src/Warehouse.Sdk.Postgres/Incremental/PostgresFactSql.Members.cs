using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>What happens to rows whose member is not there yet.</summary>
internal sealed partial class PostgresFactSql
{
    private IEnumerable<SqlStatement> RejectUnknownMembers()
    {
        foreach (DimensionLink link in _plan.Dimensions.Where(link => link.WhenUnknown == UnknownMember.Reject))
        {
            // One statement: the dimension is not held by this load, and its members may be more by the time of a second look.
            yield return Statement("reject-unknown-members", $"Rows that name a {link.Role} nobody knows are kept aside and take no further part.", Rules.Sql($"""
                WITH unknown_members AS (
                    DELETE FROM {_incoming} AS src
                    WHERE {KeyIsGiven(link)}
                      AND NOT EXISTS (SELECT 1 FROM {link.Dimension.Name} AS member WHERE {SameMember(link)})
                    RETURNING src.*
                )
                INSERT INTO {PostgresLedgerSql.Rejects(_plan.Target.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
                SELECT $load_id,
                       $target,
                       CAST($path AS text),
                       src.{StagePlan.SourceLine},
                       {Constant(string.Join(", ", link.Key.Select(column => column.Name)))},
                       {Constant($"no such member of {link.Dimension.Name} (")} || {PostgresBatchSql.KeyText("src", [.. link.Key.Select(column => column.Name)])} || ')',
                       CAST(to_json(src.*) AS text)
                FROM unknown_members AS src
                """)) with { Counter = Counters.Rejected };
        }
    }

    private IEnumerable<SqlStatement> InferMembers()
    {
        foreach (DimensionLink link in _plan.Inferring)
        {
            Dimension dimension = link.Dimension;
            ModelConventions names = dimension.Conventions;
            QualifiedName keys = PostgresLedgerSql.SurrogateKeys(names);
            SqlText target = Constant(dimension.Name.ToString());
            foreach (SqlStatement check in PostgresIndexSql.CheckKeyLength(_incoming, [.. link.Key.Zip(dimension.NaturalKey, (source, key) => (source.Name, key.Type))]))
                yield return check;
            yield return Statement("infer-members", $"A placeholder for every {link.Role} that facts name before its own rows arrive.", Rules.Sql($"""
                INSERT INTO {dimension.Name} ({Names(InferredColumns(link).Select(column => column.Name))})
                SELECT {Lines(InferredColumns(link).Select(column => column.Value))}
                FROM (
                    SELECT {Lines(link.Key.Zip(dimension.NaturalKey, (source, key) => Rules.Sql($"src.{source.Name} AS {key.Name}")))},
                           {FirstSeen(link)} AS first_seen
                    FROM {_incoming} AS src
                    WHERE {KeyIsGiven(link)}
                      AND NOT EXISTS (SELECT 1 FROM {dimension.Name} AS member WHERE {SameMember(link)})
                    GROUP BY {Inline("src", link.Key.Select(source => source.Name))}
                ) AS src
                CROSS JOIN (SELECT last_key FROM {keys} WHERE target = {target}) AS surrogate_key
                """)) with { Counter = Counters.Inferred, WritesTarget = true };
            yield return Statement("advance-surrogate-keys", "Keys given are never given again.", Rules.Sql($"""
                UPDATE {keys}
                SET last_key = greatest(last_key, (SELECT max({dimension.SurrogateKey}) FROM {dimension.Name}))
                WHERE target = {target}
                """)) with { OnlyIf = Counters.Inferred };
        }
    }

    private static SqlText FirstSeen(DimensionLink link)
    {
        SqlText instant = Instant(link.Dimension);
        SqlText seen = link.AsOf is { } asOf ? Rules.Sql($"coalesce(min(src.{asOf.Name}), CAST($started_at AS timestamp))") : new SqlText("CAST($started_at AS timestamp)");
        return link.Dimension.Definition.FirstVersionFrom is { } beginning
            ? Rules.Sql($"least(CAST({seen} AS {instant}), {instant} {Constant(beginning.ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture))})")
            : Rules.Sql($"CAST({seen} AS {instant})");
    }

    private static SqlText Instant(Dimension dimension) => new(dimension.Conventions.Intervals == IntervalStyle.ClosedByDay ? "date" : "timestamp");

    private static IReadOnlyList<(Identifier Name, SqlText Value)> InferredColumns(DimensionLink link)
    {
        Dimension dimension = link.Dimension;
        ModelConventions names = dimension.Conventions;
        Identifier[] naturalKey = [.. dimension.NaturalKey.Select(column => column.Name)];
        return
        [
            (dimension.SurrogateKey, Rules.Sql($"surrogate_key.last_key + row_number() OVER (ORDER BY src.first_seen, {SqlText.Join(", ", dimension.NaturalKey.Select(key => InByteOrder(Column("src", key.Name), key.Type)))})")),
            .. naturalKey.Select(name => (name, Column("src", name))),
            (names.ValidFrom, new SqlText("src.first_seen")),
            .. names.OpenEnd == OpenEnd.FarFuture ? [(names.ValidTo, Rules.Sql($"{Instant(dimension)} '9999-12-31'"))] : Array.Empty<(Identifier, SqlText)>(),
            (names.IsCurrent, new SqlText("TRUE")),
            (names.Version, new SqlText("1")),
            (names.IsInferred, new SqlText("TRUE")),
            .. dimension.Definition.TracksDeletion ? [(names.IsDeleted, new SqlText("FALSE"))] : Array.Empty<(Identifier, SqlText)>(),
            (names.LoadId, new SqlText("$load_id")),
        ];
    }

    private static SqlText KeyIsGiven(DimensionLink link) => SqlText.Join(" AND ", link.Key.Select(column => Rules.Sql($"src.{column.Name} IS NOT NULL")));

    private static SqlText SameMember(DimensionLink link)
        => SqlText.Join(" AND ", link.Key.Zip(link.Dimension.NaturalKey, (source, key) => Rules.Sql($"member.{key.Name} = src.{source.Name}")));
}
