using System.Text;
using Amazon;
using Amazon.Runtime;

namespace Warehouse.Sdk.S3;

/// <summary>Settings of a stage on Amazon S3 or an S3-compatible store.</summary>
public sealed class S3StageOptions
{
    /// <summary>The default of <see cref="PartSize"/>: 8 MiB.</summary>
    public const int DefaultPartSize = 8 * 1024 * 1024;

    /// <summary>The default of <see cref="Parallelism"/>.</summary>
    public const int DefaultParallelism = 4;

    /// <summary>The default of <see cref="RetryTimeout"/>: 30 seconds.</summary>
    public static readonly TimeSpan DefaultRetryTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The default of <see cref="RequestTimeout"/>: 2 minutes.</summary>
    public static readonly TimeSpan DefaultRequestTimeout = TimeSpan.FromMinutes(2);

    // What the protocol allows; the last part of an upload may be smaller.
    internal const int SmallestPartSize = 5 * 1024 * 1024;
    internal const int LargestPartSize = 1024 * 1024 * 1024;
    internal const int MostParts = 10_000;
    internal const int MostParallelism = 64;

    /// <summary>The bucket. It must be there; the stage does not create it.</summary>
    public string Bucket { get; set; } = string.Empty;

    /// <summary>What stands before the paths of all files, such as <c>warehouse/stage</c>; a <c>/</c> stands between. The default is nothing.</summary>
    public string Prefix { get; set; } = string.Empty;

    /// <summary>The region of the bucket, such as <c>eu-central-1</c>. The default is the AWS SDK's own (environment, profile, instance); with <see cref="ServiceUrl"/> <c>us-east-1</c>.</summary>
    public string? Region { get; set; }

    /// <summary>The address of an S3-compatible store, such as <c>http://minio:9000</c>. The default is <see langword="null"/>: AWS.</summary>
    public Uri? ServiceUrl { get; set; }

    /// <summary>Whether the bucket stands in the path of the address, not in front of the host. The default is <see langword="null"/>: with <see cref="ServiceUrl"/> it does, for AWS not.</summary>
    public bool? ForcePathStyle { get; set; }

    /// <summary>Which checksums travel with the requests. The default is <see cref="S3ChecksumMode.Automatic"/>.</summary>
    public S3ChecksumMode ChecksumMode { get; set; }

    /// <summary>The credentials. The default is <see langword="null"/>: those the AWS SDK finds by its own chain (environment, profile, container, instance). Never logged.</summary>
    public AWSCredentials? Credentials { get; set; }

    /// <summary>
    /// Bytes per part of a large file. The default is 8 MiB; at least 5 MiB, at most 1 GiB. An upload has at most 10,000 parts: with the default a stream
    /// of unknown length may have 78 GiB; parts of a file of known length grow as needed. Smaller contents are put by one request.
    /// </summary>
    public int PartSize { get; set; } = DefaultPartSize;

    /// <summary>
    /// How many parts of one file travel at a time, in either direction. The default is 4; at least 1, at most 64. A put takes up to
    /// <c>PartSize * (Parallelism + 1)</c> bytes of memory, an open read up to <c>PartSize * Parallelism</c>.
    /// </summary>
    public int Parallelism { get; set; } = DefaultParallelism;

    /// <summary>
    /// For how long a request is repeated, with growing pauses, that meets a throttling, failing or unreachable server, besides the AWS SDK's own repetitions.
    /// The default is 30 seconds; zero leaves it to the SDK. At most a day.
    /// </summary>
    public TimeSpan RetryTimeout { get; set; } = DefaultRetryTimeout;

    /// <summary>How long one request may take, or the body of an answer may give no byte. The default is 2 minutes; at least a second, at most a day.</summary>
    public TimeSpan RequestTimeout { get; set; } = DefaultRequestTimeout;

    /// <summary>For tests: stands between the SDK and the network.</summary>
    internal Func<HttpMessageHandler, HttpMessageHandler>? Intercept { get; set; }

    /// <summary>For tests: the protocol's own limit is 5 GB.</summary>
    internal long LargestSingleCopy { get; set; } = 5L * 1024 * 1024 * 1024;

    internal string Location => Prefix.Trim('/') is { Length: > 0 } prefix ? $"s3://{Bucket}/{prefix}" : $"s3://{Bucket}";

    internal IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        if (string.IsNullOrWhiteSpace(Bucket) || Bucket.Contains('/', StringComparison.Ordinal))
            problems.Add($"S3StageOptions.Bucket is '{Bucket}'; give the name of a bucket, such as 'landing', without 's3://' and without a path (that is Prefix).");
        if (Prefix.Trim('/') is { Length: > 0 } prefix && (prefix.Any(char.IsControl) || prefix.Split('/').Any(part => part is "" or "." or "..") || Encoding.UTF8.GetByteCount(prefix) > 512))
            problems.Add("S3StageOptions.Prefix must be a path such as 'warehouse/stage', without '..', '.', empty parts and control characters, of at most 512 bytes in UTF-8.");
        if (ServiceUrl is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https") || url.PathAndQuery != "/" || url.UserInfo.Length > 0))
            problems.Add("S3StageOptions.ServiceUrl must be an address such as 'http://minio:9000', without path, query and user.");
        if (ServiceUrl is null && Region is { Length: > 0 } region && RegionEndpoint.GetBySystemName(region).DisplayName == "Unknown")
            problems.Add($"S3StageOptions.Region is '{region}', which is no region of AWS; give one such as 'eu-central-1'.");
        if (!Enum.IsDefined(ChecksumMode))
            problems.Add($"S3StageOptions.ChecksumMode is {ChecksumMode}, which is no mode.");
        if (PartSize is < SmallestPartSize or > LargestPartSize)
            problems.Add("S3StageOptions.PartSize must be at least 5 MiB and at most 1 GiB.");
        if (Parallelism is < 1 or > MostParallelism)
            problems.Add(FormattableString.Invariant($"S3StageOptions.Parallelism must be at least 1 and at most {MostParallelism}."));
        if (RetryTimeout < TimeSpan.Zero || RetryTimeout > TimeSpan.FromDays(1))
            problems.Add("S3StageOptions.RetryTimeout must be at least nothing and at most a day.");
        if (RequestTimeout < TimeSpan.FromSeconds(1) || RequestTimeout > TimeSpan.FromDays(1))
            problems.Add("S3StageOptions.RequestTimeout must be at least a second and at most a day.");
        return problems;
    }
}
