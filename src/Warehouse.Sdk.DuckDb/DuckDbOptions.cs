namespace Warehouse.Sdk.DuckDb;

/// <summary>Settings of a warehouse in DuckDB.</summary>
public sealed class DuckDbOptions
{
    /// <summary>The default of <see cref="LockTimeout"/>.</summary>
    public static readonly TimeSpan DefaultLockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A connection string such as <c>Data Source=dvd.duckdb</c>, or just the file. <c>:memory:</c> keeps everything in memory until the
    /// warehouse is disposed.
    /// </summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>How long a load waits for another load of the same target. The default is 30 seconds; more than zero.</summary>
    public TimeSpan LockTimeout { get; set; } = DefaultLockTimeout;
}
