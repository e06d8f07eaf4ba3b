using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Runs the statements of one load in order and keeps what they counted and bound.</summary>
internal sealed class StatementRunner(IWarehouseSession session, string systemName, string target, TimeProvider time, ILogger logger)
{
    private readonly Dictionary<string, long> _counters = [];
    private readonly Dictionary<string, object?> _parameters = [];
    private readonly List<LoadStep> _steps = [];

    public IReadOnlyDictionary<string, long> Counters => _counters;

    public IReadOnlyDictionary<string, object?> Parameters => QueryParameters ?? _parameters;

    /// <summary>The load's own and the host's, while the query of a source runs; the host's are gone afterwards.</summary>
    public IReadOnlyDictionary<string, object?>? QueryParameters { get; set; }

    public IReadOnlyList<LoadStep> Steps => _steps;

    /// <summary>The statement that runs or ran last.</summary>
    public string Step { get; private set; } = "begin";

    public void Set(string parameter, object? value) => _parameters[parameter] = value;

    public void Count(string counter, long rows) => _counters[counter] = _counters.GetValueOrDefault(counter) + rows;

    public Task RunAsync(SqlScript script, CancellationToken cancellationToken) => RunAsync(script, beforeGuard: null, cancellationToken);

    /// <param name="script">The statements.</param>
    /// <param name="beforeGuard">Runs before each guard: what is wrong with single rows says more than what follows from it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RunAsync(SqlScript script, Func<Task>? beforeGuard, CancellationToken cancellationToken)
    {
        foreach (SqlStatement statement in script.Statements)
        {
            if (statement.OnlyIf is not null && _counters.GetValueOrDefault(statement.Scoped(statement.OnlyIf)) == 0)
                continue;
            if (statement.Kind == StatementKind.Guard && beforeGuard is not null)
                await beforeGuard().ConfigureAwait(false);
            await MeasureAsync(statement.Name, () => RunAsync(statement, cancellationToken)).ConfigureAwait(false);
        }
    }

    public async Task<IReadOnlyDictionary<string, object?>?> FirstRowAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        Step = statement.Name;
        return (await QueryAsync(statement, cancellationToken).ConfigureAwait(false)) is [{ } first, ..] ? first : null;
    }

    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> QueryAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        Step = statement.Name;
        return await session.QueryAsync(statement, Parameters, cancellationToken).ConfigureAwait(false);
    }

    public async Task<long> MeasureAsync(string name, Func<Task<long>> run)
    {
        Step = name;
        using Activity? activity = WarehouseDiagnostics.Activities.StartActivity(name);
        activity?.SetTag("db.system.name", systemName);
        activity?.SetTag("db.collection.name", target);
        long started = time.GetTimestamp();
        try
        {
            long rows = await run().ConfigureAwait(false);
            TimeSpan elapsed = time.GetElapsedTime(started);
            _steps.Add(new LoadStep(name, elapsed, rows));
            Log.StatementRan(logger, target, name, rows, elapsed.TotalMilliseconds);
            return rows;
        }
        catch (DbException error)
        {
            activity?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
            throw;
        }
    }

    private async Task<long> RunAsync(SqlStatement statement, CancellationToken cancellationToken)
    {
        if (statement.Kind == StatementKind.Execute)
        {
            long touched = await session.ExecuteAsync(statement, ParametersOf(statement), cancellationToken).ConfigureAwait(false);
            if (statement.Counter is not null)
                Count(statement.Scoped(statement.Counter), touched);
            if (statement.WritesTarget)
                Count(Sdk.Counters.Written, touched);
            return touched;
        }

        IReadOnlyList<IReadOnlyDictionary<string, object?>> rows = await session.QueryAsync(statement, ParametersOf(statement), cancellationToken).ConfigureAwait(false);
        switch (statement.Kind)
        {
            case StatementKind.Count:
                foreach (var (name, value) in rows.SelectMany(row => row))
                    Count(statement.Scoped(name), Convert.ToInt64(value ?? 0L, CultureInfo.InvariantCulture));
                break;
            case StatementKind.Bind:
                foreach (var (name, value) in rows.SelectMany(row => row))
                    Set(name, value);
                break;
            case StatementKind.Guard when rows.Count > 0:
                throw Violation(statement, rows);
        }

        return rows.Count;
    }

    private IReadOnlyDictionary<string, object?> ParametersOf(SqlStatement statement)
        => statement.Within is null || statement.Counter == Sdk.Counters.Rejected ? Parameters : new Dictionary<string, object?>(Parameters) { ["target"] = statement.Within };

    private WarehouseLoadException Violation(SqlStatement guard, IReadOnlyList<IReadOnlyDictionary<string, object?>> rows)
    {
        var members = rows.Take(10).Select(row => string.Join(", ", row.Select(pair => $"{pair.Key} = {InvariantText.Of(pair.Value)}")));
        string more = rows.Count > 10 ? ", ..." : string.Empty;
        return new WarehouseLoadException($"{target}: {guard.Purpose} ({string.Join("; ", members)}{more}). The load was rolled back; {target} is as before.")
        {
            SystemName = systemName,
            Target = target,
            Step = guard.Name,
        };
    }
}
