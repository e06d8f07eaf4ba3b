namespace Warehouse.Sdk;

/// <summary>What to read of a staged file.</summary>
public sealed record StageReadOptions
{
    /// <summary>The first byte, from 0. The default is 0; beyond the end of the file nothing is read.</summary>
    public long Offset { get; init; }

    /// <summary>How many bytes at most. The default is <see langword="null"/>: up to the end of the file.</summary>
    public long? Length { get; init; }

    /// <summary>
    /// The <see cref="StagedFile.Version"/> the file must have, such as the one it had when it was listed. The default is <see langword="null"/>: whatever is
    /// there when it is opened.
    /// </summary>
    public string? Version { get; init; }
}
