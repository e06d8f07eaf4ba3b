using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Compares a model with a database. Only what loses nothing is planned; the rest is refused by name.</summary>
internal static class SchemaComparison
{
    public static DeployPlan Compare(DimensionalModel model, IReadOnlyList<DatabaseColumn> actual, ISqlDialect dialect)
    {
        var tables = actual.GroupBy(column => column.Table).ToDictionary(group => group.Key, group => group.ToDictionary(column => column.Name));
        var keys = model.Dimensions.SelectMany(dimension => dimension.NaturalKey.Select(key => (dimension.Name, key.Name))).ToHashSet();
        List<TableSchema> missingTables = [];
        List<(TableSchema, Column)> missingColumns = [];
        List<WidenedTable> widenedTables = [];
        HashSet<QualifiedName> frozen = [.. model.Tables.Where(target => target.Contract.WiderType == OnSchemaChange.Freeze).Select(target => target.Name)];
        HashSet<QualifiedName> evolving = [.. model.Tables.Where(target => target.Contract.NewColumn == OnSchemaChange.Evolve).Select(target => target.Name)];
        List<string> refused = [];
        foreach (TableSchema table in model.Schemas)
        {
            if (!tables.TryGetValue(table.Name, out Dictionary<Identifier, DatabaseColumn>? found))
            {
                missingTables.Add(table);
                continue;
            }

            List<(Column, string)> widened = [];
            foreach (Column column in table.Columns)
            {
                string wanted = dialect.TypeName(column.Type);
                if (!found.TryGetValue(column.Name, out DatabaseColumn? there))
                {
                    if (keys.Contains((table.Name, column.Name)))
                        refused.Add($"{table.Name}.{column.Name} is a new part of the natural key; which members the stored rows are, nobody could tell any more. Fill a new table, or give the column to the old one yourself first");
                    else if (column.IsNullable || column.IsDerived)
                        missingColumns.Add((table, column));
                    else
                        refused.Add($"{table.Name}.{column.Name} is new and may not be NULL, but the table has rows that would need a value");
                }
                else if (string.Equals(there.Type, wanted, StringComparison.OrdinalIgnoreCase) || IsUnboundedText(there.Type, wanted))
                {
                    continue;
                }
                else if (Widening.IsSafe(there.Type, wanted) && !frozen.Contains(table.Name))
                {
                    widened.Add((column, there.Type));
                }
                else
                {
                    refused.Add($"{table.Name}.{column.Name} is {there.Type} in the database and {wanted} in the model");
                }
            }

            if (widened.Count > 0)
            {
                widenedTables.Add(new WidenedTable(table, widened, [.. actual.Where(column => column.Table == table.Name).Select(column => column.Name)])
                {
                    Gained = found.Where(there => table.Columns.All(column => column.Name != there.Key)).ToDictionary(there => there.Key, there => there.Value.Type),
                });
            }

            if (evolving.Contains(table.Name))
                continue;
            refused.AddRange(found.Keys.Except(table.Columns.Select(column => column.Name))
                .Select(name => $"{table.Name}.{name} is in the database but not in the model; dropping it would lose its values"));
        }

        if (refused.Count > 0)
        {
            throw new WarehouseSchemaException(
                $"The model '{model.Name}' cannot be deployed without losing data:\n  - {string.Join("\n  - ", refused)}\n"
                + "Nothing was changed. Bring the columns back into the model, or change the tables yourself first.",
                refused)
            {
                Target = model.Name,
            };
        }

        return new DeployPlan(model) { MissingTables = missingTables, MissingColumns = missingColumns, Widened = widenedTables };
    }

    // DuckDB keeps a length as a check, which a column that was added later cannot have.
    private static bool IsUnboundedText(string there, string wanted) => there == "VARCHAR" && wanted.StartsWith("VARCHAR(", StringComparison.Ordinal);
}

/// <summary>A column as the database has it.</summary>
internal sealed record DatabaseColumn(QualifiedName Table, Identifier Name, string Type);
