namespace Warehouse.Sdk.Conformance;

/// <summary>Rows that a load has asked for and does not get before a test says so.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Reached => _reached.Task;

    public void Open() => _open.TrySetResult();

    public IAsyncEnumerable<TRow> Hold<TRow>(IEnumerable<TRow> rows) => Hold([], rows);

    /// <summary>Holds the load after it has taken some rows in.</summary>
    public async IAsyncEnumerable<TRow> Hold<TRow>(IEnumerable<TRow> before, IEnumerable<TRow> after)
    {
        foreach (TRow row in before)
            yield return row;
        _reached.SetResult();
        await _open.Task;
        foreach (TRow row in after)
            yield return row;
    }
}
