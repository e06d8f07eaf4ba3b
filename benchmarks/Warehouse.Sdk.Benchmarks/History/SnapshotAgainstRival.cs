using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.History;

/// <summary>A full snapshot out of a table of the warehouse against another way to take the same day.</summary>
/// <param name="name">For <c>--only</c>.</param>
/// <param name="bar">How many times as fast we have to be.</param>
/// <param name="open">The engine.</param>
/// <param name="make">The other way.</param>
/// <param name="isQuiet">True when nothing has changed in the source since the day before.</param>
/// <param name="part">Of how many members one is enough to see the difference.</param>
internal sealed class SnapshotAgainstRival(string name, double? bar, Func<int, Task<CustomerHistory>> open, Func<CustomerHistory, ISnapshotRival> make, bool isQuiet = false, int part = 1) : IComparison
{
    private CustomerHistory _history = null!;
    private ISnapshotRival _rival = null!;
    private bool _isOurTurn = true;
    private string _digest = string.Empty;

    public string Name => name;

    public string Description => (isQuiet
        ? "A full snapshot in which nothing has changed"
        : "A full snapshot, 1% changed, 0.5% new, 0.02% gone, six attributes of type 2")
        + $", read from a table; {_rival.Description}{(part > 1 ? $" (one of {part} members)" : string.Empty)}.";

    public double? Bar => bar;

    public string Engine => _history.Engine.Name;

    public async Task PrepareAsync(int rows)
    {
        _history = await open(Math.Max(5000, rows / part));
        _rival = make(_history);
        await _rival.BeginAsync();
    }

    public async Task ResetAsync()
    {
        if (_isOurTurn)
            await _history.PassDayAsync(isQuiet);
        _isOurTurn = !_isOurTurn;
    }

    public async Task RunOursAsync()
    {
        LoadReport report = await _history.LoadSnapshotAsync();
        if (report.Outcome != (isQuiet ? LoadOutcome.NothingChanged : LoadOutcome.Loaded))
            throw new InvalidOperationException($"The load ended as {report.Outcome}.");
        _digest = CustomerHistory.Dimension;
    }

    public async Task RunTheirsAsync()
    {
        await _rival.RunAsync();
        _digest = _rival.Table;
    }

    public Task<string> DigestAsync() => _history.DigestAsync(_digest);

    public ValueTask DisposeAsync() => _history is null ? ValueTask.CompletedTask : _history.DisposeAsync();
}
