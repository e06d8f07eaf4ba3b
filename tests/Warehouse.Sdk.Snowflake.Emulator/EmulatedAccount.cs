using System.Collections.Concurrent;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A statement that was run, and whether a transaction was open.</summary>
public sealed record EmulatedStatement(int Session, string Text, bool InTransaction, bool CommittedTransaction)
{
    /// <summary>The id under which the query history knows it.</summary>
    public string QueryId { get; init; } = string.Empty;
}

/// <summary>An account: one DuckDB file, its stages in a folder beside it, the locks of its sessions and what COPY remembers.</summary>
public sealed class EmulatedAccount
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, EmulatedAccount> Open = new(StringComparer.Ordinal);

    private readonly ConcurrentQueue<EmulatedStatement> _statements = new();
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, string>> _copied = new(StringComparer.Ordinal);
    private DuckDBConnection? _root;
    private int _sessions;
    private int _numbers;

    private EmulatedAccount(string file) => File = file;

    public string File { get; }

    public string StageFolder => File + ".stages";

    internal EmulatedLocks Locks { get; } = new();

    /// <summary>Stages, formats, integrations and the like, by kind and name, with the statement that made each.</summary>
    internal ConcurrentDictionary<(string Kind, string Name), string> Objects { get; } = new();

    /// <summary>What tags say of tables, by table and tag.</summary>
    internal ConcurrentDictionary<(string Table, string Tag), string> Tags { get; } = new();

    /// <summary>Whether a table was ever given an option: most accounts have none to look for.</summary>
    internal bool HasOptions { get; set; }

    internal ConcurrentDictionary<string, string[]> Streams { get; } = new(StringComparer.Ordinal);

    internal ConcurrentDictionary<string, EmulatedTask> Tasks { get; } = new(StringComparer.Ordinal);

    internal void ForgetTags(string table)
    {
        foreach (var key in Tags.Keys.Where(key => key.Table == table))
            Tags.TryRemove(key, out _);
    }

    internal ConcurrentDictionary<string, EmulatedStage> Stages { get; } = new(StringComparer.Ordinal);

    internal ConcurrentDictionary<string, EmulatedIntegration> Integrations { get; } = new(StringComparer.Ordinal);

    internal ConcurrentDictionary<string, Dictionary<string, List<string>>> Formats { get; } = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, string> _buckets = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _revoked = new(StringComparer.Ordinal);

    /// <summary>Lets a bucket be a folder of this machine.</summary>
    public void AddBucket(string url, string folder) => _buckets[url.TrimEnd('/') + "/"] = folder;

    /// <summary>Takes a privilege away, such as <c>CREATE INTEGRATION</c> or <c>READ ON STAGE FILES.INBOX</c>.</summary>
    public void Revoke(string privilege) => _revoked[privilege] = true;

    /// <summary>Gives it back.</summary>
    public void Grant(string privilege) => _revoked.TryRemove(privilege, out _);

    internal bool IsRevoked(string privilege) => _revoked.ContainsKey(privilege);

    /// <summary>Given the path in its stage of a file that is put; what it returns is why that fails.</summary>
    public Func<string, string?>? FailPut { get; set; }

    /// <summary>Given the path of a file and COPY's row of it; what it returns is reported instead.</summary>
    public Func<string, object?[], object?[]>? ReportCopy { get; set; }

    internal string FolderOf(string url)
    {
        string whole = url.TrimEnd('/') + "/";
        foreach (var (bucket, folder) in _buckets)
        {
            if (whole.StartsWith(bucket, StringComparison.Ordinal))
                return Path.Combine(folder, whole[bucket.Length..].TrimEnd('/'));
        }

        throw new SnowflakeEmulatorException(100183, "22000", $"Failed to access remote file: access denied. Please check your credentials: {url}");
    }

    internal string Folder(string kind, string name) => Path.Combine(StageFolder, kind, name);

    /// <summary>Everything that was run, in order.</summary>
    public IReadOnlyCollection<EmulatedStatement> Statements => _statements;

    /// <summary>Begins to record anew.</summary>
    public void ForgetStatements() => _statements.Clear();

    /// <summary>Statements that ended a transaction which nobody had asked to end: DDL between BEGIN and COMMIT.</summary>
    public IEnumerable<EmulatedStatement> ImplicitCommits => _statements.Where(statement => statement.CommittedTransaction);

    /// <summary>Whether tables are kept as they were, for time travel and UNDROP; every committed change costs a copy of its table.</summary>
    public bool KeepsHistory { get; set; }

    /// <summary>The account's clock, by which retention is counted.</summary>
    public Func<DateTimeOffset> Now { get; set; } = () => DateTimeOffset.UtcNow;

    internal EmulatedHistory History { get; } = new();

    /// <summary>Called before each statement with its text; may throw what the server would.</summary>
    public Action<string>? BeforeStatement { get; set; }

    public static EmulatedAccount Of(string file)
    {
        lock (Gate)
        {
            if (!Open.TryGetValue(file, out EmulatedAccount? account))
                Open[file] = account = new EmulatedAccount(file);
            return account;
        }
    }

    internal DuckDBConnection Connect()
    {
        lock (Gate)
        {
            _root ??= OpenRoot();
            _sessions++;
        }

        var connection = new DuckDBConnection(ConnectionString);
        connection.Open();
        return connection;
    }

    internal void Disconnect(DuckDBConnection connection)
    {
        connection.Dispose();
        lock (Gate)
        {
            if (--_sessions > 0)
                return;
            _root?.Dispose();
            _root = null;
        }
    }

    internal int NextSession() => Interlocked.Increment(ref _numbers);

    internal void Record(EmulatedStatement statement) => _statements.Enqueue(statement);

    internal bool WasCopied(string table, string file, string etag) => _copied.TryGetValue(table, out var files) && files.TryGetValue(file, out string? known) && known == etag;

    internal void Copied(string table, string file, string etag) => _copied.GetOrAdd(table, _ => new ConcurrentDictionary<string, string>(StringComparer.Ordinal))[file] = etag;

    /// <summary>TRUNCATE, DROP and CREATE OR REPLACE let COPY forget.</summary>
    internal void ForgetCopies(string table) => _copied.TryRemove(table, out _);

    private string ConnectionString => $"Data Source={File};autoinstall_known_extensions=false;autoload_known_extensions=false";

    private DuckDBConnection OpenRoot()
    {
        var root = new DuckDBConnection(ConnectionString);
        root.Open();
        root.RegisterScalarFunction<string, string>("sf_canonical_json", (readers, writer, rows) =>
        {
            for (ulong row = 0; row < rows; row++)
            {
                if (readers[0].IsValid(row))
                    writer.WriteValue(JsonText.Canonical(readers[0].GetValue<string>(row)), row);
                else
                    writer.WriteNull(row);
            }
        });
        using DuckDBCommand command = root.CreateCommand();
        command.CommandText = "SET disabled_optimizers = 'top_n_window_elimination'";
        command.ExecuteNonQuery();
        command.CommandText = "SELECT count(*) FROM duckdb_functions() WHERE function_name = 'SF_IFF'";
        if (command.ExecuteScalar() is not 0L)
            return root;
        foreach (string statement in (string[])[.. EmulatedFunctions.Macros, EmulatedCatalog.Options, .. EmulatedCatalog.Views, "CREATE SCHEMA IF NOT EXISTS \"PUBLIC\""])
        {
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }

        return root;
    }
}
