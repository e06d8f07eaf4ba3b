using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What becomes of the rows that a load cannot take.</summary>
internal sealed class LoadRejects(ISqlDialect dialect, DimensionalModel model)
{
    private readonly ILedgerSql _ledger = dialect.Ledger(model.Conventions.LedgerSchema);

    /// <summary>They are kept before the batch meets its target: a snapshot with rejected rows cannot tell who is absent.</summary>
    public async Task KeepAsync(RunningLoad load, CancellationToken cancellationToken)
    {
        IReadOnlyList<RejectedRow> rows = load.Rejects.Take();
        if (rows.Count == 0)
            return;
        ObjectFeed<KeptReject> feed = KeptReject.Feed((long)load.Runner.Parameters["load_id"]!, load.Target, rows);
        await using (feed.ConfigureAwait(false))
            await load.Session.AppendAsync(KeptReject.Table(model.Conventions), feed, cancellationToken).ConfigureAwait(false);
    }

    /// <exception cref="WarehouseLoadException">They are more than the load allows.</exception>
    public async Task ExpectAllowedAsync(RunningLoad load, CancellationToken cancellationToken)
    {
        LoadCounts counts = LoadCounts.From(load.Runner.Counters);
        if (load.Options.Rejects.Allows(counts.Rejected, counts.Read))
            return;
        await PlaceAsync(load, cancellationToken).ConfigureAwait(false);
        var rows = await load.Runner.QueryAsync(_ledger.FirstRejects, cancellationToken).ConfigureAwait(false);
        throw RejectedRows.Refusal(load.Options.Rejects, counts.Rejected, [.. rows.Select(row => new RejectedRow(
            (string?)row["file"],
            row["line"] is { } line ? Convert.ToInt64(line, CultureInfo.InvariantCulture) : null,
            (string?)row["column_name"],
            (string)row["reason"]!,
            null))]);
    }

    /// <summary>Gives them their own files and lines. Until the batch is taken in, statements find them by the numbers they have among all parts of their source.</summary>
    public async Task PlaceAsync(RunningLoad load, CancellationToken cancellationToken)
    {
        if (load.Runner.Counters.GetValueOrDefault(Counters.Rejected) == 0)
            return;
        SqlStatement? place = load.Source switch
        {
            ComposedLoadSource composed => dialect.PlaceRejects(model.Conventions.LedgerSchema, composed.PartNumbers),
            FileLoadSource { Files.IsSingle: false } => _ledger.PlaceRejects,
            RejectLoadSource => _ledger.PlaceReplayed,
            _ => null,
        };
        if (place is not null)
            await load.Session.ExecuteAsync(place, load.Runner.Parameters, cancellationToken).ConfigureAwait(false);
    }
}
