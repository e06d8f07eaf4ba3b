using System.Data.Common;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Settings of a warehouse in Snowflake.</summary>
public sealed class SnowflakeOptions
{
    /// <summary>The default of <see cref="LockTimeout"/>.</summary>
    public static readonly TimeSpan DefaultLockTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The default of <see cref="PartSize"/>: 128 megabytes.</summary>
    public const long DefaultPartSize = 128L * 1024 * 1024;

    /// <summary>
    /// The driver's connection string, such as <c>account=...;user=...;password=...;db=WAREHOUSE;warehouse=LOADING</c>. It names a database; the driver's
    /// pool is switched off for it, because settings and temporary tables of a session would reach the next user of the connection.
    /// </summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>
    /// The driver's factory, <c>SnowflakeDbFactory.Instance</c>. By default it is found by its name when the application references the package
    /// <c>Snowflake.Data</c>; an application that is trimmed or compiled ahead of time has to give it.
    /// </summary>
    public DbProviderFactory? Factory { get; set; }

    /// <summary>
    /// How long a load waits for another load of the same target, in whichever process, in whole seconds. The default is 30 seconds; at least one second.
    /// </summary>
    public TimeSpan LockTimeout { get; set; } = DefaultLockTimeout;

    /// <summary>
    /// The internal stage in which rows wait on their way into a table: <c>@~</c>, the user's own, by default, which needs no right; or a named one such as
    /// <c>@"MY_SCHEMA"."MY_STAGE"</c>, on which the role has READ and WRITE.
    /// </summary>
    public string Stage { get; set; } = "@~";

    /// <summary>
    /// The name of the pipeline in the query tags, by which the account's history of queries can be searched and its costs be told apart. Beside it stand the table and the number
    /// of the load: <c>{"app":"warehouse-sdk","pipeline":"nightly","target":"business.dim_customer","load":42}</c>. At most 500 characters; empty by default.
    /// </summary>
    public string Pipeline { get; set; } = string.Empty;

    /// <summary>The size at which a compressed part file is closed, in bytes. The default is 128 megabytes; Snowflake advises 100 to 250.</summary>
    public long PartSize { get; set; } = DefaultPartSize;

    /// <summary>
    /// How many part files of a load go up at once, each over a session and on a thread of its own, while the next is being written: 1 to 16. As many files, and one
    /// more, wait in <see cref="TemporaryFolder"/> at a time. The default is 4. A stage client moves as many files at once.
    /// </summary>
    public int UploadSessions { get; set; } = 4;

    /// <summary>The folder for part files until they are uploaded; by default the system's temporary folder.</summary>
    public string? TemporaryFolder { get; set; }

    /// <summary>How long to wait before a file is sent for the second time; twice as long before the third.</summary>
    internal TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(2);
}
