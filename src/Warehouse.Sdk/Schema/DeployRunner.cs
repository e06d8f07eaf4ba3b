using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The path a deployment takes: compare, create what is missing, fill dates, note the model, commit.</summary>
internal sealed class DeployRunner(IWarehouseProvider provider, DimensionalModel model, TimeProvider time, ILogger logger)
{
    /// <summary>What a deployment would run. The ledger is made and everything undone again: it knows the types of attributes.</summary>
    public async Task<DeployScript> PlanAsync(DeployOptions options, CancellationToken cancellationToken)
    {
        PhysicalComparison.Refuse(provider.Dialect, model, provider.SystemName);
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var runner = new StatementRunner(session, provider.SystemName, model.Name, time, logger);
            try
            {
                var (plan, _) = await CompareAsync(session, runner, options, cancellationToken).ConfigureAwait(false);
                return new DeployScript(model.Name, [.. provider.Dialect.DeployLedger(model.Conventions.LedgerSchema).Statements, .. provider.Dialect.Deploy(plan).Statements, .. provider.Dialect.Refill(plan).Statements])
                {
                    CreatedTables = [.. plan.MissingTables.Select(table => table.Name)],
                    AddedColumns = [.. plan.MissingColumns.Select(missing => $"{missing.Table.Name}.{missing.Column.Name}")],
                    WidenedColumns = plan.WidenedInWords(provider.Dialect),
                    ChangedOptions = plan.ChangedOptionsInWords,
                };
            }
            catch (DbException error)
            {
                throw Failure(session, runner, error);
            }
            finally
            {
                await session.RollbackAsync().ConfigureAwait(false);
            }
        }
    }

    public async Task<DeployReport> RunAsync(DeployOptions options, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        PhysicalComparison.Refuse(provider.Dialect, model, provider.SystemName);
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var runner = new StatementRunner(session, provider.SystemName, model.Name, time, logger);
            try
            {
                var (plan, views) = await DeployAsync(session, runner, options, cancellationToken).ConfigureAwait(false);
                TimeSpan elapsed = time.GetElapsedTime(started);
                Log.Deployed(logger, model.Name, provider.Database, plan.MissingTables.Count, plan.MissingColumns.Count, elapsed.TotalMilliseconds);
                return new DeployReport(
                    [.. plan.MissingTables.Select(table => table.Name)],
                    [.. plan.MissingColumns.Select(missing => $"{missing.Table.Name}.{missing.Column.Name}")],
                    elapsed)
                {
                    CreatedViews = views,
                    WidenedColumns = plan.WidenedInWords(provider.Dialect),
                    ChangedOptions = plan.ChangedOptionsInWords,
                    RetypedAttributes = [.. plan.Retyped.Select(attribute => attribute.ToString())],
                    MergedVersions = runner.Counters.GetValueOrDefault(Counters.MergedVersions),
                    Repointed = runner.Counters.GetValueOrDefault(Counters.Repointed),
                };
            }
            catch (Exception error)
            {
                await session.RollbackAsync().ConfigureAwait(false);
                if (error is not DbException driver)
                    throw;
                throw Failure(session, runner, driver);
            }
        }
    }

    private WarehouseException Failure(IWarehouseSession session, StatementRunner runner, DbException error)
        => new($"Deploying the model '{model.Name}' to {provider.Database} failed at '{runner.Step}': {provider.Dialect.Explain(error)} Everything was rolled back; the database is as before.", error)
        {
            SystemName = provider.SystemName,
            Target = model.Name,
            Step = runner.Step,
            IsTransient = session.IsTransient(error),
        };

    private async Task<(DeployPlan Plan, DatabaseColumn[] Before)> CompareAsync(IWarehouseSession session, StatementRunner runner, DeployOptions options, CancellationToken cancellationToken)
    {
        ISqlDialect dialect = provider.Dialect;
        // The ledger's schema too: models that share a database share it.
        string[] targets = [.. model.Tables.Select(table => table.Name.ToString()), model.Conventions.LedgerSchema.Value];
        await session.BeginAsync(targets, cancellationToken).ConfigureAwait(false);
        var columns = await runner.QueryAsync(dialect.ReadColumns(model), cancellationToken).ConfigureAwait(false);
        DatabaseColumn[] before = [.. columns.Select(Read)];
        DeployPlan plan = SchemaComparison.Compare(model, before, dialect);

        runner.Set("load_id", 0L);
        await runner.RunAsync(dialect.DeployLedger(model.Conventions.LedgerSchema), cancellationToken).ConfigureAwait(false);
        plan = await new AttributeTypes(dialect, model, runner).CompareAsync(plan, options, cancellationToken).ConfigureAwait(false);
        return (await new PhysicalComparison(dialect, model, runner).CompareAsync(plan, cancellationToken).ConfigureAwait(false), before);
    }

    private async Task<(DeployPlan Plan, IReadOnlyList<QualifiedName> Views)> DeployAsync(IWarehouseSession session, StatementRunner runner, DeployOptions options, CancellationToken cancellationToken)
    {
        ISqlDialect dialect = provider.Dialect;
        ILedgerSql ledger = dialect.Ledger(model.Conventions.LedgerSchema);
        var (plan, before) = await CompareAsync(session, runner, options, cancellationToken).ConfigureAwait(false);
        await runner.RunAsync(dialect.Deploy(plan), cancellationToken).ConfigureAwait(false);
        await RefillAsync(plan, ledger, session, runner, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<QualifiedName> views = await new HistoryViewDeployer(dialect, model, runner).RunAsync(before, plan, cancellationToken).ConfigureAwait(false);
        foreach (DateDimension dimension in model.DateDimensions)
            await FillAsync(session, runner, dimension, cancellationToken).ConfigureAwait(false);

        runner.Set("model_name", model.Name);
        runner.Set("model_hash", model.Hash());
        runner.Set("deployed_at", time.GetUtcNow().UtcDateTime);
        runner.Set("sdk_version", LedgerEntry.SdkVersion);
        await session.ExecuteAsync(ledger.RecordModel, runner.Parameters, cancellationToken).ConfigureAwait(false);
        await CommitAsync(session, cancellationToken).ConfigureAwait(false);
        return (plan, views);
    }

    // Rows that a deployment changes have a load like all others, by which tables that were derived from them find the change.
    private async Task RefillAsync(DeployPlan plan, ILedgerSql ledger, IWarehouseSession session, StatementRunner runner, CancellationToken cancellationToken)
    {
        bool changesRows = plan.Collapsed.Count > 0 || plan.Refilled.Any() || plan.RefilledLinks.Any();
        if (changesRows)
            runner.Set("load_id", Convert.ToInt64((await runner.FirstRowAsync(ledger.NextLoadId, cancellationToken).ConfigureAwait(false))!["load_id"], CultureInfo.InvariantCulture));
        await runner.RunAsync(provider.Dialect.Refill(plan), cancellationToken).ConfigureAwait(false);
        if (!changesRows)
            return;
        DateTime now = time.GetUtcNow().UtcDateTime;
        foreach (var (name, value) in new (string, object?)[] { ("target", model.Name), ("source", "deployment"), ("batch_id", null), ("status", "loaded"), ("as_of", now), ("started_at", now), ("finished_at", now), ("rows_read", 0L), ("rows_rejected", 0L), ("sdk_version", LedgerEntry.SdkVersion) })
            runner.Set(name, value);
        runner.Set("counts", LedgerEntry.Counts(runner));
        await runner.MeasureAsync(ledger.RecordLoad.Name, () => session.ExecuteAsync(ledger.RecordLoad, runner.Parameters, cancellationToken)).ConfigureAwait(false);
        runner.Set("load_id", 0L);
    }

    // Deploying again does what is missing, whatever became of this commit.
    private async Task CommitAsync(IWarehouseSession session, CancellationToken cancellationToken)
    {
        try
        {
            await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbException error)
        {
            await session.RollbackAsync().ConfigureAwait(false);
            throw new WarehouseException($"Deploying the model '{model.Name}' to {provider.Database} failed while it was being committed: {provider.Dialect.Explain(error)} The deployment is there as a whole or not at all. Deploy again: it does what is missing, and nothing if all is there.", error)
            {
                SystemName = provider.SystemName,
                Target = model.Name,
                Step = "commit",
                IsTransient = true,
            };
        }
    }

    private async Task FillAsync(IWarehouseSession session, StatementRunner runner, DateDimension dimension, CancellationToken cancellationToken)
    {
        ISqlDialect dialect = provider.Dialect;
        await runner.RunAsync(dialect.Stage(new StagePlan(dimension)), cancellationToken).ConfigureAwait(false);
        var days = new ObjectFeed<CalendarDay>(dimension.Days(), dimension.Rows);
        await using (days.ConfigureAwait(false))
            await session.StageAsync(dimension, days, new RejectedRows(RejectPolicy.FailOnFirst), cancellationToken).ConfigureAwait(false);
        await runner.RunAsync(dialect.Fill(dimension), cancellationToken).ConfigureAwait(false);
        await runner.RunAsync(dialect.CleanUp(), cancellationToken).ConfigureAwait(false);
    }

    private static DatabaseColumn Read(IReadOnlyDictionary<string, object?> row)
        => new(
            new QualifiedName(Text(row, "schema_name"), Text(row, "table_name")),
            Text(row, "column_name"),
            Text(row, "data_type"));

    private static string Text(IReadOnlyDictionary<string, object?> row, string column) => Convert.ToString(row[column], CultureInfo.InvariantCulture)!;
}
