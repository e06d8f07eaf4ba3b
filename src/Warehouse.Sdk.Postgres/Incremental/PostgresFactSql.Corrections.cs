using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Corrections that are older than what stands, and rows that the source deleted.</summary>
internal sealed partial class PostgresFactSql
{
    private static readonly QualifiedName Deletions = Temp("deletions");

    private Identifier StoredSequence => _plan.Growth.Sequence!.Name;

    private IEnumerable<SqlStatement> TakeDeletions()
    {
        if (_plan.Growth.Operation is not { } operation)
            yield break;
        SqlText isDelete = Rules.Sql($"upper(src.{operation.Name}) = 'D'");
        yield return Statement("take-deletions", "Rows that the source says are gone.", Rules.Sql($"""
            CREATE TEMP TABLE deletions ON COMMIT DROP AS
            SELECT {Columns("src", _plan.Growth.KeepsSequence ? [.. _grain, StoredSequence] : _grain)}
            FROM {_incoming} AS src
            WHERE {isDelete}
            """));
        yield return Statement("leave-deletions", "They are no rows of the fact.", Rules.Sql($"""
            DELETE FROM {_incoming} AS src
            WHERE {isDelete}
            """));
    }

    private IEnumerable<SqlStatement> SetStaleRowsAside()
    {
        if (!_plan.Growth.KeepsSequence)
            yield break;
        SqlText content = AnyTrue(_plan.Columns.Select(column => column.Name).Except(_grain).Except([StoredSequence]).Select(name => Rules.Sql($"tgt.{name} IS DISTINCT FROM src.{name}")));
        SqlText disagrees = Rules.Sql($"EXISTS (SELECT 1 FROM {_table} AS tgt WHERE {SameKey("tgt", "src", _grain)} AND tgt.{StoredSequence} IS NOT DISTINCT FROM src.{StoredSequence} AND ({content}))");
        yield return RejectResolved("reject-undecided-rows", "The stored row has the same sequence and other values: nobody can tell which is right.", disagrees, Constant(StoredSequence.Value), "the stored row has the same sequence and other values");
        yield return Statement("leave-undecided-rows", "They take no further part.", Rules.Sql($"""
            DELETE FROM {Resolved} AS src
            WHERE {disagrees}
            """)) with { OnlyIf = Counters.Rejected };
        yield return Statement("leave-stale-rows", "Corrections older than what stands.", Rules.Sql($"""
            DELETE FROM {Resolved} AS src
            WHERE EXISTS (SELECT 1 FROM {_table} AS tgt WHERE {SameKey("tgt", "src", _grain)} AND {IsOlder("src", "tgt")})
            """)) with { Counter = Counters.Stale };
        if (_plan.Deletions is not { } deleted)
            yield break;
        yield return Statement("leave-deleted-rows", "Rows that were deleted since.", Rules.Sql($"""
            DELETE FROM {Resolved} AS src
            WHERE EXISTS (SELECT 1 FROM {deleted} AS tgt WHERE {SameKey("tgt", "src", _grain)} AND coalesce(src.{StoredSequence} <= tgt.{StoredSequence}, src.{StoredSequence} IS NULL))
            """)) with { Counter = Counters.Stale };
        yield return Statement("leave-stale-deletions", "Deletions older than what stands.", Rules.Sql($"""
            DELETE FROM {Deletions} AS src
            WHERE EXISTS (SELECT 1 FROM {_table} AS tgt WHERE {SameKey("tgt", "src", _grain)} AND {IsOlder("src", "tgt")})
            """)) with { Counter = Counters.Stale };
    }

    private SqlText IsOlder(string left, string right)
        => Rules.Sql($"coalesce({Column(left, StoredSequence)} < {Column(right, StoredSequence)}, {Column(left, StoredSequence)} IS NULL AND {Column(right, StoredSequence)} IS NOT NULL)");

    private IEnumerable<SqlStatement> Delete()
    {
        if (!_plan.TakesDeletions)
            yield break;
        yield return Statement("delete-retracted-rows", "What the source deleted.", Rules.Sql($"""
            DELETE FROM {_table} AS tgt
            WHERE EXISTS (SELECT 1 FROM {Deletions} AS src WHERE {SameKey("tgt", "src", _grain)})
            """)) with { Counter = Counters.Retracted, WritesTarget = true };
        if (_plan.Deletions is not { } deleted)
            yield break;
        yield return Statement("update-deletions", "A later deletion of a row that was deleted before.", Rules.Sql($"""
            UPDATE {deleted} AS tgt
            SET {StoredSequence} = src.{StoredSequence},
                {_plan.LoadId} = $load_id
            FROM {Deletions} AS src
            WHERE {SameKey("tgt", "src", _grain)}
              AND {IsOlder("tgt", "src")}
            """)) with { WritesTarget = true };
        yield return Statement("remember-deletions", "So that an older row that comes later stays away.", Rules.Sql($"""
            INSERT INTO {deleted} ({Names([.. _grain, StoredSequence])}, {_plan.LoadId})
            SELECT {Columns("src", [.. _grain, StoredSequence])},
                   $load_id
            FROM {Deletions} AS src
            WHERE NOT EXISTS (SELECT 1 FROM {deleted} AS tgt WHERE {SameKey("tgt", "src", _grain)})
            """)) with { WritesTarget = true };
    }

    private SqlStatement CountAccepted()
    {
        SqlText deletions = _plan.TakesDeletions ? Rules.Sql($" + (SELECT count(*) FROM {Deletions})") : SqlText.Empty;
        return Statement("count-accepted", "The rows that count.", Rules.Sql($"SELECT count(*){deletions} AS accepted FROM {Resolved}")) with { Kind = StatementKind.Count };
    }
}
