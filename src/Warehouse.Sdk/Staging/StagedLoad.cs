namespace Warehouse.Sdk;

/// <summary>
/// Rows on a stage, complete: files in the folder <c>prefix/target/load id/</c> and the manifest that was written after all of them.
/// </summary>
/// <param name="Target">The name of what the rows are for.</param>
/// <param name="LoadId">The name of the load.</param>
/// <param name="ManifestPath">The manifest's path on the stage.</param>
public sealed record StagedLoad(string Target, string LoadId, string ManifestPath)
{
    /// <summary>The end of every manifest's path.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>The format's name, such as <c>csv</c>.</summary>
    public required string Format { get; init; }

    /// <summary>How the files are packed.</summary>
    public required Compression Compression { get; init; }

    /// <summary>The columns in order.</summary>
    public required IReadOnlyList<StagedColumn> Columns { get; init; }

    /// <summary>The files in order.</summary>
    public required IReadOnlyList<StagedPart> Files { get; init; }

    /// <summary>Rows in all files.</summary>
    public long Rows => Files.Sum(file => file.Rows);

    /// <summary>Bytes of all files.</summary>
    public long Bytes => Files.Sum(file => file.Length);

    /// <summary>True when the load was complete before, and nothing was written.</summary>
    public bool WasThere { get; init; }

    internal string? Delimiter { get; init; }

    internal string? Quote { get; init; }

    internal string? NullText { get; init; }

    internal bool HasHeader { get; init; } = true;
}

/// <summary>A column of staged rows.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in words, such as <c>decimal(10,2)</c>.</param>
public sealed record StagedColumn(string Name, string Type);

/// <summary>A file of staged rows.</summary>
/// <param name="Path">Its path on the stage.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Sha256">The checksum of its bytes, as lower-case hexadecimal.</param>
public sealed record StagedPart(string Path, long Rows, long Length, string Sha256);
