using System.Text.Json;

namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary>Results as they are kept in a file, with the machine and the versions that they are of.</summary>
internal sealed record ComparisonFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public required string Machine { get; init; }

    public required string Runtime { get; init; }

    /// <summary>The packages that took part, with their versions; nothing in files of before they were written down.</summary>
    public IReadOnlyDictionary<string, string> Packages { get; init; } = new Dictionary<string, string>();

    public required int Rows { get; init; }

    public required int Rounds { get; init; }

    public required IReadOnlyList<Entry> Comparisons { get; init; }

    public static async Task<ComparisonFile> ReadAsync(string path)
    {
        await using FileStream file = File.OpenRead(path);
        return await JsonSerializer.DeserializeAsync<ComparisonFile>(file, Format) ?? throw new InvalidDataException($"{path} holds no results.");
    }

    public async Task WriteAsync(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(this, Format) + "\n");
    }

    /// <param name="Name">The word for <c>--only</c>.</param>
    /// <param name="Description">The two sides in a sentence.</param>
    /// <param name="Engine">The engine with its version.</param>
    /// <param name="OurSeconds">The median of the SDK's rounds.</param>
    /// <param name="TheirSeconds">The median of the other side's.</param>
    /// <param name="Ratio">How many times as fast: the median over the rounds.</param>
    /// <param name="LeastRatio">That of the worst round.</param>
    /// <param name="MostRatio">That of the best round.</param>
    /// <param name="Bar">What it has to be; null when it is only shown.</param>
    /// <param name="OurBytesPerRow">Allocated in the process, a row.</param>
    /// <param name="TheirBytesPerRow">The same of the other side.</param>
    internal sealed record Entry(string Name, string Description, string Engine, double OurSeconds, double TheirSeconds, double Ratio, double LeastRatio, double MostRatio, double? Bar, double OurBytesPerRow, double TheirBytesPerRow);
}
