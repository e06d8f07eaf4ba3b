using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// JSON lines: one object per line, UTF-8. A column takes the value of the key of its name, or of the path that the model gives it with
/// <c>FromPath</c>; a <see cref="ColumnType.Json"/> column takes what stands there as it is. A key that is not there is NULL. Numbers keep their
/// digits; dates and times are ISO texts; bytes are hexadecimal. A line that is no object is a bad row.
/// </summary>
public sealed record JsonLinesFormat : FileFormat
{
    /// <summary>The default format.</summary>
    public static JsonLinesFormat Default { get; } = new();

    /// <summary>Leaves out keys that the target does not know. The default is <see langword="false"/>: the table's contract says what becomes of them.</summary>
    public bool IgnoreExtraKeys { get; init; }

    internal override string Name => "jsonl";

    internal override string Extension => "jsonl";

    internal override PartEncoding Encode(IReadOnlyList<FeedColumn> columns, Compression compression, StageWriteOptions options)
        => new JsonPartEncoding([.. columns.Select(column => column.Column.Name.Value)], compression, options.Level);

    internal override async Task<IReadOnlyList<Identifier>> FieldsAsync(FileReading file, LoadTarget target, CancellationToken cancellationToken)
    {
        Stream content = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await JsonKeys.OfAsync(content, file, target, cancellationToken).ConfigureAwait(false);
    }

    internal override async Task<long> StageAsync(FileReading file, StagingRequest request, CancellationToken cancellationToken)
    {
        Stream content = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        return await file.DrainAsync(new JsonRecordReader(content, request.Target, file, IgnoreExtraKeys), request, allowExtra: false, cancellationToken).ConfigureAwait(false);
    }
}
