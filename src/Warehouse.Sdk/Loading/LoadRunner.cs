using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>
/// The path every load takes: lock the target, recognise what was loaded before, stage, run the plan's statements, keep the rejects,
/// write the ledger, commit. Anything that goes wrong on the way rolls all of it back.
/// </summary>
internal sealed class LoadRunner(IWarehouseProvider provider, DimensionalModel model, IStageClient stage, TimeProvider time, ILogger logger)
{
    private readonly LoadPlanner _planner = new(provider.Dialect, model);
    private readonly LandingEvolution _evolution = new(provider.Dialect, model);
    private readonly ILedgerSql _ledger = provider.Dialect.Ledger(model.Conventions.LedgerSchema);
    private readonly LoadRejects _rejects = new(provider.Dialect, model);
    private readonly LoadWatermarks _watermarks = new(provider.Dialect.Ledger(model.Conventions.LedgerSchema));
    private readonly BatchStaging _staging = new(provider.Dialect, model, stage);

    public LoadPlan Plan(LoadTarget target, LoadSource source, LoadOptions options)
    {
        ExpectOwn(target);
        return new LoadPlan(target.Name.ToString(), [.. _planner.Plan(target, source, options).All, _ledger.RecordLoad]);
    }

    public async Task<LoadReport> RunAsync(LoadTarget target, LoadSource source, LoadOptions options, CancellationToken cancellationToken)
    {
        ExpectOwn(target);
        LoadScripts scripts = _planner.Plan(target, source, options);
        string name = target.Name.ToString();
        using Activity? activity = WarehouseDiagnostics.Activities.StartActivity($"load {name}");
        activity?.SetTag("db.system.name", provider.SystemName);
        activity?.SetTag("db.collection.name", name);
        long started = time.GetTimestamp();

        FileFingerprint? file = source is ComposedLoadSource composed ? await composed.FingerprintAsync(stage, cancellationToken).ConfigureAwait(false) : null;
        FileRecognition? files = source is FileLoadSource listed ? new FileRecognition(listed, await listed.ListAsync(stage, cancellationToken).ConfigureAwait(false)) : null;
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var runner = new StatementRunner(session, provider.SystemName, name, time, logger);
            var load = new RunningLoad(target, source, options, file, started, runner, session) { Files = files };
            try
            {
                LoadReport report = await RunAsync(load, scripts, cancellationToken).ConfigureAwait(false);
                activity?.SetTag("warehouse.load.id", report.LoadId);
                Tell(report);
                return report;
            }
            catch (Exception error)
            {
                await session.RollbackAsync().ConfigureAwait(false);
                activity?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
                Log.LoadFailed(logger, error, name, source.Description, runner.Step, time.GetElapsedTime(started).TotalMilliseconds);
                if (error is DbException driver)
                    throw Failure(load, driver);
                throw;
            }
        }
    }

    private async Task<LoadReport> RunAsync(RunningLoad load, LoadScripts scripts, CancellationToken cancellationToken)
    {
        StatementRunner runner = load.Runner;
        DateTime now = time.GetUtcNow().UtcDateTime;
        DateTime asOf = Stored(load.Options.AsOf?.UtcDateTime ?? now);
        runner.Set("target", load.Target.Name.ToString());
        runner.Set("started_at", now);
        runner.Set("as_of", asOf);
        runner.Set("closed_through", load.Options.ClosedThrough?.UtcDateTime);
        runner.Set("batch_id", load.Options.BatchId);
        runner.Set("path", load.File?.Path ?? load.Files?.SinglePath);
        foreach (var (name, value) in FactOptions.Parameters(load.Target, load.Options))
            runner.Set(name, value);
        await load.Session.PrepareAsync([scripts.Stage, scripts.Load, scripts.CleanUp], cancellationToken).ConfigureAwait(false);
        await load.Session.BeginAsync(LockedTables(load.Target), cancellationToken).ConfigureAwait(false);
        if (await FindEarlierAsync(load, cancellationToken).ConfigureAwait(false) is long earlier)
        {
            await load.Session.RollbackAsync().ConfigureAwait(false);
            return Report(load, earlier, LoadOutcome.AlreadyLoaded);
        }

        await _watermarks.ExpectNewerSnapshotAsync(load, asOf, cancellationToken).ConfigureAwait(false);
        long loadId = Convert.ToInt64((await runner.FirstRowAsync(_ledger.NextLoadId, cancellationToken).ConfigureAwait(false))!["load_id"], CultureInfo.InvariantCulture);
        runner.Set("load_id", loadId);

        if (load is { Files: { } files, Target: ZoneTable { Contract.NewColumn: OnSchemaChange.Evolve } landing })
        {
            var (table, gained) = await _evolution.FollowAsync(landing, files, runner, cancellationToken).ConfigureAwait(false);
            load = load with { Target = table, Gained = gained };
            scripts = _planner.Plan(table, load.Source, load.Options);
        }

        await _staging.StageAsync(load, scripts, cancellationToken).ConfigureAwait(false);
        if (load.Target is Fact { Definition.Accumulating: { } process })
        {
            foreach (var (index, milestone) in process.Milestones.Index())
                runner.Set(FormattableString.Invariant($"tells_{index + 1}"), !load.Absent.Contains(milestone.At.Name));
        }

        if (load.Target is Fact { Definition.Growth.IsByLine: true })
            runner.Set("source_batch", load.BatchName);
        if (!load.SaysNothing)
        {
            await runner.RunAsync(scripts.Load, () => _rejects.ExpectAllowedAsync(load, cancellationToken), cancellationToken).ConfigureAwait(false);
            await _rejects.ExpectAllowedAsync(load, cancellationToken).ConfigureAwait(false);
            await _rejects.PlaceAsync(load, cancellationToken).ConfigureAwait(false);
            await _watermarks.MoveAsync(load, asOf, cancellationToken).ConfigureAwait(false);
        }

        await runner.RunAsync(scripts.CleanUp, cancellationToken).ConfigureAwait(false);
        LoadReport report = Report(load, loadId, runner.Counters.GetValueOrDefault(Counters.Written) > 0 ? LoadOutcome.Loaded : LoadOutcome.NothingChanged);
        ExpectConserved(load, report);
        await RecordAsync(load, report, cancellationToken).ConfigureAwait(false);
        await new LedgerCommit(provider, _ledger).RunAsync(load.Session, runner, load.Target.Name.ToString(), LockedTables(load.Target), cancellationToken).ConfigureAwait(false);
        return report with { Elapsed = time.GetElapsedTime(load.Started), Steps = [.. runner.Steps] };
    }

    private async Task<long?> FindEarlierAsync(RunningLoad load, CancellationToken cancellationToken)
    {
        if (load.Options.BatchId is not null
            && await load.Runner.FirstRowAsync(_ledger.FindBatch, cancellationToken).ConfigureAwait(false) is { } batch)
        {
            return Convert.ToInt64(batch["load_id"], CultureInfo.InvariantCulture);
        }

        if (load.Files is not null)
            return await load.Files.FindEarlierAsync(load.Runner, _ledger, load.Target, load.Options, Stored, cancellationToken).ConfigureAwait(false);

        // Only the last content of a path counts: a snapshot that goes back to an earlier state is news, not a repetition.
        if (load.File is null || await load.Runner.FirstRowAsync(_ledger.FindFile, cancellationToken).ConfigureAwait(false) is not { } last)
            return null;
        bool isKnown = Convert.ToInt64(last["length"], CultureInfo.InvariantCulture) == load.File.Length
            && (string?)last["sha256"] == load.File.Sha256
            && (load.Options.AsOf is null || Equals(last["as_of"], Stored(load.Options.AsOf.Value.UtcDateTime)));
        return isKnown ? Convert.ToInt64(last["load_id"], CultureInfo.InvariantCulture) : null;
    }

    private async Task RecordAsync(RunningLoad load, LoadReport report, CancellationToken cancellationToken)
    {
        LedgerEntry.Bind(load.Runner, report, time.GetUtcNow().UtcDateTime);
        await load.Runner.MeasureAsync(_ledger.RecordLoad.Name, () => load.Session.ExecuteAsync(_ledger.RecordLoad, load.Runner.Parameters, cancellationToken)).ConfigureAwait(false);
        if (load.File is null)
            return;
        load.Runner.Set("path", load.File.Path);
        load.Runner.Set("length", load.File.Length);
        load.Runner.Set("sha256", load.File.Sha256);
        await load.Runner.MeasureAsync(_ledger.RecordFile.Name, () => load.Session.ExecuteAsync(_ledger.RecordFile, load.Runner.Parameters, cancellationToken)).ConfigureAwait(false);
    }

    private LoadReport Report(RunningLoad load, long loadId, LoadOutcome outcome) => new()
    {
        LoadId = loadId,
        Target = load.Target.Name.ToString(),
        Source = load.Source.Description,
        Outcome = outcome,
        Counts = LoadCounts.From(load.Runner.Counters),
        UnknownMembers = PerRole(load, Counters.UnknownPrefix),
        BeforeFirstVersion = PerRole(load, Counters.BeforeFirstPrefix),
        InGap = PerRole(load, Counters.InGapPrefix),
        Files = load.Files?.Files ?? [],
        IgnoredColumns = [.. load.Ignored],
        EvolvedColumns = [.. load.Gained.Select(name => name.Value)],
        Steps = [.. load.Runner.Steps],
        Elapsed = time.GetElapsedTime(load.Started),
    };

    private static Dictionary<string, long> PerRole(RunningLoad load, string prefix)
        => load.Runner.Counters.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);

    // A row that has no outcome was lost, and one that has two was doubled: neither is committed.
    private static void ExpectConserved(RunningLoad load, LoadReport report)
    {
        if (load.Target is Fact && !load.SaysNothing && !report.Counts.IsConserved)
            throw new WarehouseLoadException($"{report.Target}: the rows read and what became of them do not add up ({report.Counts}). The load was rolled back; {report.Target} is as before. This is an error of the SDK; please report it with the plan of the load.") { Target = report.Target, Step = "conservation" };
    }

    private void Tell(LoadReport report)
    {
        Log.Loaded(logger, report.LoadId, report.Target, report.Source, report.Outcome, report.Counts.Read, report.Counts.Rejected, report.Elapsed.TotalMilliseconds);
        if (report.IgnoredColumns.Count > 0)
            Log.ColumnsIgnored(logger, report.Target, report.Source, string.Join(", ", report.IgnoredColumns));
        if (report.Counts.MissedBelowWatermark > 0)
            Log.MissedBelowWatermark(logger, report.Target, report.Counts.MissedBelowWatermark);
        if (report.Counts.LeftInClosedPeriod > 0)
            Log.LeftInClosedPeriod(logger, report.Target, report.Counts.LeftInClosedPeriod);
        var tags = new TagList { { "db.system.name", provider.SystemName }, { "db.collection.name", report.Target }, { "outcome", report.Outcome.ToString() } };
        WarehouseDiagnostics.LoadDuration.Record(report.Elapsed.TotalSeconds, tags);
        WarehouseDiagnostics.LoadRows.Add(report.Counts.Read, tags);
    }

    private WarehouseLoadException Failure(RunningLoad load, DbException error)
        => new($"Loading {load.Target.Name} from {load.Source.Description} failed at '{load.Runner.Step}': {provider.Dialect.Explain(error)} The load was rolled back; {load.Target.Name} is as before.", error)
        {
            SystemName = provider.SystemName,
            Target = load.Target.Name.ToString(),
            Step = load.Runner.Step,
            IsTransient = load.Session.IsTransient(error),
        };

    // A fact that infers members writes to their dimensions too, and a dimension whose history changes writes to what holds its keys. Who
    // looked versions up meanwhile would have read the history before.
    private string[] LockedTables(LoadTarget target) =>
    [
        target.Name.ToString(),
        .. target switch
        {
            Fact fact =>
            [
                .. fact.Dimensions.Where(link => link.WhenUnknown == UnknownMember.InferMember).Select(link => link.Dimension.Name.ToString()),
                .. fact.JunkDimensions.Select(link => link.Dimension.Name.ToString()),
            ],
            Dimension dimension => KeyHolder.Of(model, dimension).Concat(KeyHolder.OfDurableKeys(model, dimension)).Select(holder => holder.Table.Name.ToString()).Distinct(),
            _ => Array.Empty<string>(),
        },
    ];

    private void ExpectOwn(LoadTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!model.Contains(target))
            throw new ArgumentException($"{target.Name} is not a table of the model '{model.Name}' this warehouse was opened with.", nameof(target));
    }

    // The stored value is the compared value.
    private static DateTime Stored(DateTime instant) => instant.AddTicks(-(instant.Ticks % TimeSpan.TicksPerMicrosecond));
}
