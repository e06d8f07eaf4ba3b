using System.Globalization;

namespace DvdStore.Generation;

/// <summary>The day folder of one export. A file exists from its first row on, so no file is empty.</summary>
internal sealed class DayExport : IDisposable
{
    private readonly Dictionary<string, ExportFile> _files = new(StringComparer.Ordinal);

    /// <summary>Opens the folder and removes the CSV files of an earlier run, which may have had other options.</summary>
    public DayExport(string folder, int day, DateOnly date)
    {
        Day = day;
        Folder = Path.Combine(Path.GetFullPath(folder), date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        Directory.CreateDirectory(Folder);
        foreach (string file in Directory.GetFiles(Folder, "*.csv"))
            File.Delete(file);
    }

    public int Day { get; }

    public string Folder { get; }

    public bool IsFirst => Day == 0;

    /// <summary>The full content of a table.</summary>
    public ExportFile Snapshot(string table) => Open(table, table);

    /// <summary>Rows to append to a table: on the first day they are the table.</summary>
    public ExportFile Append(string table) => Open(table, IsFirst ? table : table + "_new");

    /// <summary>Full rental rows that replace earlier ones.</summary>
    public ExportFile ReturnedRentals() => Open("rental", "rental_returned");

    public void Dispose()
    {
        foreach (ExportFile file in _files.Values)
            file.Dispose();
    }

    private ExportFile Open(string table, string name)
    {
        if (_files.TryGetValue(name, out ExportFile? file))
            return file;
        file = new ExportFile(Path.Combine(Folder, name + ".csv"), TableHeaders.Of(table));
        _files.Add(name, file);
        return file;
    }
}
