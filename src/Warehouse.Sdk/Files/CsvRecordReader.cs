using System.Text;
using Sylvan.Data.Csv;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Lines of a CSV file. Malformed lines are told apart from files that cannot be read at all.</summary>
internal sealed class CsvRecordReader : RecordReader<CsvRow>
{
    // CSV has no comments: the reader would drop every row that begins with '#' unless it is given a character that no text holds.
    private const char NoComment = '\uffff';

    private readonly CsvDataReader _reader;
    private readonly CsvFormat _format;
    private readonly Identifier[] _fields;
    private long _line;
    private long _nextLine;

    private CsvRecordReader(CsvDataReader reader, string file, CsvFormat format, LoadTarget target)
    {
        _reader = reader;
        _format = format;
        Record = new CsvRow(reader, format);
        _nextLine = format.HasHeader ? 2 : 1;
        _fields = format.HasHeader
            ? [.. Enumerable.Range(0, reader.FieldCount).Select(ordinal => HeaderName(reader.GetName(ordinal), file, ordinal))]
            : [.. target.SourceColumns.Select(column => column.Name)];
    }

    public override IReadOnlyList<Identifier> Fields => _fields;

    public override CsvRow Record { get; }

    public override long Line => _line;

    public override string? RecordProblem
        => _reader.RowFieldCount == _fields.Length ? null : FormattableString.Invariant($"{_reader.RowFieldCount} fields, expected {_fields.Length}");

    public override string RawHeader => string.Join(_format.Delimiter, _fields.Select(name => $"{_format.Quote}{name.Value.Replace(_format.Quote.ToString(), new string(_format.Quote, 2), StringComparison.Ordinal)}{_format.Quote}"));

    public static async Task<CsvRecordReader> OpenAsync(Stream content, FileReading file, CsvFormat format, LoadTarget target, CancellationToken cancellationToken)
    {
        // Bytes that are no text must not turn into question marks.
        var strict = Encoding.GetEncoding(format.Encoding.CodePage, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
        var text = new StreamReader(content, strict, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024);
        try
        {
            CsvDataReader reader = await CsvDataReader.CreateAsync(
                text,
                new CsvDataReaderOptions { Delimiter = format.Delimiter, Quote = format.Quote, Escape = format.Quote, Comment = NoComment, HasHeaders = format.HasHeader, OwnsReader = true, MaxBufferSize = 64 * 1024 * 1024, HeaderComparer = StringComparer.Ordinal },
                cancellationToken).ConfigureAwait(false);
            return new CsvRecordReader(reader, file.File.Path, format, target);
        }
        catch (Exception error) when (FileReading.IsOfContent(error) || error is InvalidOperationException)
        {
            text.Dispose();
            throw file.Unreadable(error, 1);
        }
    }

    public override string RawRecord() => _reader.GetRawRecordSpan().TrimEnd("\r\n").ToString();

    public override async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _line = _nextLine;
        if (!await _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            return false;

        // A quoted field may run over several lines of the file.
        _nextLine = _line + Math.Max(1, _reader.GetRawRecordSpan().Count('\n'));
        Record.MoveTo();
        return true;
    }

    public override ValueTask DisposeAsync() => _reader.DisposeAsync();

    private static Identifier HeaderName(string name, string file, int ordinal)
    {
        try
        {
            return new Identifier(name);
        }
        catch (ArgumentException error)
        {
            throw new WarehouseLoadException($"{file}, line 1: field {ordinal + 1} of the header is no column name. Expected a header line with names. Nothing was loaded.", error) { File = file, Line = 1 };
        }
    }
}
