using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Parquet;

/// <summary>
/// Parquet files. A column takes the field of its name, or of the path that the model gives it with <c>FromPath</c>, which leads into structs; lists and
/// maps are refused when a column asks for one. A row group is in memory at a time, of the columns that are wanted only. Rows are numbered from 1.
/// Staged rows are written in groups of 50,000, packed with Zstandard; lengths of time and UUIDs are texts.
/// </summary>
public sealed record ParquetFormat : FileFormat
{
    /// <summary>The default format.</summary>
    public static ParquetFormat Default { get; } = new();

    /// <summary>Accepts fields the target does not know and leaves them out. The default is <see langword="false"/>: an unexpected field fails the load.</summary>
    public bool IgnoreExtraColumns { get; init; }

    internal override string Name => "parquet";

    internal override string Extension => "parquet";

    internal override PartEncoding Encode(IReadOnlyList<FeedColumn> columns, Compression compression, StageWriteOptions options) => new ParquetPartEncoding(columns);

    internal override async Task<IReadOnlyList<Identifier>> FieldsAsync(FileReading file, LoadTarget target, CancellationToken cancellationToken)
    {
        Stream content = await file.OpenSeekableAsync(cancellationToken).ConfigureAwait(false);
        ParquetRecordReader reader = await ParquetRecordReader.OpenAsync(content, file, target, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            return reader.Fields;
    }

    internal override async Task<long> StageAsync(FileReading file, StagingRequest request, CancellationToken cancellationToken)
    {
        Stream content = await file.OpenSeekableAsync(cancellationToken).ConfigureAwait(false);
        ParquetRecordReader reader = await ParquetRecordReader.OpenAsync(content, file, request.Target, cancellationToken).ConfigureAwait(false);
        return await file.DrainAsync(reader, request, IgnoreExtraColumns, cancellationToken).ConfigureAwait(false);
    }
}
