using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>How far the loads before have come, and how far this one comes.</summary>
internal sealed class LoadWatermarks(ILedgerSql ledger)
{
    private const string SnapshotWatermark = "(full snapshot)";

    public async Task ExpectNewerSnapshotAsync(RunningLoad load, DateTime asOf, CancellationToken cancellationToken)
    {
        if (load.Target is not Dimension || load.Options.Kind != BatchKind.FullSnapshot)
            return;
        string[] watermarks = SnapshotWatermarks(load);
        load.Runner.Set("column_name", SnapshotWatermark);
        var rows = await load.Runner.QueryAsync(ledger.ReadSnapshots, cancellationToken).ConfigureAwait(false);
        // A snapshot of everybody is one of every part too.
        DateTime[] times = [.. rows.Where(row => load.Options.Scope.Count == 0 || (string)row["column_name"]! == SnapshotWatermark || watermarks.Contains((string)row["column_name"]!))
            .Select(row => DateTime.Parse((string)row["value"]!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind))];
        if (times.Length > 0 && asOf < times.Max())
        {
            throw new WarehouseLoadException(FormattableString.Invariant(
                $"A full snapshot of {load.Target.Name} as of {asOf:yyyy-MM-dd HH:mm:ss} was given, but one as of {times.Max():yyyy-MM-dd HH:mm:ss} is loaded already. Nothing was loaded. Snapshots come in the order of their times; load older rows as deltas."))
            {
                Target = load.Target.Name.ToString(),
            };
        }
    }

    private static string[] SnapshotWatermarks(RunningLoad load)
        => load.Options.Scope.Count == 0 ? [SnapshotWatermark] : [.. load.Options.Scope.Select(part => $"{SnapshotWatermark} {InvariantText.Of(part)}")];

    public async Task MoveAsync(RunningLoad load, DateTime asOf, CancellationToken cancellationToken)
    {
        if (load.Source is LandedLoadSource landed)
            await MoveWatermarkAsync(load, landed.Watermark, load.Runner.Parameters["landed_until"], cancellationToken).ConfigureAwait(false);
        if (load.Target is Dimension && load.Options.Kind == BatchKind.FullSnapshot)
        {
            foreach (string watermark in SnapshotWatermarks(load))
                await MoveWatermarkAsync(load, watermark, asOf, cancellationToken).ConfigureAwait(false);
        }

        if (load.Target is Fact { Definition.Growth: { Watermark: not null } growth } && !load.Options.IsBackfill)
            await MoveWatermarkAsync(load, FactOptions.WatermarkName(load.Target, growth, load.Options.Within), load.Runner.Parameters["upper_bound"], cancellationToken).ConfigureAwait(false);
    }

    private async Task MoveWatermarkAsync(RunningLoad load, string column, object? value, CancellationToken cancellationToken)
    {
        if (value is null)
            return;
        load.Runner.Set("column_name", column);
        load.Runner.Set("value", value is DateTime time ? time.ToString("O", CultureInfo.InvariantCulture) : InvariantText.Of(value));
        await load.Runner.MeasureAsync(ledger.MoveWatermark.Name, () => load.Session.ExecuteAsync(ledger.MoveWatermark, load.Runner.Parameters, cancellationToken)).ConfigureAwait(false);
    }
}
