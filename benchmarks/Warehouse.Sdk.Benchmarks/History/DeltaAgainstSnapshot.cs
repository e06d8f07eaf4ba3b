using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.History;

/// <summary>Ten thousand changes as a delta against the same changes inside a full snapshot: the cost follows the delta, not the dimension.</summary>
internal sealed class DeltaAgainstSnapshot(string name, Func<int, Task<CustomerHistory>> open) : IComparison
{
    private const int Changes = 10_000;

    private CustomerHistory _history = null!;

    public string Name => name;

    public string Description => "10,000 changed rows as a delta; 10,000 changed rows in a full snapshot. Both by the SDK.";

    public double? Bar => 10;

    public string Engine => _history.Engine.Name;

    public async Task PrepareAsync(int rows) => _history = await open(rows);

    public Task ResetAsync() => _history.PassDayForAsync(Changes);

    public Task RunOursAsync() => _history.LoadChangesAsync();

    public Task RunTheirsAsync() => _history.LoadSnapshotAsync();

    // The two sides take turns in one dimension; what each leaves is that every member is as the source has it.
    public Task<string> DigestAsync() => _history.AgreementAsync();

    public ValueTask DisposeAsync() => _history is null ? ValueTask.CompletedTask : _history.DisposeAsync();
}
