namespace Warehouse.Sdk;

/// <summary>By what the ledger knows a file.</summary>
internal sealed record FileFingerprint(string Path, long Length, string Sha256)
{
    public static async Task<FileFingerprint> OfAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        var digest = new DigestStream(content);
        await using (digest.ConfigureAwait(false))
        {
            var (length, sha256) = await digest.CompleteAsync(cancellationToken).ConfigureAwait(false);
            return new FileFingerprint(path, length, sha256);
        }
    }
}
