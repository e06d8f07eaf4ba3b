using System.IO.Compression;

namespace Warehouse.Sdk;

/// <summary>How rows are written to a stage.</summary>
public sealed record StageWriteOptions
{
    /// <summary>What the paths begin with, without a <c>/</c> at its end. The default is nothing.</summary>
    public string Prefix { get; init; } = string.Empty;

    /// <summary>
    /// The name of the load: one path part. Staging under a name that is complete already writes nothing and gives what is there, so that a run that was
    /// killed can be run again; one writer at a time. The default is a new name from time and chance.
    /// </summary>
    public string? LoadId { get; init; }

    /// <summary>
    /// The format: <see cref="CsvFormat"/>, <see cref="JsonLinesFormat"/>, or one of a package that can be written. CSV is written in UTF-8 with ISO dates and a
    /// point; delimiter, quote, text for NULL and header are the format's own. The default is CSV.
    /// </summary>
    public FileFormat Format { get; init; } = CsvFormat.Default;

    /// <summary>How files are packed around the format. Parquet packs within and takes no notice. <see cref="Compression.Detect"/>, the default, means gzip.</summary>
    public Compression Compression { get; init; }

    /// <summary>How hard they are packed: gzip at the level of .NET, Zstandard at 1, 3 or 19. The default is <see cref="CompressionLevel.Fastest"/>.</summary>
    public CompressionLevel Level { get; init; } = CompressionLevel.Fastest;

    /// <summary>The packed size at which the next file is begun, 1 or more. A file may be longer by what is in work, about a megabyte for each processor. The default is 128 MB.</summary>
    public long MaxFileBytes { get; init; } = 128 * 1024 * 1024;

    /// <summary>The greatest number of rows in a file, 1 or more. The default is no limit.</summary>
    public long MaxFileRows { get; init; } = long.MaxValue;

    /// <summary>How many files may be on their way to the stage at once, 1 or more. The default is 4.</summary>
    public int FilesInFlight { get; init; } = 4;

    internal static StageWriteOptions Default { get; } = new();
}
