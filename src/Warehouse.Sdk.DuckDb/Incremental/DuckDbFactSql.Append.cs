using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Rows whose grain stands in the table already.</summary>
internal sealed partial class DuckDbFactSql
{
    // A key that was unknown when the row was stored says nothing about the row itself.
    private SqlText DiffersFromStored => AnyTrue(_plan.BesideGrain.Select(name => _plan.Dimensions.Any(link => link.KeyColumn == name)
        ? Rules.Sql($"(tgt.{name} <> {DefaultMember.Unknown.Key} AND tgt.{name} IS DISTINCT FROM src.{name})")
        : Rules.Sql($"tgt.{name} IS DISTINCT FROM src.{name}")));

    private IEnumerable<SqlStatement> SetKnownRowsAside()
    {
        if (_plan.BesideGrain.Count > 0)
        {
            SqlText differs = Rules.Sql($"EXISTS (SELECT 1 FROM {_table} AS tgt WHERE {SameKey("tgt", "src", _grain)} AND ({DiffersFromStored}))");
            if (_plan.Growth.Conflict == AppendConflict.Reject)
                yield return RejectResolved("reject-conflicting-rows", "An append changes nothing that stands; what differs from it is kept aside.", differs, new SqlText("NULL"), "the grain stands in the table with other values");
            yield return Statement("leave-conflicting-rows", "They take no further part.", Rules.Sql($"""
                DELETE FROM {Resolved} AS src
                WHERE {differs}
                """)) with
            {
                Counter = _plan.Growth.Conflict == AppendConflict.KeepStored ? Counters.Stale : null,
                OnlyIf = _plan.Growth.Conflict == AppendConflict.Reject ? Counters.Rejected : null,
            };
        }

        yield return Statement("leave-known-rows", "Rows that were appended before.", Rules.Sql($"""
            DELETE FROM {Resolved} AS src
            WHERE EXISTS (SELECT 1 FROM {_table} AS tgt WHERE {SameKey("tgt", "src", _grain)})
            """)) with { Counter = Counters.Duplicates };
    }

    /// <summary>Keeps resolved rows aside as the source brought them.</summary>
    private SqlStatement RejectResolved(string name, string purpose, SqlText condition, SqlText column, string reason)
    {
        SqlText sameRow = _plan.Growth.IsByLine ? Rules.Sql($"incoming.{StagePlan.SourceLine} = src.{StagePlan.SourceLine}") : SameKey("incoming", "src", _grain);
        return Statement(name, purpose, Rules.Sql($"""
            INSERT INTO {DuckDbLedgerSql.Rejects(_plan.Target.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   incoming.{StagePlan.SourceLine},
                   {column},
                   {Constant(reason + " (")} || {DuckDbBatchSql.KeyText("src", _grain)} || ')',
                   CAST(to_json(incoming) AS VARCHAR)
            FROM {Resolved} AS src
            JOIN {_incoming} AS incoming ON {sameRow}
            WHERE {condition}
            """)) with { Counter = Counters.Rejected };
    }
}
