using System.Security.Cryptography;

namespace Warehouse.Sdk;

/// <summary>By what the ledger knows a file.</summary>
internal sealed record FileFingerprint(string Path, long Length, string Sha256)
{
    public static async Task<FileFingerprint> OfAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        byte[] digest = await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false);
        return new FileFingerprint(path, content.Length, Convert.ToHexStringLower(digest));
    }
}
