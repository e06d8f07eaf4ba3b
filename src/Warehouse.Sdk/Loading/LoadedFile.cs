namespace Warehouse.Sdk;

/// <summary>A file of a load.</summary>
/// <param name="Path">Its path as the ledger knows it.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="Sha256">The checksum of its bytes, as lower-case hexadecimal.</param>
public sealed record LoadedFile(string Path, long Length, string Sha256)
{
    /// <summary>Rows read from it, with those rejected; 0 when it was not read.</summary>
    public long Rows { get; init; }

    /// <summary>The load that loaded it before, when it was known and therefore left out.</summary>
    public long? KnownFrom { get; init; }
}
