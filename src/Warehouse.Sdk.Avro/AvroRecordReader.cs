using System.Text;
using System.Text.Json;
using Avro;
using Avro.File;
using Avro.Generic;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Avro;

/// <summary>Records of an Avro file.</summary>
internal sealed class AvroRecordReader : RecordReader<AvroRecord>
{
    private readonly IFileReader<GenericRecord> _reader;
    private readonly List<(Identifier Name, AvroPath Path)> _fields = [];
    private long _line;

    private AvroRecordReader(IFileReader<GenericRecord> reader, LoadTarget target)
    {
        _reader = reader;
        var schema = (RecordSchema)reader.GetSchema();
        SourceColumn[] byPath = [.. target.SourceColumns.Where(column => column.Path is not null)];
        foreach (SourceColumn column in byPath)
            _fields.Add((column.Name, new AvroPath(ColumnPath.Steps(column.Path!))));
        foreach (string name in schema.Fields.Select(field => field.Name).Where(name => !byPath.Any(column => column.Name == name || ColumnPath.First(column.Path!).Equals(name, StringComparison.OrdinalIgnoreCase))
            || target.SourceColumns.Any(column => column.Path is null && column.Name == name)))
            _fields.Add((name, new AvroPath([new PathStep(name, null)])));
        Record = new AvroRecord([.. _fields.Select(field => field.Path)]);
    }

    public override IReadOnlyList<Identifier> Fields => [.. _fields.Select(named => named.Name)];

    public override AvroRecord Record { get; }

    public override long Line => _line;

    public static AvroRecordReader Open(Stream content, FileReading file, LoadTarget target)
    {
        AvroCodecs.Register();
        try
        {
            IFileReader<GenericRecord> reader = DataFileReader<GenericRecord>.OpenReader(content, leaveOpen: true);
            if (reader.GetSchema() is not RecordSchema)
                throw new InvalidDataException("its values are no records");
            return new AvroRecordReader(reader, target);
        }
        catch (Exception error) when (error is not WarehouseException)
        {
            throw file.Unreadable(new InvalidDataException($"it is no whole Avro file ({error.Message.TrimEnd('.')})", error), 0);
        }
    }

    public override string RawRecord()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
            AvroJson.Write(json, Record.Current);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public override ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (_line % 1024 == 0)
            cancellationToken.ThrowIfCancellationRequested();
        _line++;
        try
        {
            if (!_reader.HasNext())
                return ValueTask.FromResult(false);
            Record.Current = _reader.Next();
            return ValueTask.FromResult(true);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            throw new InvalidDataException($"a record or block is damaged ({error.Message.TrimEnd('.')})", error);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _reader.Dispose();
        return ValueTask.CompletedTask;
    }
}
