namespace Warehouse.Sdk.Benchmarks.History;

/// <summary>Another way to take a full snapshot of the customers into a versioned table.</summary>
internal interface ISnapshotRival
{
    /// <summary>The table it keeps, with the columns of the source, <c>valid_from</c> and <c>valid_to</c>.</summary>
    string Table { get; }

    /// <summary>The way in a few words.</summary>
    string Description { get; }

    /// <summary>Makes the table and takes the first day.</summary>
    Task BeginAsync();

    /// <summary>Takes another day.</summary>
    Task RunAsync();
}
