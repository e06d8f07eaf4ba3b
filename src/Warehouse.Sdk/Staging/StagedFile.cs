namespace Warehouse.Sdk;

/// <summary>A file on a stage.</summary>
/// <param name="Path">Its path on the stage.</param>
/// <param name="Length">Its size in bytes.</param>
public sealed record StagedFile(string Path, long Length)
{
    /// <summary>
    /// The SHA-256 of its bytes as lower-case hexadecimal; known when it was just put from a stream, and of a file of this machine where the stage took it,
    /// otherwise <see langword="null"/>.
    /// </summary>
    public string? Sha256 { get; init; }

    /// <summary>
    /// False when <see cref="Length"/> may be up to 16 bytes too long, because the stage keeps the file encrypted by its client and tells the size of what it keeps: of
    /// files that were listed on a stage of Snowflake's. The default is <see langword="true"/>.
    /// </summary>
    public bool HasExactLength { get; init; } = true;

    /// <summary>When it was put, in UTC.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>
    /// Changes whenever the file is replaced; only to be compared. On S3 the entity tag; in a folder the time of the last change with the length, as
    /// fine as the file system keeps times (files put through the stage: 100 nanoseconds, if the file system does).
    /// </summary>
    public string? Version { get; init; }
}
