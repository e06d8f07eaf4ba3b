namespace Warehouse.Sdk.Snowflake;

/// <summary>Names sources that Snowflake reads by itself: files that stand on a stage of its own, and stay there.</summary>
public static class SnowflakeSource
{
    /// <summary>
    /// CSV files on the warehouse's stage, read in place by COPY: they do not travel through this process. The stage is the user's, a named internal or an external one
    /// (<c>UseSnowflakeStage</c>, <c>UseSnowflakeExternalStage</c>); from a table's stage Snowflake reads no file in this way. It was never run on a live account.
    /// </summary>
    /// <param name="path">A path, a prefix that ends in <c>/</c>, or a pattern as of <see cref="Source.StagedFiles"/>.</param>
    /// <param name="format">How they are written; by default RFC 4180 with a header. What Snowflake reads otherwise than this SDK is refused.</param>
    /// <param name="allowNoFiles">Accepts that no file fits; the load then does nothing.</param>
    /// <remarks>
    /// <para>Every field is taken as text first and typed then, so a row that cannot be typed is rejected with its file, number and reason under
    /// <see cref="LoadOptions.Rejects"/>, as when the file is read by <see cref="Source.StagedFiles"/>. A record that Snowflake cannot read at all fails the load.</para>
    /// <para>The ledger knows each file by path, size and the version the stage tells (its MD5 or entity tag) in place of a checksum: where the stage is encrypted by its
    /// client, a file that was put again counts as changed. A file that was loaded in one way cannot be loaded in the other.</para>
    /// <para>What differs: a row with too few fields is taken as one whose last fields are NULL, and one with empty fields too many as one without them (Snowflake does not tell); the line of a row is the number of its record, the header
    /// included; a UUID is written with hyphens; columns of type <c>interval</c>, and schema contracts other than Freeze and Ignore, are refused. At most 32 columns more than the target has are read.</para>
    /// </remarks>
    public static LoadSource FilesInPlace(string path, CsvFormat? format = null, bool allowNoFiles = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new SnowflakeInPlaceSource(new SnowflakeFileSet(new StagedFiles(path, isLiteral: false)), format ?? CsvFormat.Default, FileReadOptions.Default with { AllowNoFiles = allowNoFiles }, $"files in place {path}");
    }

    /// <summary>
    /// Rows that <c>StageRowsAsync</c> has staged as CSV, read in place: the files that the manifest names and no others, each held against the size and the number of rows
    /// it was written with, and known to the ledger by the checksum that the manifest has.
    /// </summary>
    /// <param name="path">The manifest's path on the stage, or its folder with a <c>/</c> at its end.</param>
    public static LoadSource StagedLoadInPlace(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string manifest = path.EndsWith('/') ? path + Sdk.StagedLoad.ManifestName : path;
        return new SnowflakeInPlaceSource(new SnowflakeFileSet(new StagedLoadFiles(manifest)), null, FileReadOptions.Default with { AllowNoFiles = true }, $"staged load in place {manifest}");
    }
}
