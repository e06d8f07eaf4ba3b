using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.S3.Testing;

/// <summary>
/// A gateway of the tests' own: a monitor, one store and the gateway itself, on the loopback address, with a folder that goes with them. It ends
/// with the process; what a killed process leaves behind is ended and removed by the next one.
/// </summary>
public sealed class CephGateway : IDisposable
{
    private const string Prefix = "whs3-";
    private const string StoreId = "11111111-2222-3333-4444-555555555555";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] Daemons = ["rgw", "osd", "mon"];

    private readonly string _folder;
    private readonly FileStream _owner;
    private readonly Dictionary<string, Process> _running = [];
    private readonly int _port = Servers.FreePort();
    private readonly int _monitorPort = Servers.FreePort();

    private CephGateway()
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("Ceph runs on Linux.");
        _folder = Directory.CreateDirectory(Path.Combine(Parents().First(), Prefix + Guid.NewGuid().ToString("N")[..12]), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        // Held as long as this process lives, however it ends: by that others know that the folder is in use.
        _owner = new FileStream(OwnerOf(_folder), FileMode.Create, FileAccess.ReadWrite, FileShare.None);
    }

    /// <summary>Where it answers.</summary>
    public Uri ServiceUrl => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}"));

    /// <summary>The key of its one user.</summary>
    public string AccessKey { get; } = "testaccesskey";

    /// <summary>The user's secret.</summary>
    public string SecretKey { get; } = RandomNumberGenerator.GetHexString(32);

    private string Configuration => Path.Combine(_folder, "ceph.conf");

    private string Keyring => Path.Combine(_folder, "keyring");

    /// <summary>Starts one from installed programs.</summary>
    internal static CephGateway Start()
    {
        Sweep();
        var gateway = new CephGateway();
        try
        {
            gateway.Create();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => gateway.Dispose();
            return gateway;
        }
        catch (Exception error)
        {
            string log = string.Join(' ', Directory.EnumerateFiles(gateway._folder, "*.out").Select(file => File.ReadAllText(file).Trim()));
            gateway.Dispose();
            throw new InvalidOperationException($"{error.Message} {log}".Trim(), error);
        }
    }

    /// <summary>Ends the gateway as a crash would, in the middle of whatever it does.</summary>
    public void Kill() => Kill("rgw");

    /// <summary>Starts the gateway again after <see cref="Kill()"/>.</summary>
    public void Restart()
    {
        Start("rgw", "radosgw", "-n", "client.rgw.a");
        Await("the gateway", IsAnswering);
    }

    public void Dispose()
    {
        foreach (string daemon in Daemons.Where(_running.ContainsKey))
            Kill(daemon);
        _owner.Dispose();
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    private void Create()
    {
        foreach (string name in new[] { "mon", "osd", "rgw", "log" })
            Directory.CreateDirectory(Path.Combine(_folder, name));
        string cluster = Guid.NewGuid().ToString(), map = Path.Combine(_folder, "monmap");
        File.WriteAllText(Configuration, CephConfiguration.Of(cluster, _folder, _port, _monitorPort));
        Programs.Run("monmaptool", "--create", "--clobber", "--fsid", cluster, "--addv", "a", FormattableString.Invariant($"[v2:127.0.0.1:{_monitorPort}]"), map);
        Programs.Run("ceph-authtool", "--create-keyring", Keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *");
        Programs.Run("ceph-authtool", Keyring, "--gen-key", "-n", "client.admin", "--cap", "mon", "allow *", "--cap", "osd", "allow *", "--cap", "mgr", "allow *");
        Programs.Run("ceph-authtool", Keyring, "--gen-key", "-n", "osd.0", "--cap", "mon", "allow profile osd", "--cap", "osd", "allow *", "--cap", "mgr", "allow profile osd");
        Programs.Run("ceph-authtool", Keyring, "--gen-key", "-n", "client.rgw.a", "--cap", "mon", "allow rw", "--cap", "osd", "allow rwx");
        Run("ceph-mon", "-i", "a", "--mkfs", "--monmap", map, "--keyring", Keyring);
        Run("ceph-osd", "--no-mon-config", "--monmap", map, "-i", "0", "--mkfs", "--osd-uuid", StoreId);
        Start("mon", "ceph-mon", "-i", "a");
        Run("ceph", "--connect-timeout", "30", "osd", "new", StoreId, "0");
        Start("osd", "ceph-osd", "-i", "0");
        // What needs the store waits for it by itself, for minutes if it was not announced before.
        Await("the store", () => Run("ceph", "--connect-timeout", "30", "osd", "stat").Contains(" 1 up", StringComparison.Ordinal));
        Run("radosgw-admin", "-n", "client.rgw.a", "user", "create", "--uid=test", "--display-name=test", $"--access-key={AccessKey}", $"--secret-key={SecretKey}");
        Restart();
    }

    private string Run(string program, params string[] arguments) => Programs.Run([program, "--conf", Configuration, .. arguments]);

    private void Start(string daemon, string program, params string[] arguments)
    {
        Process process = Programs.Start(Path.Combine(_folder, daemon + ".out"), [program, "--conf", Configuration, .. arguments, "-f"]);
        _running[daemon] = process;
        File.WriteAllText(PidOf(_folder, daemon), process.Id.ToString(CultureInfo.InvariantCulture));
    }

    private void Kill(string daemon)
    {
        using Process process = _running[daemon];
        process.Kill();
        process.WaitForExit(Patience);
        _running.Remove(daemon);
        File.Delete(PidOf(_folder, daemon));
    }

    private void Await(string what, Func<bool> isThere)
    {
        for (var patience = Stopwatch.StartNew(); !isThere(); Thread.Sleep(100))
        {
            if (_running.FirstOrDefault(one => one.Value.HasExited) is { Key: { } ended })
                throw new InvalidOperationException($"'{ended}' of the Ceph gateway for tests has ended");
            if (patience.Elapsed > Patience)
                throw new InvalidOperationException($"{what} of the Ceph gateway for tests is not there after {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds");
        }
    }

    private bool IsAnswering()
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // The store writes past the cache of the system, which folders in memory do not know, as the temporary one may be.
    private static IEnumerable<string> Parents() => new[] { "/var/tmp", Path.GetTempPath() }.Where(Directory.Exists);

    private static void Sweep()
    {
        foreach (string folder in Parents().SelectMany(parent => Directory.EnumerateDirectories(parent, Prefix + "*")))
        {
            try
            {
                using var owner = new FileStream(OwnerOf(folder), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
                foreach (string daemon in Daemons.Where(daemon => File.Exists(PidOf(folder, daemon))))
                    EndLeftover(folder, int.Parse(File.ReadAllText(PidOf(folder, daemon)), CultureInfo.InvariantCulture));
                Directory.Delete(folder, recursive: true);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
            {
                // Another process lives in it, or another user owns it.
            }
        }
    }

    // A number is given again after a while; the words it was started with tell whether it is still the same process.
    private static void EndLeftover(string folder, int id)
    {
        string words = $"/proc/{id.ToString(CultureInfo.InvariantCulture)}/cmdline";
        if (!File.Exists(words) || !File.ReadAllText(words).Contains(folder, StringComparison.Ordinal))
            return;
        using Process process = Process.GetProcessById(id);
        process.Kill();
        process.WaitForExit(TimeSpan.FromSeconds(10));
    }

    private static string OwnerOf(string folder) => Path.Combine(folder, "owner");

    private static string PidOf(string folder, string daemon) => Path.Combine(folder, daemon + ".pid");
}
