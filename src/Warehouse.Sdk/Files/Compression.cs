namespace Warehouse.Sdk;

/// <summary>How the bytes of a file are packed.</summary>
public enum Compression
{
    /// <summary>Whatever the first bytes of the file say. The default for reading; of rows that are staged it means gzip, see <see cref="StageWriteOptions.Compression"/>.</summary>
    Detect,

    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip (RFC 1952), of one or several members.</summary>
    Gzip,

    /// <summary>Zstandard (RFC 8878), of one or several frames.</summary>
    Zstd,
}
