using System.Globalization;
using Npgsql;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Postgres.Testing;

/// <summary>
/// A server of the tests' own: a data folder that goes with it, reached by a socket in that folder, and careless about crashes. It ends with the
/// process; what a killed process leaves behind is removed by the next one.
/// </summary>
public sealed class PrivateCluster : IDisposable
{
    private const string Prefix = "whpg-";
    private const string Superuser = "postgres";

    // Longer ones are not addresses of sockets; the macOS temporary folder comes close.
    private const int LongestSocketFolder = 80;

    private readonly PostgresBinaries _binaries;
    private readonly string _folder;
    private readonly FileStream _owner;
    private readonly int _port = OperatingSystem.IsWindows() ? Servers.FreePort() : NpgsqlConnection.DefaultPort;

    private PrivateCluster(PostgresBinaries binaries)
    {
        _binaries = binaries;
        _folder = CreateFolder();
        // Held as long as this process lives, however it ends: by that others know that the folder is in use.
        _owner = new FileStream(OwnerOf(_folder), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Reaches the server as its superuser, who needs no password; all others do.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = OperatingSystem.IsWindows() ? "127.0.0.1" : _folder,
        Port = _port,
        Username = Superuser,
        Database = "postgres",
    }.ConnectionString;

    private string Data => Path.Combine(_folder, "data");

    private string Log => Path.Combine(_folder, "server.log");

    /// <summary>Starts a server that may be stopped without losing what was committed; the test that asks is skipped where PostgreSQL is not installed.</summary>
    public static PrivateCluster Start()
    {
        PostgresBinaries? binaries = PostgresBinaries.Find();
        if (binaries is null)
            Servers.SkipUnlessInCI("A server of the test's own is needed, which it may stop; PostgreSQL's programs initdb and pg_ctl are not installed.");
        return Start(binaries!, survivesStops: true);
    }

    internal static Task<string?> StartSharedAsync() => Task.Run(() =>
    {
        if (PostgresBinaries.Find() is not { } binaries)
            return null;
        PrivateCluster cluster = Start(binaries, survivesStops: false);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.Dispose();
        return cluster.ConnectionString;
    });

    /// <summary>Starts the server again after <see cref="Stop"/>.</summary>
    public void Restart() => _binaries.Run(_folder, "pg_ctl", "start", "-D", Data, "-l", Log, "-w", "-t", "60", "-s");

    /// <summary>Stops the server as a crash would: every connection is cut off.</summary>
    public void Stop() => _binaries.Run(_folder, "pg_ctl", "stop", "-D", Data, "-m", "immediate", "-w", "-t", "60", "-s");

    public void Dispose()
    {
        Remove(_binaries, _folder, _owner);
        GC.SuppressFinalize(this);
    }

    private static PrivateCluster Start(PostgresBinaries binaries, bool survivesStops)
    {
        Sweep(binaries);
        var cluster = new PrivateCluster(binaries);
        try
        {
            cluster.Initialize(survivesStops);
            cluster.Restart();
            return cluster;
        }
        catch (Exception error)
        {
            string log = File.Exists(cluster.Log) ? File.ReadAllText(cluster.Log).Trim() : string.Empty;
            cluster.Dispose();
            throw new InvalidOperationException($"{error.Message} {log}".Trim(), error);
        }
    }

    private void Initialize(bool survivesStops)
    {
        if (_binaries.Account is { } account)
            PostgresBinaries.Run(_folder, ["chown", "-R", account, _folder]);
        try
        {
            CreateData("C.UTF-8");
        }
        catch (InvalidOperationException) when (!OperatingSystem.IsWindows())
        {
            CreateData("C");
        }

        File.AppendAllText(Path.Combine(Data, "postgresql.conf"), string.Create(CultureInfo.InvariantCulture, $"""

            listen_addresses = '{(OperatingSystem.IsWindows() ? "127.0.0.1" : string.Empty)}'
            port = {_port}
            {(OperatingSystem.IsWindows() ? string.Empty : $"unix_socket_directories = '{_folder}'")}
            max_connections = 100
            fsync = off
            synchronous_commit = {(survivesStops ? "on" : "off")}
            full_page_writes = off
            wal_level = minimal
            max_wal_senders = 0
            autovacuum = off
            timezone = '{PostgresServer.TimeZone}'
            datestyle = '{PostgresServer.DateStyle}'

            """));
        File.WriteAllText(Path.Combine(Data, "pg_hba.conf"), $"""
            local all {Superuser} trust
            local all all scram-sha-256
            host all {Superuser} 127.0.0.1/32 trust
            host all all 127.0.0.1/32 scram-sha-256

            """);
    }

    private void CreateData(string locale)
        => _binaries.Run(_folder, "initdb", "-D", Data, "-U", Superuser, "-A", "trust", "-E", "UTF8", $"--locale={locale}", "--no-sync", "--no-instructions");

    private static string CreateFolder()
    {
        string folder = Directory.CreateTempSubdirectory(Prefix).FullName;
        if (OperatingSystem.IsWindows() || folder.Length <= LongestSocketFolder)
            return folder;
        Directory.Delete(folder);
        return Directory.CreateDirectory(Path.Combine("/tmp", Path.GetFileName(folder)), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
    }

    private static string OwnerOf(string folder) => Path.Combine(folder, "owner");

    private static void Sweep(PostgresBinaries binaries)
    {
        foreach (string folder in new[] { Path.GetTempPath(), "/tmp" }.Where(Directory.Exists).SelectMany(parent => Directory.EnumerateDirectories(parent, Prefix + "*")).Distinct())
        {
            try
            {
                Remove(binaries, folder, new FileStream(OwnerOf(folder), FileMode.Open, FileAccess.ReadWrite, FileShare.None));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Another process lives in it, or another user owns it.
            }
        }
    }

    private static void Remove(PostgresBinaries binaries, string folder, FileStream owner)
    {
        string data = Path.Combine(folder, "data");
        try
        {
            if (File.Exists(Path.Combine(data, "postmaster.pid")))
                binaries.Run(folder, "pg_ctl", "stop", "-D", data, "-m", "immediate", "-w", "-t", "30", "-s");
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself, or ends when it finds its folder gone.
        }

        owner.Dispose();
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
