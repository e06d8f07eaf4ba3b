namespace Warehouse.Sdk;

/// <summary>Which rejected rows are replayed, and how they are written.</summary>
public sealed record RejectReplay
{
    /// <summary>Those of one load only. The default is all of the target that were not replayed yet.</summary>
    public long? LoadId { get; init; }

    /// <summary>How the rows are written that came from CSV files. The default is <see cref="CsvFormat.Default"/>.</summary>
    public CsvFormat Csv { get; init; } = CsvFormat.Default;

    /// <summary>What of their files' paths becomes columns, as when they were loaded. The default is nothing.</summary>
    public FileReadOptions Files { get; init; } = new();
}
