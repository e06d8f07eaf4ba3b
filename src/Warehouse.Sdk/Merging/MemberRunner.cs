using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Something that is done to single members of a dimension.</summary>
/// <param name="Doing">What it is, in words that begin a sentence.</param>
/// <param name="Source">What the ledger calls it.</param>
/// <param name="Script">The statements for one member.</param>
/// <param name="Locked">The tables that are written besides the dimension.</param>
internal sealed record MemberChange(string Doing, string Source, SqlScript Script, IReadOnlyList<string> Locked);

/// <summary>Runs a script for one member after the other: all of them, and the ledger's row about them, in one transaction.</summary>
internal sealed class MemberRunner(IWarehouseProvider provider, DimensionalModel model, TimeProvider time, ILogger logger)
{
    private readonly ILedgerSql _ledger = provider.Dialect.Ledger(model.Conventions.LedgerSchema);

    public void ExpectOwn(Dimension dimension)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        if (!model.Contains(dimension))
            throw new ArgumentException($"{dimension.Name} is not a table of the model '{model.Name}' this warehouse was opened with.", nameof(dimension));
    }

    public async Task<LoadReport> RunAsync(Dimension dimension, MemberChange change, IReadOnlyList<Dictionary<string, object?>> members, CancellationToken cancellationToken)
    {
        string name = dimension.Name.ToString();
        long started = time.GetTimestamp();
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var runner = new StatementRunner(session, provider.SystemName, name, time, logger);
            try
            {
                LoadReport report = await RunAsync(name, change, members, runner, session, cancellationToken).ConfigureAwait(false);
                return report with { Elapsed = time.GetElapsedTime(started) };
            }
            catch (Exception error)
            {
                await session.RollbackAsync().ConfigureAwait(false);
                if (error is not DbException driver)
                    throw;
                throw new WarehouseLoadException($"{change.Doing} of {name} failed at '{runner.Step}': {provider.Dialect.Explain(driver)} Everything was rolled back; {name} is as before.", error)
                {
                    SystemName = provider.SystemName,
                    Target = name,
                    Step = runner.Step,
                    IsTransient = session.IsTransient(driver),
                };
            }
        }
    }

    private async Task<LoadReport> RunAsync(string name, MemberChange change, IReadOnlyList<Dictionary<string, object?>> members, StatementRunner runner, IWarehouseSession session, CancellationToken cancellationToken)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        runner.Set("target", name);
        runner.Set("started_at", now);
        runner.Set("as_of", now);
        runner.Set("batch_id", null);
        string[] locked = [name, .. change.Locked];
        await session.PrepareAsync([change.Script], cancellationToken).ConfigureAwait(false);
        await session.BeginAsync(locked, cancellationToken).ConfigureAwait(false);
        long loadId = Convert.ToInt64((await runner.FirstRowAsync(_ledger.NextLoadId, cancellationToken).ConfigureAwait(false))!["load_id"], CultureInfo.InvariantCulture);
        runner.Set("load_id", loadId);
        foreach (Dictionary<string, object?> member in members)
        {
            foreach (var (parameter, value) in member)
                runner.Set(parameter, value);
            runner.Count(Counters.Read, 1);
            await runner.RunAsync(change.Script, cancellationToken).ConfigureAwait(false);
        }

        var report = new LoadReport
        {
            LoadId = loadId,
            Target = name,
            Source = change.Source,
            Outcome = runner.Counters.GetValueOrDefault(Counters.Written) > 0 ? LoadOutcome.Loaded : LoadOutcome.NothingChanged,
            Counts = LoadCounts.From(runner.Counters),
            UnknownMembers = new Dictionary<string, long>(),
            Steps = [.. runner.Steps],
            Elapsed = default,
        };
        LedgerEntry.Bind(runner, report, time.GetUtcNow().UtcDateTime);
        await session.ExecuteAsync(_ledger.RecordLoad, runner.Parameters, cancellationToken).ConfigureAwait(false);
        await new LedgerCommit(provider, _ledger).RunAsync(session, runner, name, locked, cancellationToken).ConfigureAwait(false);
        return report;
    }
}
