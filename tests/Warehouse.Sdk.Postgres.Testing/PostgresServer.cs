using System.Globalization;
using Npgsql;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Postgres.Testing;

/// <summary>
/// The PostgreSQL server that tests use, one per process: the one that <c>WAREHOUSE_TEST_POSTGRES</c> names, else a private one from installed
/// binaries, else one in a container. Where there is none, tests are skipped; with <c>CI=true</c> they fail.
/// </summary>
public sealed class PostgresServer
{
    /// <summary>Holds the connection string of a role that may create databases.</summary>
    public const string Variable = "WAREHOUSE_TEST_POSTGRES";

    /// <summary>Whether the server is one that somebody has named, not one of the tests' own.</summary>
    public static bool IsNamed => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };

    // What a test might forget to say shall matter: nobody's session is in UTC, and dates are written day first.
    internal const string TimeZone = "Asia/Kolkata";
    internal const string DateStyle = "SQL, DMY";

    // The engine takes its sessions from pools, one per warehouse; all of them together must fit the server.
    private const int MaximumPoolSize = 20;

    private static readonly Lazy<Task<(PostgresServer? Server, string? Reason)>> Search = new(FindAsync);
    private static readonly string Process = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}_{Environment.TickCount64 & 0xffffff:x}");

    private readonly NpgsqlDataSource _administration;
    private readonly bool _isGiven;
    private int _databases;

    private PostgresServer(string connectionString, bool isGiven)
    {
        ConnectionString = connectionString;
        _isGiven = isGiven;
        _administration = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 4, CommandTimeout = 0 });
    }

    /// <summary>Reaches the server as a role that may create databases.</summary>
    public string ConnectionString { get; }

    /// <summary>The server; the test that asks is skipped where there is none.</summary>
    /// <exception cref="InvalidOperationException">There is none, and <c>CI</c> says that there must be.</exception>
    public static async Task<PostgresServer> SharedAsync()
    {
        var (server, reason) = await Search.Value;
        if (server is not null)
            return server;
        Servers.SkipUnlessInCI(reason!);
        return null!;
    }

    /// <summary>Makes an empty database and returns how to reach it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"warehouse_test_{Process}_{Interlocked.Increment(ref _databases)}");
        // Half the time of the default, which writes every page to the log as well.
        await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE template0 STRATEGY = FILE_COPY");
        if (_isGiven)
            await ExecuteAsync($"ALTER DATABASE {name} SET timezone = '{TimeZone}'", $"ALTER DATABASE {name} SET datestyle = '{DateStyle}'");
        return Of(name);
    }

    /// <summary>Drops databases, whoever still uses them: hundreds of them would fill the disk.</summary>
    public Task DropDatabasesAsync(IEnumerable<string> databases)
    {
        string[] names = [.. databases.Select(database => new NpgsqlConnectionStringBuilder(database).Database!)];
        // A drop waits until every session of the server has taken notice of it, and one that waits for rows of a test that failed never does.
        return ExecuteAsync(
        [
            $"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ({string.Join(", ", names.Select(name => $"'{name}'"))})",
            .. names.Select(name => $"DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
        ]);
    }

    /// <summary>Runs statements as the role that may create databases, each in its own transaction.</summary>
    public async Task ExecuteAsync(params string[] statements)
    {
        ArgumentNullException.ThrowIfNull(statements);
        await using NpgsqlConnection connection = await _administration.OpenConnectionAsync();
        foreach (string statement in statements)
        {
            await using NpgsqlCommand command = new(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private string Of(string database)
        => new NpgsqlConnectionStringBuilder(ConnectionString) { Database = database, MaxPoolSize = MaximumPoolSize, CommandTimeout = 300 }.ConnectionString;

    private static async Task<(PostgresServer? Server, string? Reason)> FindAsync()
    {
        // A server that was named is used or the tests fail: nobody wants to learn later that it was passed over.
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return (new PostgresServer(given, isGiven: true), null);

        List<string> attempts = [];
        foreach (var (name, start) in new (string, Func<Task<string?>>)[] { ("installed binaries", PrivateCluster.StartSharedAsync), ("Docker", PostgresContainer.StartAsync) })
        {
            try
            {
                if (await start() is { } connectionString)
                    return (new PostgresServer(connectionString, isGiven: false), null);
                attempts.Add($"{name}: none");
            }
            // Whatever goes wrong in starting one is told, and the next one is tried.
            catch (Exception error)
            {
                attempts.Add($"{name}: {error.Message.ReplaceLineEndings(" ")}");
            }
        }

        return (null, $"There is no PostgreSQL server for these tests ({string.Join("; ", attempts)}). Install PostgreSQL 15 or later (apt-get install postgresql, brew install postgresql@17), start Docker, or set {Variable} to the connection string of a role that may create databases.");
    }
}
