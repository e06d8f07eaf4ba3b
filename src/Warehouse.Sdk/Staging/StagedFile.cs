namespace Warehouse.Sdk;

/// <summary>A file on a stage.</summary>
/// <param name="Path">Its path on the stage.</param>
/// <param name="Length">Its size in bytes.</param>
public sealed record StagedFile(string Path, long Length)
{
    /// <summary>The checksum of its bytes as lower-case hexadecimal; known when the file was just put, otherwise <see langword="null"/>.</summary>
    public string? Sha256 { get; init; }
}
