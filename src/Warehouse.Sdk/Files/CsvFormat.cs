using System.Globalization;
using System.Text;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// How a CSV file is written. The defaults are RFC 4180 with a header, UTF-8, ISO dates and a decimal point; NULL is an empty field without
/// quotes, and <c>""</c> is an empty text.
/// </summary>
public sealed record CsvFormat : FileFormat
{
    /// <summary>The default format.</summary>
    public static CsvFormat Default { get; } = new();

    /// <summary>Between fields. The default is a comma.</summary>
    public char Delimiter { get; init; } = ',';

    /// <summary>Around fields that hold delimiters, quotes or line ends; doubled inside. The default is <c>"</c>.</summary>
    public char Quote { get; init; } = '"';

    /// <summary>The text without quotes that means NULL. The default is the empty text.</summary>
    public string NullText { get; init; } = string.Empty;

    /// <summary>Whether an empty text in quotes means NULL as well. The default is <see langword="false"/>.</summary>
    public bool EmptyIsNull { get; init; }

    /// <summary>Decides the decimal point. The default is the invariant culture.</summary>
    public CultureInfo Culture { get; init; } = CultureInfo.InvariantCulture;

    /// <summary>How dates are written, such as <c>dd.MM.yyyy</c>; by default <c>yyyy-MM-dd</c>.</summary>
    public IReadOnlyList<string> DateFormats { get; init; } = [];

    /// <summary>How timestamps are written; by default ISO 8601 with a blank or a T, with or without an offset. Without an offset they are UTC.</summary>
    public IReadOnlyList<string> TimestampFormats { get; init; } = [];

    /// <summary>The encoding. The default is UTF-8; bytes that are no text in it fail the load.</summary>
    public Encoding Encoding { get; init; } = Encoding.UTF8;

    /// <summary>Whether the first line names the columns. Without a header the fields must stand in the target's order. The default is <see langword="true"/>.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Accepts columns the target does not know and leaves them out. The default is <see langword="false"/>: an unexpected column fails the load.</summary>
    public bool IgnoreExtraColumns { get; init; }

    internal override string Name => "csv";

    internal override string Extension => "csv";

    internal override PartEncoding Encode(IReadOnlyList<FeedColumn> columns, Compression compression, StageWriteOptions options)
    {
        bool isPlain = Culture.NumberFormat.NumberDecimalSeparator == "." && DateFormats.Count == 0 && TimestampFormats.Count == 0 && Encoding.CodePage == Encoding.UTF8.CodePage && !EmptyIsNull && Delimiter < 128 && Quote < 128;
        return isPlain
            ? new CsvPartEncoding(this, [.. columns.Select(column => column.Column.Name.Value)], compression, options.Level)
            : throw new ArgumentException("Rows are staged as CSV in UTF-8 with ISO dates and a point, and with the empty text apart from NULL; leave Culture, DateFormats, TimestampFormats, Encoding and EmptyIsNull as they are.", nameof(options));
    }

    internal override async Task<IReadOnlyList<Identifier>> FieldsAsync(FileReading file, LoadTarget target, CancellationToken cancellationToken)
    {
        Stream content = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        CsvRecordReader reader = await CsvRecordReader.OpenAsync(content, file, this, target, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            return reader.Fields;
    }

    internal override async Task<long> StageAsync(FileReading file, StagingRequest request, CancellationToken cancellationToken)
    {
        Stream content = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        CsvRecordReader reader = await CsvRecordReader.OpenAsync(content, file, this, request.Target, cancellationToken).ConfigureAwait(false);
        return await file.DrainAsync(reader, request, IgnoreExtraColumns, cancellationToken).ConfigureAwait(false);
    }
}
