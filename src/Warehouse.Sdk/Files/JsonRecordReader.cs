using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Lines of a JSON file.</summary>
internal sealed class JsonRecordReader(Stream content, LoadTarget target, bool ignoreExtraKeys) : RecordReader<JsonRecord>
{
    private readonly Utf8LineReader _lines = new(content);

    public override IReadOnlyList<Identifier>? Fields => null;

    public override JsonRecord Record { get; } = new(JsonPaths.Of(target), target.SourceColumns.Count, ignoreExtraKeys);

    public override long Line => _lines.Line;

    public override string? RecordProblem => Record.Problem;

    public override string RawRecord() => _lines.Text();

    public override async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (!_lines.TryNext() && !await _lines.NextAsync(cancellationToken).ConfigureAwait(false))
            return false;
        Record.Read(_lines.Current);
        return true;
    }

    public override ValueTask DisposeAsync()
    {
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }
}
