using Npgsql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Settings of a warehouse in PostgreSQL, version 15 or later.</summary>
public sealed class PostgresOptions
{
    /// <summary>The default of <see cref="LockTimeout"/>.</summary>
    public static readonly TimeSpan DefaultLockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A connection string such as <c>Host=db;Database=warehouse;Username=loader</c>. Commands have no time limit, whatever it says: a load takes
    /// as long as it takes and ends by its cancellation token.
    /// </summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>The host's own data source, taken instead of <see cref="ConnectionString"/> and never disposed by the warehouse.</summary>
    public NpgsqlDataSource? DataSource { get; set; }

    /// <summary>
    /// How long a load waits for another load of the same target, in whichever process. The default is 30 seconds; at least one millisecond, at
    /// most 24 days.
    /// </summary>
    public TimeSpan LockTimeout { get; set; } = DefaultLockTimeout;
}
