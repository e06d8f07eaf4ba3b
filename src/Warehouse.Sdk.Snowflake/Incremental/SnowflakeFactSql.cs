using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Takes a batch into a fact or a table of the enterprise zone: rows are checked against the grain, their keys are resolved in one pass,
/// and the result gets into the table by its strategy.
/// </summary>
internal sealed partial class SnowflakeFactSql
{
    private static readonly QualifiedName Resolved = Temp("resolved");

    private readonly IncrementalPlan _plan;
    private readonly QualifiedName _table;
    private readonly QualifiedName _incoming;
    private readonly IReadOnlyList<Identifier> _grain;

    private SnowflakeFactSql(IncrementalPlan plan)
    {
        _plan = plan;
        _table = plan.Target.Name;
        _incoming = plan.Combines ? Temp("combined") : SnowflakeBatchSql.Incoming;
        _grain = plan.Grain;
    }

    public static SqlScript Load(IncrementalPlan plan)
    {
        var sql = new SnowflakeFactSql(plan);
        return new SqlScript($"load {plan.Target.Name}",
        [
            .. plan.Periodic is null ? sql.ReadBatch() : sql.Summarise(),
            .. sql.KeepToInterval(),
            .. plan.Accumulating is null ? [] : sql.Accumulate(),
            .. sql.CombineRows(),
            .. sql.FindWatermark(),
            .. sql.FindPartitions(),
            .. sql.TakeDeletions(),
            .. sql.RejectUnknownMembers(),
            .. sql.InferMembers(),
            .. sql.InsertCombinations(),
            .. sql.TakeVersions(),
            sql.ResolveKeys(),
            .. sql.RejectWithoutVersion(),
            .. sql.CountUnknownMembers(),
            .. plan.Periodic is null ? [] : new[] { sql.DeleteAbsentPeriods() },
            .. sql.SetAside(),
            sql.CountAccepted(),
            .. sql.Write(),
            .. sql.Check(),
            .. plan.Events is { } events ? new[] { sql.KeepEvents(events.Name) } : [],
            .. sql.RecordInterval(),
        ]);
    }

    private IEnumerable<SqlStatement> SetAside() => _plan.Strategy switch
    {
        FactStrategy.Append => SetKnownRowsAside(),
        FactStrategy.Upsert => SetStaleRowsAside(),
        _ => [],
    };

    private IEnumerable<SqlStatement> Write() => _plan.Strategy switch
    {
        FactStrategy.Upsert when _plan.Reverses => WriteEntries(),
        FactStrategy.Upsert => [.. Upsert(), .. Delete()],
        FactStrategy.Append => [InsertAll(Counters.Inserted, onlyIf: null)],
        _ => Replace(),
    };
}
