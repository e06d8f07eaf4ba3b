using System.Globalization;
using System.Text;
using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Readme;

/// <summary>The table of figures in the README: what the committed results say, bars that are missed as plainly as those that are met.</summary>
internal static class ReadmeFigures
{
    public const string Begin = "<!-- figures: written from benchmarks/results by the benchmarks' command `readme`; a test holds them against each other -->";

    public const string End = "<!-- end of figures -->";

    /// <summary>The results that are committed: a folder for each machine.</summary>
    public static async Task<IReadOnlyList<IReadOnlyList<ComparisonFile>>> ReadAsync(string folder)
    {
        List<IReadOnlyList<ComparisonFile>> machines = [];
        foreach (string machine in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            List<ComparisonFile> files = [];
            foreach (string path in Directory.GetFiles(machine, "*.json").Order(StringComparer.Ordinal))
                files.Add(await ComparisonFile.ReadAsync(path));
            if (files.Count > 0)
                machines.Add(files);
        }

        return machines;
    }

    /// <summary>The README with these figures between its two comments.</summary>
    /// <exception cref="InvalidDataException">It does not have the two comments, once and in this order, or one comparison is in two files.</exception>
    public static string Put(string readme, IEnumerable<IReadOnlyList<ComparisonFile>> machines)
    {
        string[] parts = readme.Split(Begin);
        string[] rest = parts[^1].Split(End);
        if (parts.Length != 2 || rest.Length != 2)
            throw new InvalidDataException($"The README needs the line '{Begin}' and after it '{End}', each once.");
        return $"{parts[0]}{Begin}\n{string.Concat(machines.Select(Table))}\n{End}{rest[1]}";
    }

    private static string Table(IReadOnlyList<ComparisonFile> files)
    {
        var entries = files.SelectMany(file => file.Comparisons.Select(entry => (File: file, Entry: entry))).OrderBy(row => row.Entry.Name, StringComparer.Ordinal).ToArray();
        if (entries.GroupBy(row => row.Entry.Name).FirstOrDefault(name => name.Count() > 1) is { } twice)
            throw new InvalidDataException($"{twice.Key} is in the results of one machine twice; keep the file that counts.");
        IEnumerable<string> versions = files.SelectMany(file => file.Packages.Select(package => $"{package.Key} {package.Value}")).Distinct().Order(StringComparer.Ordinal);
        var text = new StringBuilder();
        text.Append('\n').AppendJoin(", ", files.SelectMany(file => new[] { file.Machine, file.Runtime }).Concat(versions).Distinct()).Append(":\n\n");
        text.Append("| comparison | the SDK; the other side | engine | rows | times as fast | least - most | bar | |\n| --- | --- | --- | ---: | ---: | --- | ---: | --- |\n");
        foreach (var (file, entry) in entries)
            text.Append(Row(file, entry)).Append('\n');
        return text.ToString();
    }

    private static string Row(ComparisonFile file, ComparisonFile.Entry entry)
    {
        string bar = entry.Bar is { } least ? least.ToString("0.0##", CultureInfo.InvariantCulture) : "none";
        string met = entry.Bar is null ? string.Empty : entry.Ratio >= entry.Bar ? "met" : "**missed**";
        string description = entry.Description.Replace("|", "\\|", StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"| `{entry.Name}` | {description} | {entry.Engine} | {file.Rows:N0} | {entry.Ratio:0.00} | {entry.LeastRatio:0.00} - {entry.MostRatio:0.00} | {bar} | {met} |");
    }
}
