using System.Text.Json;
using System.Text.Json.Serialization;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>Rows of the host's own type.</summary>
internal sealed class ObjectFeed<TRow> : RowFeed<TRow>
{
    private static readonly JsonSerializerOptions RawRowOptions = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly IAsyncEnumerator<TRow>? _asyncRows;
    private readonly IEnumerator<TRow>? _rows;
    private long _line;

    public ObjectFeed(IAsyncEnumerable<TRow> rows, RowShape shape, CancellationToken cancellationToken)
        : this(shape)
        => _asyncRows = rows.GetAsyncEnumerator(cancellationToken);

    public ObjectFeed(IEnumerable<TRow> rows, RowShape shape)
        : this(shape)
        => _rows = rows.GetEnumerator();

    private ObjectFeed(RowShape shape)
        => Columns = [.. shape.Columns.Select(column => new FeedColumn(column, ReadExpression.OfProperty(typeof(TRow), column.Property!, column.Type)))];

    public override IReadOnlyList<FeedColumn> Columns { get; }

    public override TRow Current => _rows is null ? _asyncRows!.Current : _rows.Current;

    public override long Line => _line;

    public override string? RowProblem => Current is null ? "the row is null" : null;

    // Only what the table takes: the rest of a row may be anything, such as a graph that leads back to it.
    public override string? RawRow() => Current is null
        ? null
        : JsonSerializer.Serialize(Columns.ToDictionary(column => column.Column.Name.Value, column => column.Column.Property!.GetValue(Current)), RawRowOptions);

    public override ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        if (_line % 1024 == 0)
            cancellationToken.ThrowIfCancellationRequested();
        _line++;
        return _rows is null ? _asyncRows!.MoveNextAsync() : ValueTask.FromResult(_rows.MoveNext());
    }

    public override async ValueTask DisposeAsync()
    {
        _rows?.Dispose();
        if (_asyncRows is not null)
            await _asyncRows.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }
}
