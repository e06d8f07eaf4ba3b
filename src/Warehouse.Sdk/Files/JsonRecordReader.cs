using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Lines of a JSON file.</summary>
internal sealed class JsonRecordReader : RecordReader<JsonRecord>
{
    private readonly LoadTarget _target;
    private readonly FileReading _file;
    private readonly Utf8LineReader _lines;
    private readonly OnSchemaChange _newKeys;
    private readonly HashSet<string> _ignored = [];

    public JsonRecordReader(Stream content, LoadTarget target, FileReading file, bool ignoreExtraKeys)
    {
        (_target, _file, _lines) = (target, file, new Utf8LineReader(content));
        _newKeys = ignoreExtraKeys ? OnSchemaChange.Ignore : target.Contract.NewColumn;
        Record = new JsonRecord(JsonPaths.Of(target, alsoByName: file.Claimed is not null), target.SourceColumns.Count, _newKeys == OnSchemaChange.Ignore ? _ignored : null);
    }

    public override IReadOnlyList<Identifier>? Fields => null;

    public override JsonRecord Record { get; }

    public override long Line => _lines.Line;

    public override string? RecordProblem => Record.Problem ?? (_newKeys == OnSchemaChange.RejectRow && Record.NewKey is { } key ? $"the key '{key}' is not expected" : null);

    public override IEnumerable<string> Ignored => _ignored;

    public override string RawRecord() => _lines.Text();

    public override async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (!_lines.TryNext() && !await _lines.NextAsync(cancellationToken).ConfigureAwait(false))
            return false;
        Record.Read(_lines.Current);
        return _newKeys == OnSchemaChange.Freeze && Record is { Problem: null, NewKey: { } key } ? throw NotExpected(key) : true;
    }

    private WarehouseSchemaException NotExpected(string key)
        => new(
            FormattableString.Invariant($"{_file.File.Path}, line {Line} does not fit {_target.Name}: the key '{key}' is not expected. Expected: {string.Join(", ", _target.SourceColumns.Select(column => column.Path ?? column.Name.Value))}. ")
            + "Nothing was loaded. Correct the source, leave it out by the table's contract or JsonLinesFormat.IgnoreExtraKeys, or extend the row type in the model.",
            [$"the key '{key}' is not expected"])
        {
            Target = _target.Name.ToString(),
        };

    public override ValueTask DisposeAsync()
    {
        _lines.Dispose();
        return ValueTask.CompletedTask;
    }
}
