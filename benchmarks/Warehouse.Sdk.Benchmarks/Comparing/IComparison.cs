namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary>The same work done by the SDK and by what a host would use otherwise, with the same end state.</summary>
public interface IComparison : IAsyncDisposable
{
    /// <summary>One word for <c>--only</c>, such as <c>duckdb-rows-temp</c>.</summary>
    string Name { get; }

    /// <summary>The two sides in a sentence.</summary>
    string Description { get; }

    /// <summary>How many times as fast the SDK has to be; null when the figures are only shown.</summary>
    double? Bar { get; }

    /// <summary>The engine with its version.</summary>
    string Engine { get; }

    /// <summary>Makes what both sides need. Called once, not timed.</summary>
    Task PrepareAsync(int rows);

    /// <summary>Brings the target to its beginning. Called before each side of each round, not timed.</summary>
    Task ResetAsync();

    /// <summary>The SDK's side.</summary>
    Task RunOursAsync();

    /// <summary>The other side.</summary>
    Task RunTheirsAsync();

    /// <summary>Row count and a digest over all columns of what is there now. Called after each side, not timed.</summary>
    Task<string> DigestAsync();
}
