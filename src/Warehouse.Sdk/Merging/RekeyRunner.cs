using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Gives members new natural keys: all mappings, and the ledger's row about them, in one transaction.</summary>
internal sealed class RekeyRunner(IWarehouseProvider provider, DimensionalModel model, TimeProvider time, ILogger logger)
{
    private readonly ILedgerSql _ledger = provider.Dialect.Ledger(model.Conventions.LedgerSchema);

    public async Task<LoadReport> RunAsync(Dimension dimension, IReadOnlyList<KeyMapping> mappings, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        ArgumentNullException.ThrowIfNull(mappings);
        if (!model.Contains(dimension))
            throw new ArgumentException($"{dimension.Name} is not a table of the model '{model.Name}' this warehouse was opened with.", nameof(dimension));
        if (model.Dimensions.FirstOrDefault(owner => owner.Definition.Profiles.Any(profile => profile.Assignment == dimension)) is { } owner)
            throw new ArgumentException($"{dimension.Name} says which combination a member of {owner.Name} had; give {owner.Name} the new keys, and they go along. Nothing was changed.", nameof(dimension));
        if (KeyReferences.Obstacles(model, dimension) is { Count: > 0 } obstacles)
            throw new ArgumentException($"Members of {dimension.Name} cannot be given new keys: {string.Join("; ", obstacles)}, and would change with it. Nothing was changed. Keep the key in a column of its own.", nameof(dimension));
        KeyParameters[] keys = [.. mappings.Select(mapping => KeyParameters.Of(dimension, mapping))];
        string name = dimension.Name.ToString();
        long started = time.GetTimestamp();
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var runner = new StatementRunner(session, provider.SystemName, name, time, logger);
            try
            {
                LoadReport report = await RunAsync(dimension, keys, runner, session, cancellationToken).ConfigureAwait(false);
                return report with { Elapsed = time.GetElapsedTime(started) };
            }
            catch (Exception error)
            {
                await session.RollbackAsync().ConfigureAwait(false);
                if (error is not DbException driver)
                    throw;
                throw new WarehouseLoadException($"Giving members of {name} new keys failed at '{runner.Step}': {provider.Dialect.Explain(driver)} Everything was rolled back; {name} is as before.", error)
                {
                    SystemName = provider.SystemName,
                    Target = name,
                    Step = runner.Step,
                    IsTransient = session.IsTransient(driver),
                };
            }
        }
    }

    private async Task<LoadReport> RunAsync(Dimension dimension, KeyParameters[] keys, StatementRunner runner, IWarehouseSession session, CancellationToken cancellationToken)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        runner.Set("target", dimension.Name.ToString());
        runner.Set("started_at", now);
        runner.Set("as_of", now);
        runner.Set("batch_id", null);
        var references = KeyReferences.Of(model, dimension);
        string[] locked = [dimension.Name.ToString(), .. references.Select(reference => reference.Owner.Name.ToString()).Distinct(StringComparer.Ordinal)];
        await session.BeginAsync(locked, cancellationToken).ConfigureAwait(false);
        long loadId = Convert.ToInt64((await runner.FirstRowAsync(_ledger.NextLoadId, cancellationToken).ConfigureAwait(false))!["load_id"], CultureInfo.InvariantCulture);
        runner.Set("load_id", loadId);
        SqlScript script = provider.Dialect.Rekey(dimension, [.. references.Select(reference => reference.Reference)]);
        foreach (KeyParameters key in keys)
        {
            foreach (var (parameter, value) in key.Values)
                runner.Set(parameter, value);
            runner.Count(Counters.Read, 1);
            await runner.RunAsync(script, cancellationToken).ConfigureAwait(false);
        }

        var report = new LoadReport
        {
            LoadId = loadId,
            Target = dimension.Name.ToString(),
            Source = "new keys",
            Outcome = runner.Counters.GetValueOrDefault(Counters.Written) > 0 ? LoadOutcome.Loaded : LoadOutcome.NothingChanged,
            Counts = LoadCounts.From(runner.Counters),
            UnknownMembers = new Dictionary<string, long>(),
            Steps = [.. runner.Steps],
            Elapsed = default,
        };
        LedgerEntry.Bind(runner, report, time.GetUtcNow().UtcDateTime);
        await session.ExecuteAsync(_ledger.RecordLoad, runner.Parameters, cancellationToken).ConfigureAwait(false);
        await new LedgerCommit(provider, _ledger).RunAsync(session, runner, dimension.Name.ToString(), locked, cancellationToken).ConfigureAwait(false);
        return report;
    }

    private sealed record KeyParameters(IReadOnlyDictionary<string, object?> Values)
    {
        public static KeyParameters Of(Dimension dimension, KeyMapping mapping)
        {
            ArgumentNullException.ThrowIfNull(mapping);
            Dictionary<string, object?> values = NaturalKeyValues.Bind(dimension, mapping.From);
            Dictionary<string, object?> to = NaturalKeyValues.Bind(dimension, mapping.To);
            for (int position = 1; position <= to.Count; position++)
                values[NaturalKeyValues.NewParameterName(position)] = to[NaturalKeyValues.ParameterName(position)];
            return new KeyParameters(values);
        }
    }
}
