using System.Globalization;
using Warehouse.Sdk;

namespace DvdStore.Loading;

/// <summary>A folder of exported files and the day from which they are true; without a day it is the store's first delivery.</summary>
internal sealed record Delivery(string Folder, DateOnly? Date)
{
    /// <summary>Where its files stand on the stage.</summary>
    public string Label
    {
        get
        {
            string folder = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder)));
            string? day = Date?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
            return day is null || day == folder ? folder : $"{folder}@{day}";
        }
    }

    /// <summary>
    /// Its files, full snapshots first. The table is what stands before the first dot; <c>_new</c> and <c>_returned</c> mark files that hold
    /// changes only.
    /// </summary>
    public IReadOnlyList<DeliveredFile> Files()
        => [.. Directory.EnumerateFiles(Folder, "*.csv").Order(StringComparer.Ordinal).Select(FileOf).OrderByDescending(file => file.Kind)];

    public static Delivery Parse(string text)
    {
        int at = text.LastIndexOf('@');
        if (at < 0)
            return new Delivery(text, null);
        return DateOnly.TryParseExact(text[(at + 1)..], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date)
            ? new Delivery(text[..at], date)
            : throw new ArgumentException($"'{text[(at + 1)..]}' in --data {text} is no date; write FOLDER@yyyy-MM-dd.");
    }

    private static DeliveredFile FileOf(string path)
    {
        string name = Path.GetFileName(path).Split('.')[0];
        foreach (string suffix in new[] { "_new", "_returned" })
        {
            if (name.EndsWith(suffix, StringComparison.Ordinal))
                return new DeliveredFile(path, name[..^suffix.Length], BatchKind.Delta);
        }

        return new DeliveredFile(path, name, BatchKind.FullSnapshot);
    }
}

/// <summary>A file of a delivery.</summary>
internal sealed record DeliveredFile(string Path, string Table, BatchKind Kind);
