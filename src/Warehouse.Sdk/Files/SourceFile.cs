namespace Warehouse.Sdk;

/// <summary>A file of a load before it is read.</summary>
/// <param name="Path">Its path as the ledger knows it.</param>
/// <param name="OpenAsync">Opens it from its beginning.</param>
internal sealed record SourceFile(string Path, Func<CancellationToken, Task<Stream>> OpenAsync)
{
    /// <summary>Its size when it was listed.</summary>
    public long? Length { get; init; }

    /// <summary>The checksum it was written with, where a manifest says so.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The number of rows it was written with, where a manifest says so.</summary>
    public long? Rows { get; init; }

    /// <summary>Its format, where a manifest says so.</summary>
    public FileFormat? Format { get; init; }

    /// <summary>Its number in the load, from 1; 0 when it is the only one.</summary>
    public int Number { get; init; }
}
