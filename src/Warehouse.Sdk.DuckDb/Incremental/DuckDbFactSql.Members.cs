using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>What happens to rows whose member is not there yet.</summary>
internal sealed partial class DuckDbFactSql
{
    private IEnumerable<SqlStatement> RejectUnknownMembers()
    {
        foreach (DimensionLink link in _plan.Dimensions.Where(link => link.WhenUnknown == UnknownMember.Reject))
        {
            SqlText isUnknown = Rules.Sql($"{KeyIsGiven(link)} AND NOT EXISTS (SELECT 1 FROM {link.Dimension.HistoryTable} AS member WHERE {SameMember(link)})");
            yield return Statement("reject-unknown-members", $"Rows that name a {link.Role} nobody knows are kept aside.", Rules.Sql($"""
                INSERT INTO {DuckDbLedgerSql.Rejects(_plan.Target.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
                SELECT $load_id,
                       $target,
                       $path,
                       src.{StagePlan.SourceLine},
                       {Constant(string.Join(", ", link.Key.Select(column => column.Name)))},
                       {Constant($"no such member of {link.Dimension.Name} (")} || {DuckDbBatchSql.KeyText("src", [.. link.Key.Select(column => column.Name)], OptionalKey(link))} || ')',
                       CAST(to_json(src) AS VARCHAR)
                FROM {_incoming} AS src
                WHERE {isUnknown}
                """)) with { Counter = Counters.Rejected };
            yield return Statement("leave-unknown-members", "They take no further part.", Rules.Sql($"""
                DELETE FROM {_incoming} AS src
                WHERE {isUnknown}
                """)) with { OnlyIf = Counters.Rejected };
        }
    }

    private IEnumerable<SqlStatement> InferMembers()
    {
        foreach (DimensionLink link in _plan.Inferring)
        {
            Dimension dimension = link.Dimension;
            ModelConventions names = dimension.Conventions;
            QualifiedName keys = DuckDbLedgerSql.SurrogateKeys(names);
            SqlText target = Constant(dimension.Name.ToString());
            yield return Statement("infer-members", $"A placeholder for every {link.Role} that facts name before its own rows arrive.", Rules.Sql($"""
                INSERT INTO {dimension.HistoryTable} ({Names(InferredColumns(link).Select(column => column.Name))})
                SELECT {Lines(InferredColumns(link).Select(column => column.Value))}
                FROM (
                    SELECT {Lines(link.Key.Zip(dimension.NaturalKey, (source, key) => Rules.Sql($"{KeyPart(link, source, key)} AS {key.Name}")))},
                           {FirstSeen(link)} AS first_seen
                    FROM {_incoming} AS src
                    WHERE {KeyIsGiven(link)}
                      AND NOT EXISTS (SELECT 1 FROM {dimension.HistoryTable} AS member WHERE {SameMember(link)})
                    GROUP BY ALL
                ) AS src
                CROSS JOIN (SELECT last_key FROM {keys} WHERE target = {target}) AS surrogate_key
                """)) with { Counter = Counters.Inferred, WritesTarget = true };
            SqlStatement advance = Statement("advance-surrogate-keys", "Keys given are never given again.", Rules.Sql($"""
                UPDATE {keys}
                SET last_key = greatest(last_key, (SELECT max({dimension.SurrogateKey}) FROM {dimension.HistoryTable}))
                WHERE target = {target}
                """)) with { OnlyIf = Counters.Inferred };
            yield return advance;
            foreach (SqlStatement statement in EndInferredMembers(dimension, advance))
                yield return statement;
            if (dimension.History is not null)
                yield return DuckDbMemberTableSql.AddPlaceholders(dimension);
        }
    }

    /// <summary>Where events are kept, a delete may be remembered of a member nobody had seen: the placeholder was there until then.</summary>
    private static IEnumerable<SqlStatement> EndInferredMembers(Dimension dimension, SqlStatement advanceKeys)
    {
        if (dimension.Events is not { } events || dimension.Definition.Operation is null)
            yield break;
        ModelConventions names = dimension.Conventions;
        Identifier[] key = [.. dimension.NaturalKey.Select(column => column.Name)];
        Identifier[] durableKeys = dimension.DurableKey is { } durableKey ? [durableKey] : [];
        SqlText Ended(SqlText which) => Rules.Sql($"""
            (
                SELECT {Columns("placeholder", [.. key, .. durableKeys])},
                       min(known.{EventTable.EffectiveAt}) AS ends_at
                FROM {dimension.HistoryTable} AS placeholder
                JOIN {events.Name} AS known ON {SameKey("known", "placeholder", dimension)}
                    AND known.{EventTable.IsDelete}
                    AND known.{EventTable.EffectiveAt} > placeholder.{names.ValidFrom}
                WHERE placeholder.{names.IsInferred}
                  AND {which}
                  AND placeholder.{names.LoadId} = $load_id
                GROUP BY {Columns("placeholder", [.. key, .. durableKeys])}
            ) AS ended
            """);
        SqlText end = new(names.Intervals == IntervalStyle.ClosedByDay ? "CAST(ended.ends_at - INTERVAL 1 DAY AS DATE)" : "ended.ends_at");
        yield return Statement("end-inferred-members", "Placeholders of members whose delete was told before anything else.", Rules.Sql($"""
            UPDATE {dimension.HistoryTable} AS tgt
            SET {names.ValidTo} = {end},
                {names.IsCurrent} = FALSE
            FROM {Ended(Rules.Sql($"placeholder.{names.IsCurrent}"))}
            WHERE {SameKey("tgt", "ended", dimension)}
              AND tgt.{names.IsInferred}
              AND tgt.{names.IsCurrent}
            """)) with { OnlyIf = Counters.Inferred, WritesTarget = true };
        if (!dimension.Definition.TracksDeletion)
            yield break;
        SqlText isUnmarked = Rules.Sql($"NOT EXISTS (SELECT 1 FROM {dimension.HistoryTable} AS later WHERE {SameKey("later", "placeholder", dimension)} AND NOT later.{names.IsInferred})");
        (Identifier Name, SqlText Value)[] columns =
        [
            (dimension.SurrogateKey, Rules.Sql($"surrogate_key.last_key + row_number() OVER (ORDER BY ended.ends_at, {SqlText.Join(", ", key.Select(name => Column("ended", name)))})")),
            .. durableKeys.Concat(key).Select(name => (name, Column("ended", name))),
            (names.ValidFrom, new SqlText("ended.ends_at")),
            .. names.OpenEnd == OpenEnd.FarFuture ? [(names.ValidTo, new SqlText("'9999-12-31'"))] : Array.Empty<(Identifier, SqlText)>(),
            (names.IsCurrent, new SqlText("TRUE")),
            (names.Version, new SqlText("2")),
            .. dimension.Definition.RecordsChangeReason ? [(names.ChangeReason, new SqlText("'deleted'"))] : Array.Empty<(Identifier, SqlText)>(),
            (names.IsInferred, new SqlText("FALSE")),
            .. dimension.Definition.CurrentKeys.Select(column => (column.Name, Rules.Sql($"{DefaultMember.Unknown.Key}"))),
            (names.IsDeleted, new SqlText("TRUE")),
            (names.LoadId, new SqlText("$load_id")),
        ];
        yield return Statement("mark-deleted-placeholders", "Deleted members are marked, placeholders too.", Rules.Sql($"""
            INSERT INTO {dimension.HistoryTable} ({Names(columns.Select(column => column.Name))})
            SELECT {Lines(columns.Select(column => column.Value))}
            FROM {Ended(isUnmarked)}
            CROSS JOIN (SELECT last_key FROM {DuckDbLedgerSql.SurrogateKeys(names)} WHERE target = {Constant(dimension.Name.ToString())}) AS surrogate_key
            """)) with { OnlyIf = Counters.Inferred, WritesTarget = true };
        yield return advanceKeys;
    }

    private static SqlText FirstSeen(DimensionLink link)
    {
        SqlText instant = new(link.Dimension.Conventions.Intervals == IntervalStyle.ClosedByDay ? "DATE" : "TIMESTAMP");
        SqlText seen = link.AsOf is { } asOf ? Rules.Sql($"coalesce(min(src.{asOf.Name}), $started_at)") : new SqlText("min($started_at)");
        return link.Dimension.Definition.FirstVersionFrom is { } beginning
            ? Rules.Sql($"least(CAST({seen} AS {instant}), {instant} {Constant(beginning.ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture))})")
            : Rules.Sql($"CAST({seen} AS {instant})");
    }

    private static IReadOnlyList<(Identifier Name, SqlText Value)> InferredColumns(DimensionLink link)
    {
        Dimension dimension = link.Dimension;
        ModelConventions names = dimension.Conventions;
        Identifier[] naturalKey = [.. dimension.NaturalKey.Select(column => column.Name)];
        SqlText newKey = Rules.Sql($"surrogate_key.last_key + row_number() OVER (ORDER BY src.first_seen, {SqlText.Join(", ", naturalKey.Select(name => Column("src", name)))})");
        return
        [
            (dimension.SurrogateKey, newKey),
            .. dimension.DurableKey is { } durableKey ? [(durableKey, newKey)] : Array.Empty<(Identifier, SqlText)>(),
            .. naturalKey.Select(name => (name, Column("src", name))),
            (names.ValidFrom, new SqlText("src.first_seen")),
            .. names.OpenEnd == OpenEnd.FarFuture ? [(names.ValidTo, new SqlText("'9999-12-31'"))] : Array.Empty<(Identifier, SqlText)>(),
            (names.IsCurrent, new SqlText("TRUE")),
            (names.Version, new SqlText("1")),
            .. dimension.Definition.RecordsChangeReason ? [(names.ChangeReason, new SqlText("'inferred'"))] : Array.Empty<(Identifier, SqlText)>(),
            (names.IsInferred, new SqlText("TRUE")),
            .. dimension.Definition.CurrentKeys.Select(column => (column.Name, Rules.Sql($"{DefaultMember.Unknown.Key}"))),
            .. dimension.Definition.TracksDeletion ? [(names.IsDeleted, new SqlText("FALSE"))] : Array.Empty<(Identifier, SqlText)>(),
            (names.LoadId, new SqlText("$load_id")),
        ];
    }

    private static SqlText KeyIsGiven(DimensionLink link) => SqlText.Join(" AND ", link.Key.Zip(link.Dimension.NaturalKey).Where(pair => !link.Dimension.Definition.OptionalKey.Contains(pair.Second.Name)).Select(pair
        => Rules.Sql($"{KeyPart(link, pair.First, pair.Second)} IS NOT NULL")));

    private static SqlText KeyPart(DimensionLink link, SourceColumn source, Column key) => DuckDbEquality.Key(Column("src", source.Name), link.Dimension, key);

    private static SqlText SameMember(DimensionLink link)
        => DuckDbEquality.SameMember(link.Dimension, name => Column("member", name), link.Key.Select(source => Column("src", source.Name)));

    private static HashSet<Identifier> OptionalKey(DimensionLink link)
        => [.. link.Key.Zip(link.Dimension.NaturalKey).Where(pair => link.Dimension.Definition.OptionalKey.Contains(pair.Second.Name)).Select(pair => pair.First.Name)];
}
