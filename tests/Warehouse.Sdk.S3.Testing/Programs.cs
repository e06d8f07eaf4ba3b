using System.Diagnostics;
using System.Globalization;

namespace Warehouse.Sdk.S3.Testing;

/// <summary>Programs of this machine, among them those of Ceph: Debian's radosgw, ceph-mon, ceph-osd and ceph-common.</summary>
internal static class Programs
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Needed = ["radosgw", "radosgw-admin", "ceph-mon", "ceph-osd", "ceph", "ceph-authtool", "monmaptool"];

    public static bool HaveCeph => Array.TrueForAll(Needed, program => Folder(program) is not null);

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public static string Run(params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"{words[0]} did not end within {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds");
        }

        return process.ExitCode == 0
            ? output.Result
            : throw new InvalidOperationException(FormattableString.Invariant($"{string.Join(' ', words)} ended with {process.ExitCode}: {errors.Result.Trim()}"));
    }

    /// <summary>Starts a program that stays, with its words in a file.</summary>
    public static Process Start(string log, params string[] words)
    {
        // A pipe nobody reads would stop it one day.
        var start = new ProcessStartInfo("/bin/sh", ["-c", $"exec {string.Join(' ', words.Select(word => $"'{word}'"))} >>'{log}' 2>&1 </dev/null"]);
        return Process.Start(start)!;
    }

    private static string? Folder(string program)
        => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator).FirstOrDefault(folder => File.Exists(Path.Combine(folder, program)));
}
