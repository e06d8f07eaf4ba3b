using System.Diagnostics;
using System.Globalization;

namespace Warehouse.Sdk.Postgres.Testing;

/// <summary>The installed programs of PostgreSQL, run as a user they accept: as root they refuse.</summary>
internal sealed class PostgresBinaries
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Programs = ["initdb", "pg_ctl"];

    private readonly string _folder;

    private PostgresBinaries(string folder)
    {
        _folder = folder;
        Account = OperatingSystem.IsWindows() || !Environment.IsPrivilegedProcess ? null : Unprivileged();
    }

    /// <summary>Who runs the server, when that is someone else.</summary>
    public string? Account { get; }

    public static PostgresBinaries? Find() => Folders().FirstOrDefault(folder => Array.TrueForAll(Programs, program => File.Exists(Path.Combine(folder, Named(program))))) is { } found
        ? new PostgresBinaries(found)
        : null;

    /// <summary>Runs a program and returns what it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public string Run(string workingFolder, string program, params string[] arguments)
        => Run(workingFolder, [.. AsAccount([Path.Combine(_folder, Named(program)), .. arguments])]);

    public static string Run(string workingFolder, IReadOnlyList<string> words)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{Path.GetFileName(words[0])} did not end within {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds");
        }

        // A server that a program leaves behind may hold the pipes open; what was written until now is enough.
        bool isRead = Task.WaitAll([output, errors], TimeSpan.FromSeconds(1));
        string written = isRead ? $"{output.Result}{errors.Result}" : string.Empty;
        return process.ExitCode == 0
            ? written
            : throw new InvalidOperationException(FormattableString.Invariant($"{string.Join(' ', words)} ended with {process.ExitCode}: {written.Trim()}"));
    }

    private static IEnumerable<string> Folders()
    {
        if (Environment.GetEnvironmentVariable("PGBIN") is { Length: > 0 } given)
            yield return given;
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
        foreach (var (parent, prefix, suffix) in new[] { ("/usr/lib/postgresql", "", "bin"), ("/usr", "pgsql-", "bin"), ("/opt/homebrew/opt", "postgresql@", "bin"), ("/usr/local/opt", "postgresql@", "bin"), (@"C:\Program Files\PostgreSQL", "", "bin") })
        {
            if (!Directory.Exists(parent))
                continue;
            foreach (string version in Directory.EnumerateDirectories(parent, prefix + "*").OrderByDescending(path => Version(path, prefix)))
                yield return Path.Combine(version, suffix);
        }
    }

    private static double Version(string path, string prefix)
        => double.TryParse(Path.GetFileName(path)[prefix.Length..], CultureInfo.InvariantCulture, out double version) ? version : 0;

    private static string Named(string program) => OperatingSystem.IsWindows() ? program + ".exe" : program;

    private static string Unprivileged()
        => Array.Find(["postgres", "nobody"], name => File.ReadLines("/etc/passwd").Any(line => line.StartsWith(name + ":", StringComparison.Ordinal)))
            ?? throw new InvalidOperationException("the tests run as root, PostgreSQL does not, and there is neither a user 'postgres' nor 'nobody' to run it");

    private string[] AsAccount(string[] words)
    {
        if (Account is null)
            return words;
        if (OnPath("runuser"))
            return ["runuser", "-u", Account, "--", .. words];
        if (OnPath("su"))
            return ["su", "-s", "/bin/sh", Account, "-c", string.Join(' ', words.Select(word => $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'"))];
        if (OnPath("setpriv"))
            return ["setpriv", $"--reuid={Account}", $"--regid={Group(Account)}", "--clear-groups", "--", .. words];
        throw new InvalidOperationException("the tests run as root, PostgreSQL does not, and none of runuser, su and setpriv is there to change the user");
    }

    private static string Group(string account)
        => File.ReadLines("/etc/passwd").First(line => line.StartsWith(account + ":", StringComparison.Ordinal)).Split(':')[3];

    private static bool OnPath(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).Concat(["/usr/sbin", "/sbin"]).Any(folder => File.Exists(Path.Combine(folder, program)));
}
