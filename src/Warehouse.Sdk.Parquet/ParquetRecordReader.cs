using System.Text.Json;
using Parquet;
using Parquet.Schema;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Parquet;

/// <summary>Rows of a Parquet file, a row group at a time.</summary>
internal sealed class ParquetRecordReader : RecordReader<ParquetRecord>
{
    private static readonly ParquetOptions Options = new() { UseDateOnlyTypeForDates = true, TreatByteArrayAsString = false };

    private readonly ParquetReader _reader;
    private readonly IReadOnlyList<(Identifier Name, DataField? Field)> _fields;
    private readonly HashSet<Identifier> _wanted;
    private int _group;
    private long _rowsOfGroup;
    private long _row;

    private ParquetRecordReader(ParquetReader reader, FileReading file, LoadTarget target)
    {
        _reader = reader;
        _wanted = [.. target.SourceColumns.Select(column => column.Name)];
        _fields = [.. FieldsOf(reader.Schema, file, target)];
        Record = new ParquetRecord(_fields.Count);
    }

    public override IReadOnlyList<Identifier> Fields => [.. _fields.Select(named => named.Name)];

    public override ParquetRecord Record { get; }

    public override long Line => _row;

    public static async Task<ParquetRecordReader> OpenAsync(Stream content, FileReading file, LoadTarget target, CancellationToken cancellationToken)
    {
        ParquetReader reader;
        try
        {
            reader = await ParquetReader.CreateAsync(content, Options, leaveStreamOpen: true, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw file.Unreadable(new InvalidDataException($"it is no whole Parquet file ({error.Message.TrimEnd('.')})", error), 0);
        }

        return new ParquetRecordReader(reader, file, target);
    }

    public override string RawRecord()
        => JsonSerializer.Serialize(Enumerable.Range(0, _fields.Count).Where(IsRead).ToDictionary(field => _fields[field].Name.Value, Record.Text));

    public override async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _row++;
        while (Record.Row + 1 >= _rowsOfGroup)
        {
            if (_group == _reader.RowGroupCount)
                return false;
            await ReadGroupAsync(cancellationToken).ConfigureAwait(false);
        }

        Record.Row++;
        return true;
    }

    public override ValueTask DisposeAsync() => _reader.DisposeAsync();

    private bool IsRead(int field) => _fields[field].Field is not null && _wanted.Contains(_fields[field].Name);

    private async ValueTask ReadGroupAsync(CancellationToken cancellationToken)
    {
        try
        {
            using ParquetRowGroupReader group = _reader.OpenRowGroupReader(_group++);
            _rowsOfGroup = group.RowCount;
            Record.Row = -1;
            for (int field = 0; field < _fields.Count; field++)
            {
                if (IsRead(field))
                    Record.Columns[field] = await ParquetColumn.ReadAsync(group, _fields[field].Field!, checked((int)group.RowCount), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is not (OperationCanceledException or WarehouseException))
        {
            throw new InvalidDataException($"its row group {_group} is damaged ({error.Message.TrimEnd('.')})", error);
        }
    }

    private static IEnumerable<(Identifier Name, DataField? Field)> FieldsOf(ParquetSchema schema, FileReading file, LoadTarget target)
    {
        (string Path, SourceColumn Column)[] byPath = [.. target.SourceColumns.Where(column => column.Path is not null).Select(column => (ColumnPath.Bare(column.Path!), column))];
        foreach (var (path, column) in byPath)
        {
            DataField? leaf = schema.DataFields.FirstOrDefault(field => string.Equals(string.Join('.', field.Path.ToList()), path, StringComparison.OrdinalIgnoreCase));
            if (leaf is not null)
                yield return (column.Name, Plain(leaf, file, column));
            else if (Obstacle(schema.Fields, path) is { } nested)
                throw Nested(file, column, nested);
        }

        foreach (Field field in schema.Fields)
        {
            SourceColumn? column = target.SourceColumns.FirstOrDefault(wanted => wanted.Name == field.Name && wanted.Path is null);
            if (field is DataField data)
            {
                if (!Array.Exists(byPath, column => column.Path.Equals(field.Name, StringComparison.OrdinalIgnoreCase)))
                    yield return (field.Name, column is null ? data : Plain(data, file, column));
            }
            else if (column is not null)
            {
                throw Nested(file, column, field);
            }
            else if (!Array.Exists(byPath, column => column.Path.StartsWith(field.Name + ".", StringComparison.OrdinalIgnoreCase)))
            {
                yield return (field.Name, null);
            }
        }
    }

    // A path that ends at no plain field is one to a field that is missing, unless a list or a map stands on it or a struct at its end.
    private static Field? Obstacle(IEnumerable<Field> fields, string path)
    {
        Field? at = null;
        foreach (string step in path.Split('.', '['))
        {
            at = fields.FirstOrDefault(field => string.Equals(field.Name, step, StringComparison.OrdinalIgnoreCase));
            if (at is null or DataField { MaxRepetitionLevel: 0 })
                return null;
            if (at is not StructField inner)
                return at;
            fields = inner.Fields;
        }

        return at;
    }

    private static DataField Plain(DataField field, FileReading file, SourceColumn column)
        => field.MaxRepetitionLevel == 0 && !field.IsArray ? field : throw Nested(file, column, field);

    private static WarehouseSchemaException Nested(FileReading file, SourceColumn column, Field field)
        => new($"{file.File.Path}: the field '{field.Path}' that the column '{column.Name}' asks for is a {(field.SchemaType == SchemaType.Data ? "list" : field.SchemaType.ToString().ToLowerInvariant())}, and Parquet values are taken from plain fields and from structs by FromPath. Nothing was loaded. Unfold it where the file is written, or write it as a JSON text.", [$"{column.Name} is nested"])
        {
            Target = file.File.Path,
        };
}
