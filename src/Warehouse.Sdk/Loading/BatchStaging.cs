using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Brings the batch of a load into its private tables, from wherever it comes.</summary>
internal sealed class BatchStaging(ISqlDialect dialect, DimensionalModel model, IStageClient stage)
{
    private readonly ILedgerSql _ledger = dialect.Ledger(model.Conventions.LedgerSchema);
    private readonly LoadRejects _rejects = new(dialect, model);

    public Task StageAsync(RunningLoad load, LoadScripts scripts, CancellationToken cancellationToken)
        => scripts.Steps.Count > 0 ? StagePartsAsync(load, scripts.Steps, cancellationToken) : StageWholeAsync(load, scripts, cancellationToken);

    private async Task StageWholeAsync(RunningLoad load, LoadScripts scripts, CancellationToken cancellationToken)
    {
        StatementRunner runner = load.Runner;
        SqlScript script = scripts.Stage;
        load.Absent.UnionWith(scripts.Absent);
        if (load.Source is LandedLoadSource landed)
        {
            runner.Set("column_name", landed.Watermark);
            var last = await runner.FirstRowAsync(_ledger.ReadWatermark, cancellationToken).ConfigureAwait(false);
            runner.Set("landed_after", last?["value"] is string value ? long.Parse(value, CultureInfo.InvariantCulture) : 0L);
        }
        else if (load.Source is SqlLoadSource query)
        {
            load.Absent.UnionWith(await PrepareAsync(load, query, load.Target, cancellationToken).ConfigureAwait(false));
            if (load.Absent.Count > 0)
                script = dialect.Stage(new StagePlan(load.Target) { Query = SqlText.FromHost(query.Sql), Absent = load.Absent });
        }

        await runner.RunAsync(script, cancellationToken).ConfigureAwait(false);
        runner.QueryParameters = null;
        for (int part = 0; part < load.Options.Scope.Count; part++)
            runner.Set(ScdMergePlan.ScopeParameter(part + 1), load.Options.Scope[part]);
        if (load.Source is RowLoadSource rows)
            await StageRowsAsync(load, rows, load.Target, load.Absent, cancellationToken).ConfigureAwait(false);

        if (load.Source is RejectLoadSource rejected)
        {
            StagingRequest request = Request(load, load.Target, load.Absent);
            runner.Count(Counters.Read, await runner.MeasureAsync("stage-rows", () => rejected.StageAsync(request, runner, _ledger, cancellationToken)).ConfigureAwait(false));
            runner.Count(Counters.Rejected, load.Rejects.Count);
        }

        if (load.Files is { Kept: { Count: > 0 } kept })
        {
            ObjectFeed<KeptFile> feed = KeptFile.Feed(kept);
            await using (feed.ConfigureAwait(false))
                await load.Session.AppendAsync(KeptFile.Table(model.Conventions), feed, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Looks at the columns of a query, which then runs with the host's parameters beside the load's own.</summary>
    private async Task<IEnumerable<Identifier>> PrepareAsync(RunningLoad load, SqlLoadSource query, LoadTarget target, CancellationToken cancellationToken)
    {
        load.Runner.QueryParameters = new Dictionary<string, object?>([.. load.Runner.Parameters, .. query.Parameters]);
        var columns = await load.Runner.QueryAsync(dialect.Describe(SqlText.FromHost(query.Sql)), cancellationToken).ConfigureAwait(false);
        return SourceHeader.Check(target, query.Description, [.. columns.Select(row => new Identifier((string)row["column_name"]!))], allowExtra: true);
    }

    private StagingRequest Request(RunningLoad load, LoadTarget target, HashSet<Identifier> absent)
        => new(target, load.Session, load.Rejects, stage, token => _rejects.KeepAsync(load, token)) { Absent = absent, Ignored = load.Ignored };

    private async Task StageRowsAsync(RunningLoad load, RowLoadSource rows, LoadTarget target, HashSet<Identifier> absent, CancellationToken cancellationToken)
    {
        long rejected = load.Rejects.Count;
        StagingRequest request = Request(load, target, absent);
        load.Runner.Count(Counters.Read, await load.Runner.MeasureAsync("stage-rows", () => load.Files is { } files ? StageFilesAsync(load, files, request, cancellationToken) : rows.StageAsync(request, cancellationToken)).ConfigureAwait(false));
        load.Runner.Count(Counters.Rejected, load.Rejects.Count - rejected);
    }

    private static async Task<long> StageFilesAsync(RunningLoad load, FileRecognition files, StagingRequest request, CancellationToken cancellationToken)
    {
        long read = 0;
        HashSet<Identifier>? absent = null;
        await foreach (var (file, fingerprint, rows, ofFile) in files.Source.StageAllAsync(request, files.Unknown, cancellationToken).ConfigureAwait(false))
        {
            files.Add((long)load.Runner.Parameters["load_id"]!, load.Target, file, fingerprint, rows);
            read += rows;
            // What one of them tells, the load tells.
            absent = absent is null ? [.. ofFile] : [.. absent.Intersect(ofFile)];
        }

        load.Absent.UnionWith(absent ?? []);
        return read;
    }

    /// <summary>Stages one part after the other; what each of them gave is put aside before the next.</summary>
    private async Task StagePartsAsync(RunningLoad load, IReadOnlyList<StageStep> steps, CancellationToken cancellationToken)
    {
        StatementRunner runner = load.Runner;
        foreach (StageStep step in steps.Where(step => step.Name is not null))
            runner.Set(step.NameParameter, step.Name);
        foreach (StageStep step in steps)
        {
            if (step.Source is SqlLoadSource query)
                await PrepareAsync(load, query, step.Target, cancellationToken).ConfigureAwait(false);
            await runner.RunAsync(step.Script, () => _rejects.ExpectAllowedAsync(load, cancellationToken), cancellationToken).ConfigureAwait(false);
            runner.QueryParameters = null;
            if (step.Source is RowLoadSource rows)
                await StageRowsAsync(load, rows, step.Target, [], cancellationToken).ConfigureAwait(false);
        }
    }
}
