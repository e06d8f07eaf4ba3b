using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Avro;

/// <summary>
/// Avro object container files, for reading. A column takes the field of its name, or of the path that the model gives it with <c>FromPath</c>; records,
/// arrays and maps become JSON. Logical types are read as what they mean; a union is what it holds. Blocks may be packed with deflate, snappy or
/// zstandard. Records are numbered from 1.
/// </summary>
public sealed record AvroFormat : FileFormat
{
    /// <summary>The default format.</summary>
    public static AvroFormat Default { get; } = new();

    /// <summary>Accepts fields the target does not know and leaves them out. The default is <see langword="false"/>: an unexpected field fails the load.</summary>
    public bool IgnoreExtraColumns { get; init; }

    internal override string Name => "avro";

    internal override string Extension => "avro";

    internal override async Task<IReadOnlyList<Identifier>> FieldsAsync(FileReading file, LoadTarget target, CancellationToken cancellationToken)
    {
        Stream content = await file.OpenSeekableAsync(cancellationToken).ConfigureAwait(false);
        AvroRecordReader reader = AvroRecordReader.Open(content, file, target);
        await using (reader.ConfigureAwait(false))
            return reader.Fields;
    }

    internal override async Task<long> StageAsync(FileReading file, StagingRequest request, CancellationToken cancellationToken)
    {
        Stream content = await file.OpenSeekableAsync(cancellationToken).ConfigureAwait(false);
        return await file.DrainAsync(AvroRecordReader.Open(content, file, request.Target), request, IgnoreExtraColumns, cancellationToken).ConfigureAwait(false);
    }
}
