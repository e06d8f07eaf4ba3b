using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Lets Snowflake read files into the staging table of a load, and keeps aside what cannot be typed.</summary>
internal sealed class SnowflakeForeignRows(StagingRequest request, SnowflakeStage stage, CsvFormat format, IReadOnlyList<SourceFile> files)
{
    private const int MostNamesAtOnce = 100;
    private static readonly Dictionary<string, object?> None = [];

    private readonly LoadTarget _target = request.Target;
    private readonly int _headerRows = format.HasHeader ? 1 : 0;

    public async Task<IReadOnlyList<ReadSourceFile>> StageAsync(CancellationToken cancellationToken)
    {
        Refuse();
        foreach (SourceFile[] some in files.Chunk(SnowflakeCopySql.MostFiles))
            await CopyAsync(some, cancellationToken).ConfigureAwait(false);
        Dictionary<string, long> totals = (await request.Session.QueryAsync(SnowflakeForeignSql.Count, None, cancellationToken).ConfigureAwait(false))
            .ToDictionary(row => (string)row["file_name"]!, row => Convert.ToInt64(row["total"], CultureInfo.InvariantCulture), StringComparer.Ordinal);
        Dictionary<SourceFile, string> names = [];
        foreach (string name in totals.Keys)
        {
            if (!names.TryAdd(FileOf(name), name))
                throw Mistaken($"COPY gives rows of '{name}', which cannot be told from those of another file.");
        }

        var shapes = await ShapesAsync(names, cancellationToken).ConfigureAwait(false);
        await NameAsync(names, shapes, cancellationToken).ConfigureAwait(false);
        foreach (SnowflakeForeignShape shape in shapes.Values.Distinct())
        {
            Dictionary<string, object?> parameters = new() { ["shape"] = (long)shape.Number, ["header"] = (long)_headerRows };
            await request.Session.ExecuteAsync(SnowflakeForeignSql.FindProblems(_target, shape), parameters, cancellationToken).ConfigureAwait(false);
            await request.Session.ExecuteAsync(SnowflakeForeignSql.StageRows(_target, shape), parameters, cancellationToken).ConfigureAwait(false);
        }

        await RejectAsync(shapes, cancellationToken).ConfigureAwait(false);
        List<ReadSourceFile> read = [];
        foreach (SourceFile file in files)
        {
            long rows = names.TryGetValue(file, out string? name) ? totals[name] - _headerRows : 0;
            if (file.Rows is { } written && written != rows)
                throw new WarehouseLoadException(FormattableString.Invariant($"{file.Path} is not the file it should be: it was written with {written} rows and has {rows}. It was replaced, or something broke on its way. Nothing was loaded. Write the file again.")) { File = file.Path };
            read.Add(new ReadSourceFile(file, new FileFingerprint(file.Path, file.Length ?? 0, file.Sha256!), rows, shapes[file].Absent));
        }

        return read;
    }

    private void Refuse()
    {
        if (_target.SourceColumns.FirstOrDefault(column => SnowflakeForeignValue.IsRefused(column.Type)) is { } refused)
            throw Mistaken($"{_target.Name} has the column {refused.Name} of type {refused.Type}, which is not read in place. Load the files with Source.StagedFiles, through this process.");
        SchemaContract contract = _target.Contract;
        if (contract.NewColumn is not (OnSchemaChange.Freeze or OnSchemaChange.Ignore) || contract.MissingColumn is not (OnSchemaChange.Freeze or OnSchemaChange.Ignore))
            throw Mistaken($"{_target.Name} has a schema contract that rejects rows or follows its files, which are read in place as a whole. Load them with Source.StagedFiles, through this process, or choose Freeze or Ignore.");
    }

    private async Task CopyAsync(SourceFile[] some, CancellationToken cancellationToken)
    {
        SqlStatement copy = SnowflakeForeignSql.Copy(_target, stage, some.Select(file => file.Path), format);
        var rows = await request.Session.QueryAsync(copy, None, cancellationToken).ConfigureAwait(false);
        // With nothing to load the result has another shape.
        HashSet<SourceFile> loaded = [];
        foreach (var row in rows.Where(row => row.ContainsKey("rows_loaded")))
        {
            SourceFile file = FileOf((string)row["file"]!);
            loaded.Add(file);
            long parsed = Number(row, "rows_parsed"), taken = Number(row, "rows_loaded"), errors = Number(row, "errors_seen");
            if (row["status"] is not "LOADED" || parsed != taken || errors > 0)
                throw new WarehouseLoadException(FormattableString.Invariant($"{file.Path} was read in part: COPY reports {row["status"]}, {taken} of {parsed} records and {errors} errors{(row.GetValueOrDefault("first_error_line") is { } line ? $", the first in line {line}" : string.Empty)}. The load was rolled back. Mend the file, and load it again.")) { File = file.Path, Target = _target.Name.ToString(), Step = copy.Name };
        }

        if (some.FirstOrDefault(file => !loaded.Contains(file)) is { } missing)
            throw Mistaken($"COPY does not tell what became of {missing.Path}.");
    }

    /// <summary>The file that Snowflake names by a path in the stage, one with the stage's name before it, or an address.</summary>
    private SourceFile FileOf(string name)
        => files.Where(file => name == stage.Folder + file.Path || name.EndsWith($"/{stage.Folder}{file.Path}", StringComparison.Ordinal)).MaxBy(file => file.Path.Length)
            ?? throw Mistaken($"COPY read '{name}', which is none of the files that were asked for.");

    private async Task<Dictionary<SourceFile, SnowflakeForeignShape>> ShapesAsync(Dictionary<SourceFile, string> names, CancellationToken cancellationToken)
    {
        Dictionary<string, IReadOnlyList<Identifier>> headers = new(StringComparer.Ordinal);
        if (format.HasHeader)
        {
            foreach (var row in await request.Session.QueryAsync(SnowflakeForeignSql.Headers(_target), None, cancellationToken).ConfigureAwait(false))
                headers[(string)row["file_name"]!] = Header(row);
        }

        Identifier[] inOrder = [.. _target.SourceColumns.Select(column => column.Name)];
        Dictionary<string, SnowflakeForeignShape> known = new(StringComparer.Ordinal);
        Dictionary<SourceFile, SnowflakeForeignShape> shapes = [];
        foreach (SourceFile file in files)
        {
            IReadOnlyList<Identifier> fields = !format.HasHeader ? inOrder : names.TryGetValue(file, out string? name) ? headers[name] : [];
            string key = string.Join('\n', fields);
            if (!known.TryGetValue(key, out SnowflakeForeignShape? shape))
                known[key] = shape = Shape(file, known.Count + 1, fields);
            shapes[file] = shape;
        }

        return shapes;
    }

    private SnowflakeForeignShape Shape(SourceFile file, int number, IReadOnlyList<Identifier> fields)
    {
        SchemaContract contract = _target.Contract;
        IReadOnlySet<Identifier> absent = SourceHeader.Check(_target, file.Path, fields, format.IgnoreExtraColumns || contract.NewColumn == OnSchemaChange.Ignore, contract.MissingColumn == OnSchemaChange.Ignore,
            ofFilesOnly: _target is ZoneTable ? [.. _target.SourceColumns.Where(column => column.Property is null).Select(column => column.Name)] : []);
        request.Ignored.UnionWith(fields.Where(field => _target.SourceColumns.All(column => column.Name != field)).Select(field => field.Value));
        return new SnowflakeForeignShape(number, format, fields, [.. _target.SourceColumns.Where(column => fields.Contains(column.Name)).Select(column => new SnowflakeForeignColumn(column, IndexOf(fields, column.Name) + 1))], absent);
    }

    private List<Identifier> Header(IReadOnlyDictionary<string, object?> row)
    {
        int width = SnowflakeForeignSql.Width(_target);
        SourceFile file = FileOf((string)row["file_name"]!);
        if (row["overflow"] is not null)
            throw Mistaken(FormattableString.Invariant($"{file.Path} has more than {width} columns, the most that are read in place for {_target.Name}. Load it with Source.StagedFiles, through this process."));
        string?[] texts = [.. Enumerable.Range(1, width).Select(number => (string?)row[SnowflakeForeignSql.Field(number).Value])];
        int count = Array.FindLastIndex(texts, text => text is not null) + 1;
        List<Identifier> names = [];
        foreach (string? text in texts[..count])
        {
            try
            {
                names.Add(new Identifier(text ?? string.Empty));
            }
            catch (ArgumentException error)
            {
                throw new WarehouseLoadException(FormattableString.Invariant($"{file.Path}, line 1: field {names.Count + 1} of the header is no column name. Expected a header line with names. Nothing was loaded."), error) { File = file.Path, Line = 1 };
            }
        }

        return names;
    }

    private async Task NameAsync(Dictionary<SourceFile, string> names, Dictionary<SourceFile, SnowflakeForeignShape> shapes, CancellationToken cancellationToken)
    {
        foreach (KeyValuePair<SourceFile, string>[] some in names.Chunk(MostNamesAtOnce))
        {
            Dictionary<string, object?> parameters = [];
            for (int i = 0; i < some.Length; i++)
            {
                string number = (i + 1).ToString(CultureInfo.InvariantCulture);
                parameters[$"file_{number}"] = some[i].Value;
                parameters[$"line_{number}"] = FirstLine(some[i].Key);
                parameters[$"shape_{number}"] = (long)shapes[some[i].Key].Number;
            }

            await request.Session.ExecuteAsync(SnowflakeForeignSql.NameFiles(some.Length), parameters, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RejectAsync(Dictionary<SourceFile, SnowflakeForeignShape> shapes, CancellationToken cancellationToken)
    {
        Dictionary<long, SourceFile> byNumber = files.ToDictionary(file => (long)file.Number);
        for (long after = 0; ;)
        {
            var rows = await request.Session.QueryAsync(SnowflakeForeignSql.ReadProblems, new Dictionary<string, object?> { ["after_line"] = after }, cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0)
                return;
            foreach (var row in rows)
            {
                after = Number(row, "line");
                SourceFile file = byNumber[after / SourcePartPlan.LinesOfPart];
                request.Rejects.Add(new RejectedRow(file.Path, after % SourcePartPlan.LinesOfPart, (string?)row["column_name"], (string)row["reason"]!, (string?)row["raw_row"]) { RawHeader = shapes[file].RawHeader });
            }

            await request.KeepRejectsAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static long FirstLine(SourceFile file) => file.Number * SourcePartPlan.LinesOfPart;

    private static long Number(IReadOnlyDictionary<string, object?> row, string column) => Convert.ToInt64(row[column] ?? 0L, CultureInfo.InvariantCulture);

    private static int IndexOf(IReadOnlyList<Identifier> fields, Identifier name) => fields.Index().First(field => field.Item == name).Index;

    private WarehouseLoadException Mistaken(string what) => new($"{what} Nothing was loaded.") { SystemName = SnowflakeProvider.Name, Target = _target.Name.ToString(), Step = "copy-files" };
}
