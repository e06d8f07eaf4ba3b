using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Lines of a JSON file.</summary>
internal sealed class JsonRecordReader(Stream content, LoadTarget target, FileReading file, bool ignoreExtraKeys) : RecordReader<JsonRecord>
{
    private readonly Utf8LineReader _lines = new(content);
    private readonly OnSchemaChange _newKeys = ignoreExtraKeys ? OnSchemaChange.Ignore : target.Contract.NewColumn;
    private readonly HashSet<string> _ignored = [];

    public override IReadOnlyList<Identifier>? Fields => null;

    public override JsonRecord Record { get; } = new(JsonPaths.Of(target, alsoByName: file.Claimed is not null), target.SourceColumns.Count);

    public override long Line => _lines.Line;

    public override string? RecordProblem => Record.Problem ?? (_newKeys == OnSchemaChange.RejectRow && Record.NewKey is { } key ? $"the key '{key}' is not expected" : null);

    public override IEnumerable<string> Ignored => _ignored;

    public override string RawRecord() => _lines.Text();

    public override async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (!_lines.TryNext() && !await _lines.NextAsync(cancellationToken).ConfigureAwait(false))
            return false;
        Record.Read(_lines.Current);
        if (Record.NewKey is { } key)
            TakeNote(key);
        return true;
    }

    private void TakeNote(string key)
    {
        if (_newKeys == OnSchemaChange.Ignore)
            _ignored.Add(key);
        if (_newKeys != OnSchemaChange.Freeze || Record.Problem is not null)
            return;
        throw new WarehouseSchemaException(
            FormattableString.Invariant($"{file.File.Path}, line {Line} does not fit {target.Name}: the key '{key}' is not expected. Expected: {string.Join(", ", target.SourceColumns.Select(column => column.Path ?? column.Name.Value))}. ")
            + "Nothing was loaded. Correct the source, leave it out by the table's contract or JsonLinesFormat.IgnoreExtraKeys, or extend the row type in the model.",
            [$"the key '{key}' is not expected"])
        {
            Target = target.Name.ToString(),
        };
    }

    public override ValueTask DisposeAsync()
    {
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }
}
