using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Holds the rules against whole tables, all of them in one snapshot, and gathers what they find.</summary>
internal sealed class VerifyRunner(IWarehouseProvider provider, DimensionalModel model, TimeProvider time, ILogger logger)
{
    public Task<VerifyReport> RunAsync(CancellationToken cancellationToken) => RunAsync(model.Name, model.Tables, cancellationToken);

    public Task<VerifyReport> RunAsync(LoadTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (!model.Contains(target))
            throw new ArgumentException($"{target.Name} is not a table of the model '{model.Name}' this warehouse was opened with.", nameof(target));
        return RunAsync(target.Name.ToString(), [target], cancellationToken);
    }

    private async Task<VerifyReport> RunAsync(string name, IReadOnlyList<LoadTarget> targets, CancellationToken cancellationToken)
    {
        using Activity? activity = WarehouseDiagnostics.Activities.StartActivity($"verify {name}");
        activity?.SetTag("db.system.name", provider.SystemName);
        long started = time.GetTimestamp();
        var found = new Found();
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var runner = new StatementRunner(session, provider.SystemName, name, time, logger);
            try
            {
                await session.BeginReadAsync(cancellationToken).ConfigureAwait(false);
                foreach (LoadTarget target in targets)
                {
                    foreach (SqlStatement statement in provider.Dialect.Verify(new VerifyPlan(target, model)).Statements)
                        await runner.MeasureAsync(statement.Name, () => HoldAsync(statement, target, runner, found, cancellationToken)).ConfigureAwait(false);
                }
            }
            catch (DbException error)
            {
                throw new WarehouseException($"Verifying {name} failed at '{runner.Step}': {provider.Dialect.Explain(error)} Nothing was changed. Deploy the model first if that is what is missing.", error)
                {
                    SystemName = provider.SystemName,
                    Target = name,
                    Step = runner.Step,
                    IsTransient = session.IsTransient(error),
                };
            }
        }

        var report = new VerifyReport
        {
            Target = name,
            Rules = found.Rules,
            Findings = found.Findings,
            Information = found.Information,
            InformationFound = found.InformationFound,
            Script = new SqlScript($"verify {name}", found.Statements),
            Elapsed = time.GetElapsedTime(started),
        };
        Log.Verified(logger, name, provider.Database, report.Rules.Count, report.Found, report.Elapsed.TotalMilliseconds);
        return report;
    }

    private static async Task<long> HoldAsync(SqlStatement statement, LoadTarget target, StatementRunner runner, Found found, CancellationToken cancellationToken)
    {
        var rows = await runner.QueryAsync(statement, cancellationToken).ConfigureAwait(false);
        IEnumerable<Finding> findings = rows.Select(row => new Finding(statement.Name, Text(row, "table_name"), Text(row, "member"), Text(row, "keys"), Text(row, "detail")));
        long all = rows is [{ } first, ..] ? Convert.ToInt64(first["found"], CultureInfo.InvariantCulture) : 0;
        found.Statements.Add(statement);
        if (statement.Kind == StatementKind.Information)
        {
            found.Information.AddRange(findings);
            found.InformationFound += all;
            return all;
        }

        found.Rules.Add(new VerifiedRule(statement.Name, target.Name.ToString(), statement.Purpose, all));
        found.Findings.AddRange(findings);
        return all;
    }

    private static string Text(IReadOnlyDictionary<string, object?> row, string column) => InvariantText.Of(row[column]);

    private sealed class Found
    {
        public List<VerifiedRule> Rules { get; } = [];

        public List<Finding> Findings { get; } = [];

        public List<Finding> Information { get; } = [];

        public long InformationFound { get; set; }

        public List<SqlStatement> Statements { get; } = [];
    }
}
