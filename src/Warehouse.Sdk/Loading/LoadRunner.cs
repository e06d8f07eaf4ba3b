using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// The path every load takes: lock the target, recognise what was loaded before, stage, run the plan's statements, keep the rejects,
/// write the ledger, commit. Anything that goes wrong on the way rolls all of it back.
/// </summary>
internal sealed class LoadRunner(IWarehouseProvider provider, DimensionalModel model, IStageClient stage, TimeProvider time, ILogger logger)
{
    private readonly LoadPlanner _planner = new(provider.Dialect, model);
    private readonly ILedgerSql _ledger = provider.Dialect.Ledger(model.Conventions.LedgerSchema);

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

        FileFingerprint? file = source switch
        {
            RowLoadSource rows => await rows.FingerprintAsync(stage, cancellationToken).ConfigureAwait(false),
            ComposedLoadSource composed => await composed.FingerprintAsync(stage, cancellationToken).ConfigureAwait(false),
            _ => null,
        };
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var runner = new StatementRunner(session, provider.SystemName, name, time, logger);
            var load = new RunningLoad(target, source, options, file, started, runner, session);
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
        runner.Set("path", load.File?.Path);
        foreach (var (name, value) in FactOptions.Parameters(load.Target, load.Options))
            runner.Set(name, value);
        await load.Session.BeginAsync(LockedTables(load.Target), cancellationToken).ConfigureAwait(false);
        if (await FindEarlierAsync(load, cancellationToken).ConfigureAwait(false) is long earlier)
        {
            await load.Session.RollbackAsync().ConfigureAwait(false);
            return Report(load, earlier, LoadOutcome.AlreadyLoaded);
        }

        await ExpectNewerSnapshotAsync(load, asOf, cancellationToken).ConfigureAwait(false);
        long loadId = Convert.ToInt64((await runner.FirstRowAsync(_ledger.NextLoadId, cancellationToken).ConfigureAwait(false))!["load_id"], CultureInfo.InvariantCulture);
        runner.Set("load_id", loadId);

        await (scripts.Steps.Count > 0 ? StagePartsAsync(load, scripts.Steps, cancellationToken) : StageAsync(load, scripts.Stage, cancellationToken)).ConfigureAwait(false);
        if (load.Target is Fact { Definition.Accumulating: { } process })
        {
            foreach (var (index, milestone) in process.Milestones.Index())
                runner.Set(FormattableString.Invariant($"tells_{index + 1}"), !load.Absent.Contains(milestone.At.Name));
        }

        if (load.Target is Fact { Definition.Growth.IsByLine: true })
            runner.Set("source_batch", BatchName(load));
        if (!SaysNothing(load))
        {
            await runner.RunAsync(scripts.Load, () => ExpectAllowedRejectsAsync(load, cancellationToken), cancellationToken).ConfigureAwait(false);
            await ExpectAllowedRejectsAsync(load, cancellationToken).ConfigureAwait(false);
            await PlaceRejectsAsync(load, cancellationToken).ConfigureAwait(false);
            await MoveWatermarksAsync(load, asOf, cancellationToken).ConfigureAwait(false);
        }

        await runner.RunAsync(scripts.CleanUp, cancellationToken).ConfigureAwait(false);
        LoadReport report = Report(load, loadId, runner.Counters.GetValueOrDefault(Counters.Written) > 0 ? LoadOutcome.Loaded : LoadOutcome.NothingChanged);
        ExpectConserved(load, report);
        await RecordAsync(load, report, cancellationToken).ConfigureAwait(false);
        await new LedgerCommit(provider, _ledger).RunAsync(load.Session, runner, load.Target.Name.ToString(), LockedTables(load.Target), cancellationToken).ConfigureAwait(false);
        return report with { Elapsed = time.GetElapsedTime(load.Started), Steps = [.. runner.Steps] };
    }

    // Nothing new landed, or a delta without rows: no target changes because of it, and none is refused for it.
    private static bool SaysNothing(RunningLoad load)
    {
        if (load.Runner.Counters.GetValueOrDefault(Counters.Read) > 0 || load.Runner.Counters.GetValueOrDefault(StagePlan.ReadInPlace) > 0)
            return false;
        if (load.Source is DerivedLoadSource)
            return false;
        return load.Source is LandedLoadSource || load.Target switch
        {
            Dimension => load.Options.Kind == BatchKind.Delta,
            Fact fact => !load.Options.IsBackfill && load.Options.EmptyPartitions.Count == 0 && fact.Strategy is FactStrategy.Upsert or FactStrategy.Append or FactStrategy.ReplacePartition,
            ZoneTable table => table.Zone == Zone.Landing || (table.Growth.Strategy == FactStrategy.Upsert && load.Options.Kind == BatchKind.Delta),
            _ => false,
        };
    }

    private async Task<long?> FindEarlierAsync(RunningLoad load, CancellationToken cancellationToken)
    {
        if (load.Options.BatchId is not null
            && await load.Runner.FirstRowAsync(_ledger.FindBatch, cancellationToken).ConfigureAwait(false) is { } batch)
        {
            return Convert.ToInt64(batch["load_id"], CultureInfo.InvariantCulture);
        }

        // Only the last content of a path counts: a snapshot that goes back to an earlier state is news, not a repetition.
        if (load.File is null || await load.Runner.FirstRowAsync(_ledger.FindFile, cancellationToken).ConfigureAwait(false) is not { } last)
            return null;
        bool isKnown = Convert.ToInt64(last["length"], CultureInfo.InvariantCulture) == load.File.Length
            && (string?)last["sha256"] == load.File.Sha256
            && (load.Options.AsOf is null || Equals(last["as_of"], Stored(load.Options.AsOf.Value.UtcDateTime)));
        return isKnown ? Convert.ToInt64(last["load_id"], CultureInfo.InvariantCulture) : null;
    }

    private async Task ExpectNewerSnapshotAsync(RunningLoad load, DateTime asOf, CancellationToken cancellationToken)
    {
        if (load.Target is not Dimension || load.Options.Kind != BatchKind.FullSnapshot)
            return;
        string[] watermarks = SnapshotWatermarks(load);
        load.Runner.Set("column_name", SnapshotWatermark);
        var rows = await load.Runner.QueryAsync(_ledger.ReadSnapshots, cancellationToken).ConfigureAwait(false);
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

    private async Task StageAsync(RunningLoad load, SqlScript script, CancellationToken cancellationToken)
    {
        StatementRunner runner = load.Runner;
        if (load.Source is LandedLoadSource landed)
        {
            load.Absent.UnionWith(SourceHeader.Check(load.Target, landed.Description, [.. landed.Landing.Schema.Columns.Select(column => column.Name)], allowExtra: true));
            runner.Set("column_name", LandedWatermark(landed));
            var last = await runner.FirstRowAsync(_ledger.ReadWatermark, cancellationToken).ConfigureAwait(false);
            runner.Set("landed_after", last?["value"] is string value ? long.Parse(value, CultureInfo.InvariantCulture) : 0L);
        }
        else if (load.Source is SqlLoadSource query)
        {
            runner.QueryParameters = new Dictionary<string, object?>([.. runner.Parameters, .. query.Parameters]);
            var columns = await runner.QueryAsync(provider.Dialect.Describe(SqlText.FromHost(query.Sql)), cancellationToken).ConfigureAwait(false);
            load.Absent.UnionWith(SourceHeader.Check(load.Target, query.Description, [.. columns.Select(row => new Identifier((string)row["column_name"]!))], allowExtra: true));
            if (load.Absent.Count > 0)
                script = provider.Dialect.Stage(new StagePlan(load.Target) { Query = SqlText.FromHost(query.Sql), Absent = load.Absent });
        }

        await runner.RunAsync(script, cancellationToken).ConfigureAwait(false);
        runner.QueryParameters = null;
        for (int part = 0; part < load.Options.Scope.Count; part++)
            runner.Set(ScdMergePlan.ScopeParameter(part + 1), load.Options.Scope[part]);
        if (load.Source is RowLoadSource rows)
        {
            long read = await runner.MeasureAsync("stage-rows", () => rows.StageAsync(new StagingRequest(load.Target, load.Session, load.Rejects, stage, token => KeepRejectsAsync(load, token)) { Absent = load.Absent }, cancellationToken)).ConfigureAwait(false);
            runner.Count(Counters.Read, read);
            runner.Count(Counters.Rejected, load.Rejects.Count);
        }
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
            {
                runner.QueryParameters = new Dictionary<string, object?>([.. runner.Parameters, .. query.Parameters]);
                var columns = await runner.QueryAsync(provider.Dialect.Describe(SqlText.FromHost(query.Sql)), cancellationToken).ConfigureAwait(false);
                SourceHeader.Check(step.Target, query.Description, [.. columns.Select(row => new Identifier((string)row["column_name"]!))], allowExtra: true);
            }

            await runner.RunAsync(step.Script, () => ExpectAllowedRejectsAsync(load, cancellationToken), cancellationToken).ConfigureAwait(false);
            runner.QueryParameters = null;
            if (step.Source is RowLoadSource rows)
            {
                long rejected = load.Rejects.Count;
                long read = await runner.MeasureAsync("stage-rows", () => rows.StageAsync(new StagingRequest(step.Target, load.Session, load.Rejects, stage, token => KeepRejectsAsync(load, token)), cancellationToken)).ConfigureAwait(false);
                runner.Count(Counters.Read, read);
                runner.Count(Counters.Rejected, load.Rejects.Count - rejected);
            }
        }
    }

    // They are kept before the batch meets its target: a snapshot with rejected rows cannot tell who is absent.
    private async Task KeepRejectsAsync(RunningLoad load, CancellationToken cancellationToken)
    {
        IReadOnlyList<RejectedRow> rows = load.Rejects.Take();
        if (rows.Count == 0)
            return;
        ObjectFeed<KeptReject> feed = KeptReject.Feed((long)load.Runner.Parameters["load_id"]!, load.Target, rows);
        await using (feed.ConfigureAwait(false))
            await load.Session.AppendAsync(KeptReject.Table(model.Conventions), feed, cancellationToken).ConfigureAwait(false);
    }

    private async Task ExpectAllowedRejectsAsync(RunningLoad load, CancellationToken cancellationToken)
    {
        LoadCounts counts = LoadCounts.From(load.Runner.Counters);
        if (load.Options.Rejects.Allows(counts.Rejected, counts.Read))
            return;
        await PlaceRejectsAsync(load, cancellationToken).ConfigureAwait(false);
        var rows = await load.Runner.QueryAsync(_ledger.FirstRejects, cancellationToken).ConfigureAwait(false);
        throw RejectedRows.Refusal(load.Options.Rejects, counts.Rejected, [.. rows.Select(row => new RejectedRow(
            (string?)row["file"],
            row["line"] is { } line ? Convert.ToInt64(line, CultureInfo.InvariantCulture) : null,
            (string?)row["column_name"],
            (string)row["reason"]!,
            null))]);
    }

    // Until the batch is taken in, statements find rejected rows by the numbers they have among all parts of their source.
    private async Task PlaceRejectsAsync(RunningLoad load, CancellationToken cancellationToken)
    {
        if (load.Source is ComposedLoadSource composed && load.Runner.Counters.GetValueOrDefault(Counters.Rejected) > 0)
            await load.Session.ExecuteAsync(provider.Dialect.PlaceRejects(model.Conventions.LedgerSchema, composed.PartNumbers), load.Runner.Parameters, cancellationToken).ConfigureAwait(false);
    }

    private async Task MoveWatermarksAsync(RunningLoad load, DateTime asOf, CancellationToken cancellationToken)
    {
        if (load.Source is LandedLoadSource landed)
            await MoveWatermarkAsync(load, LandedWatermark(landed), load.Runner.Parameters["landed_until"], cancellationToken).ConfigureAwait(false);
        if (load.Target is Dimension && load.Options.Kind == BatchKind.FullSnapshot)
        {
            foreach (string watermark in SnapshotWatermarks(load))
                await MoveWatermarkAsync(load, watermark, asOf, cancellationToken).ConfigureAwait(false);
        }

        if (load.Target is Fact { Definition.Growth: { Watermark: not null } growth } && !load.Options.IsBackfill)
            await MoveWatermarkAsync(load, FactOptions.WatermarkName(growth, load.Options.Within), load.Runner.Parameters["upper_bound"], cancellationToken).ConfigureAwait(false);
    }

    private async Task MoveWatermarkAsync(RunningLoad load, string column, object? value, CancellationToken cancellationToken)
    {
        if (value is null)
            return;
        load.Runner.Set("column_name", column);
        load.Runner.Set("value", value is DateTime time ? time.ToString("O", CultureInfo.InvariantCulture) : InvariantText.Of(value));
        await load.Runner.MeasureAsync(_ledger.MoveWatermark.Name, () => load.Session.ExecuteAsync(_ledger.MoveWatermark, load.Runner.Parameters, cancellationToken)).ConfigureAwait(false);
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
        Steps = [.. load.Runner.Steps],
        Elapsed = time.GetElapsedTime(load.Started),
    };

    private static Dictionary<string, long> PerRole(RunningLoad load, string prefix)
        => load.Runner.Counters.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[prefix.Length..], pair => pair.Value);

    // A row that has no outcome was lost, and one that has two was doubled: neither is committed.
    private static void ExpectConserved(RunningLoad load, LoadReport report)
    {
        if (load.Target is Fact && !SaysNothing(load) && !report.Counts.IsConserved)
            throw new WarehouseLoadException($"{report.Target}: the rows read and what became of them do not add up ({report.Counts}). The load was rolled back; {report.Target} is as before. This is an error of the SDK; please report it with the plan of the load.") { Target = report.Target, Step = "conservation" };
    }

    // Rows that nothing in themselves identifies are known by where they came from.
    private static string BatchName(RunningLoad load) => load.Options.BatchId ?? load.File?.Path ?? (load.Source is LandedLoadSource landed
        ? FormattableString.Invariant($"{landed.Landing.Name} after load {load.Runner.Parameters["landed_after"]}")
        : throw new WarehouseLoadException($"The rows of {load.Target.Name} are known by their batch and line, but this batch has no name, so that it would be doubled if it came again. Nothing was loaded. Give it one in LoadOptions.BatchId, or load it from a file.") { Target = load.Target.Name.ToString() });

    private void Tell(LoadReport report)
    {
        Log.Loaded(logger, report.LoadId, report.Target, report.Source, report.Outcome, report.Counts.Read, report.Counts.Rejected, report.Elapsed.TotalMilliseconds);
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

    private const string SnapshotWatermark = "(full snapshot)";

    private static string LandedWatermark(LandedLoadSource landed) => $"{landed.Landing.Name}.load_id";

    private sealed record RunningLoad(LoadTarget Target, LoadSource Source, LoadOptions Options, FileFingerprint? File, long Started, StatementRunner Runner, IWarehouseSession Session)
    {
        public RejectedRows Rejects { get; } = new(Options.Rejects);

        public HashSet<Identifier> Absent { get; } = [];
    }
}
