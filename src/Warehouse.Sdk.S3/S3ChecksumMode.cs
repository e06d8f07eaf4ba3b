namespace Warehouse.Sdk.S3;

/// <summary>Which checksums travel with requests and answers.</summary>
public enum S3ChecksumMode
{
    /// <summary>For AWS as <see cref="WhenSupported"/>, with <see cref="S3StageOptions.ServiceUrl"/> as <see cref="WhenRequired"/>.</summary>
    Automatic,

    /// <summary>CRC32 with every part, in a trailer of the body: the default of the AWS SDK, which older S3-compatible stores refuse or store as data.</summary>
    WhenSupported,

    /// <summary>Only where the protocol demands one. Over plain HTTP the signature of every chunk of the body, with its SHA-256, still guards the bytes.</summary>
    WhenRequired,
}
