using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Holds the physical options of a model against what the engine has, and against its tables.</summary>
internal sealed class PhysicalComparison(ISqlDialect dialect, DimensionalModel model, StatementRunner runner)
{
    /// <exception cref="WarehouseModelException">The engine does not have an option of the model.</exception>
    public static void Refuse(ISqlDialect dialect, DimensionalModel model, string systemName)
    {
        string[] problems = [.. model.Schemas.SelectMany(table => dialect.RefuseOptions(table).Select(option => $"{table.Name}: {option} is nothing that {systemName} has; leave Physical(...) out of a model for this engine"))];
        if (problems.Length > 0)
            throw new WarehouseModelException(model.Name, problems) { SystemName = systemName };
    }

    /// <exception cref="WarehouseSchemaException">An option differs that cannot be altered.</exception>
    public async Task<DeployPlan> CompareAsync(DeployPlan plan, CancellationToken cancellationToken)
    {
        HashSet<QualifiedName> missing = [.. plan.MissingTables.Select(table => table.Name)];
        TableSchema[] present = [.. model.Schemas.Where(table => !missing.Contains(table.Name))];
        if (present.Length == 0 || dialect.ReadOptions(model, present) is not { } read)
            return plan;
        var rows = await runner.QueryAsync(read, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<OptionChange> changes = dialect.CompareOptions(present, rows);
        string[] refused = [.. changes.Where(change => change.Option == PhysicalOption.Transient).Select(change => $"{change.Table.Name} is {change.Before} in the database and {change.After} in the model, which only a new table can be")];
        if (refused.Length > 0)
        {
            throw new WarehouseSchemaException(
                $"The model '{model.Name}' cannot be deployed, because tables would have to be made anew:\n  - {string.Join("\n  - ", refused)}\n"
                + "Nothing was changed. Change the model back; or rename the table, deploy, copy its rows into the new one with INSERT ... SELECT, and drop the old one.",
                refused)
            {
                Target = model.Name,
            };
        }

        return plan with { ChangedOptions = changes };
    }
}
