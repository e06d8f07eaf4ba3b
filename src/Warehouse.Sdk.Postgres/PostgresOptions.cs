using Npgsql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Settings of a warehouse in PostgreSQL, version 15 or later.</summary>
public sealed class PostgresOptions
{
    /// <summary>The default of <see cref="LockTimeout"/>.</summary>
    public static readonly TimeSpan DefaultLockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A connection string such as <c>Host=db;Database=warehouse;Username=loader</c>. Commands have no time limit, whatever it says: a load takes
    /// as long as it takes and ends by its cancellation token. Where the host is a local socket and nothing is said of
    /// <c>Socket Send Buffer Size</c>, it is one megabyte, as far as the system allows; sending rows then takes the client a third of the time.
    /// </summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>The host's own data source, taken instead of <see cref="ConnectionString"/> and never disposed by the warehouse.</summary>
    public NpgsqlDataSource? DataSource { get; set; }

    /// <summary>
    /// How long a load waits for another load of the same target, in whichever process. The default is 30 seconds; at least one millisecond, at
    /// most 24 days.
    /// </summary>
    public TimeSpan LockTimeout { get; set; } = DefaultLockTimeout;

    /// <summary>
    /// How many connections stage the rows of one load side by side, next to the load's own. The default is 1, which stages by the load's own
    /// connection; at most 16, and two less than the pool holds. More than one pays off where the server has processors to spare, for rows from
    /// outside that fill more than two megabytes; fewer rows, queries and landed rows take the load's own connection.
    /// </summary>
    /// <remarks>
    /// The role needs the right to create tables in the ledger's schema: the rows wait there in an unlogged table named <c>staged_</c> and 32
    /// hexadecimal digits, which goes with the load, however it ends. What a crash leaves behind is dropped by the next load that stages this way
    /// and by the next deployment. When the pool or the server has no connection to give within five seconds, the load goes on with those it has.
    /// </remarks>
    public int ParallelCopies { get; set; } = 1;

    /// <summary>
    /// How many megabytes one step of a load may take on the server before it goes on in files (<c>work_mem</c>); a join of members takes up to
    /// twice as many, and only where the rows are that many. The default is 256, with which some two million members are compared in memory; at
    /// least 1, at most 65,536. Where the role, the database or the server has set more, that stays.
    /// </summary>
    public int WorkMemory { get; set; } = DefaultWorkMemory;

    /// <summary>The default of <see cref="WorkMemory"/>.</summary>
    public const int DefaultWorkMemory = 256;

    internal const int MostWorkMemory = 65_536;

    internal bool HasKnownWorkMemory => WorkMemory is >= 1 and <= MostWorkMemory;

    internal const int MostParallelCopies = 16;

    internal bool HasKnownParallelCopies => ParallelCopies is >= 1 and <= MostParallelCopies;

    /// <summary>The load's own connection and one that cleans up after it must find room beside them.</summary>
    internal static bool FitsPool(int parallelCopies, string connectionString)
    {
        const int Others = 2;
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        return parallelCopies == 1 || !settings.Pooling || parallelCopies <= settings.MaxPoolSize - Others;
    }
}
