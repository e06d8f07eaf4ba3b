using System.Linq.Expressions;
using System.Text;
using Sylvan.Data.Csv;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Rows of a CSV file. Malformed rows are told apart from files that cannot be read at all.</summary>
internal sealed class CsvFeed : RowFeed<CsvRow>
{
    private readonly CsvDataReader _reader;
    private readonly string _file;
    private readonly Encoding _encoding;
    private readonly CsvRow _row;
    private long _line;
    private long _nextLine;

    private CsvFeed(CsvDataReader reader, string file, CsvFormat format, LoadTarget target)
    {
        _reader = reader;
        _file = file;
        _encoding = format.Encoding;
        _row = new CsvRow(reader, format);
        _nextLine = format.HasHeader ? 2 : 1;
        Identifier[] header = format.HasHeader
            ? [.. Enumerable.Range(0, reader.FieldCount).Select(ordinal => HeaderName(reader.GetName(ordinal), file, ordinal))]
            : [.. target.SourceColumns.Select(column => column.Name)];
        Absent = SourceHeader.Check(target, file, header, format.IgnoreExtraColumns);
        Columns = [.. target.SourceColumns.Select(column => Read(column, Array.IndexOf(header, column.Name)))];
        FieldCount = header.Length;
    }

    // CSV has no comments: the reader would drop every row that begins with '#' unless it is given a character that no text holds.
    private const char NoComment = '\uffff';

    public override IReadOnlyList<FeedColumn> Columns { get; }

    public IReadOnlySet<Identifier> Absent { get; }

    public override CsvRow Current => _row;

    public override long Line => _line;

    public override string File => _file;

    public override string? RowProblem
        => _reader.RowFieldCount == FieldCount ? null : FormattableString.Invariant($"{_reader.RowFieldCount} fields, expected {FieldCount}");

    private int FieldCount { get; }

    public static async Task<CsvFeed> OpenAsync(Stream content, string file, CsvFormat format, LoadTarget target, CancellationToken cancellationToken)
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
            return new CsvFeed(reader, file, format, target);
        }
        catch (Exception error) when (error is FormatException or DecoderFallbackException or InvalidOperationException)
        {
            text.Dispose();
            throw Unreadable(file, 1, strict, error);
        }
    }

    public override string RawRow() => _reader.GetRawRecordSpan().TrimEnd("\r\n").ToString();

    public override async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        _line = _nextLine;
        try
        {
            if (!await _reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                return false;
        }
        catch (Exception error) when (error is FormatException or DecoderFallbackException or InvalidDataException)
        {
            throw Unreadable(_file, _line, _encoding, error);
        }

        // A quoted field may run over several lines of the file.
        _nextLine = _line + Math.Max(1, _reader.GetRawRecordSpan().Count('\n'));
        _row.MoveTo();
        return true;
    }

    public override async ValueTask DisposeAsync()
    {
        await _reader.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

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

    private static FeedColumn Read(SourceColumn column, int ordinal)
    {
        ParameterExpression row = Expression.Parameter(typeof(CsvRow), "row");
        ConstantExpression at = Expression.Constant(Math.Max(0, ordinal));
        return new FeedColumn(column, Expression.Lambda(Expression.Call(row, $"Get{column.Type.Kind}", null, at), row))
        {
            IsNull = Expression.Lambda(ordinal < 0 ? Expression.Constant(true) : Expression.Call(row, nameof(CsvRow.IsNull), null, at), row),
        };
    }

    private static WarehouseLoadException Unreadable(string file, long line, Encoding encoding, Exception error)
    {
        string what = error switch
        {
            DecoderFallbackException => $"it holds bytes that are no {encoding.WebName} text; declare its encoding in CsvFormat.Encoding",
            _ => $"{error.Message.TrimEnd('.')}; the file may have been cut off",
        };
        return new WarehouseLoadException(FormattableString.Invariant($"{file} cannot be read from line {line} on: {what}. Nothing was loaded."), error) { File = file, Line = line };
    }
}
