namespace Warehouse.Sdk;

/// <summary>By what the ledger knows a file.</summary>
internal sealed record FileFingerprint(string Path, long Length, string Sha256)
{
    private const string Version = "version:";

    /// <summary>Of a file that does not pass through this process, in place of its checksum: what its stage says of it, which changes when it is replaced.</summary>
    public static string OfVersion(string version) => Version + version;

    public static bool IsVersion(string? checksum) => checksum?.StartsWith(Version, StringComparison.Ordinal) == true;

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
