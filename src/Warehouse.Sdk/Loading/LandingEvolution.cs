using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A landing table that follows its files: what they have and it has not, it gains as columns of text before they are read.</summary>
internal sealed class LandingEvolution(ISqlDialect dialect, DimensionalModel model)
{
    /// <returns>The table with the columns of the files, and those it has gained now.</returns>
    public async Task<(ZoneTable Table, IReadOnlyList<Identifier> Gained)> FollowAsync(ZoneTable table, FileRecognition files, StatementRunner runner, CancellationToken cancellationToken)
    {
        HashSet<Identifier> known = [.. table.Schema.Columns.Select(column => column.Name)];
        HashSet<Identifier> wanted = [.. table.SourceColumns.Select(column => column.Name)];
        List<Identifier> further = [];
        foreach (SourceFile file in files.Unknown)
        {
            foreach (Identifier name in await files.Source.FieldsAsync(file, table, cancellationToken).ConfigureAwait(false))
            {
                if (wanted.Contains(name) || further.Contains(name) || (files.Source.Options.LineColumn is { } line && name == line))
                    continue;
                further.Add(known.Contains(name) ? throw Taken(table, file, name) : name);
            }
        }

        if (further.Count == 0)
            return (table, []);
        var rows = await runner.QueryAsync(dialect.ReadColumns(model), cancellationToken).ConfigureAwait(false);
        HashSet<Identifier> there = [.. rows
            .Where(row => new QualifiedName(Text(row, "schema_name"), Text(row, "table_name")) == table.Name)
            .Select(row => new Identifier(Text(row, "column_name")))];
        ZoneTable evolved = table.Evolved(further);
        Identifier[] gained = [.. further.Where(name => !there.Contains(name))];
        await runner.RunAsync(dialect.AddColumns(table.Schema, [.. gained.Select(name => new Column(name, ColumnType.Text))]), cancellationToken).ConfigureAwait(false);
        return (evolved, gained);
    }

    private static WarehouseSchemaException Taken(ZoneTable table, SourceFile file, Identifier name)
        => new($"{file.Path} has the column '{name}', which {table.Name} cannot gain: it is one of its own. Nothing was loaded. Rename it in the source.", [$"column '{name}' is taken"]) { Target = table.Name.ToString() };

    private static string Text(IReadOnlyDictionary<string, object?> row, string column) => Convert.ToString(row[column], CultureInfo.InvariantCulture)!;
}
