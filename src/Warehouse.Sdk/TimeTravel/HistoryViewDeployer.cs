using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// Creates the history views that are missing and replaces those whose definition is another by now. One that is as it should be is left alone:
/// replacing it would wait for every query that reads it.
/// </summary>
internal sealed class HistoryViewDeployer(ISqlDialect dialect, DimensionalModel model, StatementRunner runner)
{
    private const string View = "view";
    private const string Function = "function";

    /// <param name="before">The columns as the database had them before the deployment.</param>
    /// <param name="plan">What the deployment has added to them.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<QualifiedName>> RunAsync(IReadOnlyList<DatabaseColumn> before, DeployPlan plan, CancellationToken cancellationToken)
    {
        HistoryViewPlan[] wanted = [.. model.Dimensions.Where(dimension => dimension.CurrentView is not null).Select(dimension => new HistoryViewPlan(dimension, ColumnsOf(dimension, before, plan)))];
        if (wanted.Length == 0)
            return [];
        var rows = await runner.QueryAsync(dialect.ReadHistoryViews(model), cancellationToken).ConfigureAwait(false);
        Dictionary<(string Kind, QualifiedName Name), string?> stored = Known(rows, wanted);
        Refuse(wanted, stored);

        List<QualifiedName> created = [];
        foreach (HistoryViewPlan views in wanted)
        {
            SqlScript script = dialect.CreateHistoryViews(views);
            string definition = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script.ToString())));
            if (stored.GetValueOrDefault((View, views.CurrentView)) == definition && stored.GetValueOrDefault((Function, views.AsOfFunction)) == definition)
                continue;
            runner.Set("definition", definition);
            await runner.RunAsync(script, cancellationToken).ConfigureAwait(false);
            created.AddRange([views.CurrentView, views.AsOfFunction]);
        }

        return created;
    }

    // Where the engine tells names apart that differ in case only, the one that is spelled as ours is meant.
    private static Dictionary<(string Kind, QualifiedName Name), string?> Known(IReadOnlyList<IReadOnlyDictionary<string, object?>> rows, HistoryViewPlan[] wanted)
    {
        HashSet<string> spelled = wanted.SelectMany(views => new[] { views.CurrentView, views.AsOfFunction }).Select(name => name.Name.Value).ToHashSet(StringComparer.Ordinal);
        return rows
            .GroupBy(row => (Kind: Text(row, "kind")!, Name: new QualifiedName(Text(row, "schema_name")!, Text(row, "name")!)))
            .ToDictionary(same => same.Key, same => Text(same.FirstOrDefault(row => spelled.Contains(Text(row, "name")!)) ?? same.First(), "definition"));
    }

    private void Refuse(HistoryViewPlan[] wanted, Dictionary<(string Kind, QualifiedName Name), string?> stored)
    {
        string[] foreign =
        [
            .. from views in wanted
               from made in new[] { (Kind: View, Name: views.CurrentView), (Kind: Function, Name: views.AsOfFunction) }
               where stored.TryGetValue(made, out string? definition) && definition is null
               select $"the {made.Kind} {made.Name} is there already and was not made by the SDK; it would be replaced",
        ];
        if (foreign.Length > 0)
        {
            throw new WarehouseSchemaException(
                $"The history views of the model '{model.Name}' cannot be deployed:\n  - {string.Join("\n  - ", foreign)}\n"
                + "Nothing was changed. Rename what is there, choose other suffixes in the model's conventions, or leave the views out with WithoutHistoryViews().",
                foreign)
            {
                Target = model.Name,
            };
        }
    }

    // In the table's own order: an engine extends a view at its end only, as it does a table.
    private static IReadOnlyList<Identifier> ColumnsOf(Dimension dimension, IReadOnlyList<DatabaseColumn> before, DeployPlan plan)
    {
        Identifier[] stored = [.. before.Where(column => column.Table == dimension.HistoryTable).Select(column => column.Name)];
        return stored.Length == 0
            ? [.. dimension.VersionSchema.Columns.Select(column => column.Name)]
            : [.. stored, .. plan.MissingColumns.Where(missing => missing.Table.Name == dimension.HistoryTable).Select(missing => missing.Column.Name)];
    }

    private static string? Text(IReadOnlyDictionary<string, object?> row, string column) => Convert.ToString(row[column], CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : null;
}
