using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.S3.Testing;

/// <summary>
/// The S3 server that tests use, one per process: the one that <c>WAREHOUSE_TEST_S3</c> names, else a Ceph gateway from installed programs, else
/// MinIO in a container. Where there is none, tests are skipped; with <c>CI=true</c> they fail.
/// </summary>
public sealed class S3Server
{
    /// <summary>Names a server: <c>ServiceUrl=http://host:port;AccessKey=...;SecretKey=...</c>, and <c>Region=...</c> if it is not us-east-1.</summary>
    public const string Variable = "WAREHOUSE_TEST_S3";

    private static readonly Lazy<Task<(S3Server? Server, string? Reason)>> Search = new(FindAsync);
    private static readonly string Process = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Environment.TickCount64 & 0xffffff:x}");

    private readonly BasicAWSCredentials _credentials;
    private int _buckets;

    private S3Server(Uri serviceUrl, string accessKey, string secretKey, string region = "us-east-1", CephGateway? gateway = null)
    {
        ServiceUrl = serviceUrl;
        Region = region;
        Gateway = gateway;
        AccessKey = accessKey;
        SecretKey = secretKey;
        _credentials = new BasicAWSCredentials(accessKey, secretKey);
        Client = new AmazonS3Client(_credentials, new AmazonS3Config
        {
            ServiceURL = serviceUrl.ToString(),
            ForcePathStyle = true,
            AuthenticationRegion = region,
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        });
    }

    /// <summary>Where it answers.</summary>
    public Uri ServiceUrl { get; }

    /// <summary>The region its requests are signed for.</summary>
    public string Region { get; }

    /// <summary>The key of the user.</summary>
    public string AccessKey { get; }

    /// <summary>What no message and no log may hold.</summary>
    public string SecretKey { get; }

    /// <summary>Looks at the server past the library.</summary>
    public IAmazonS3 Client { get; }

    /// <summary>The gateway, when it is the tests' own and may be killed.</summary>
    public CephGateway? Gateway { get; }

    /// <summary>The server; the test that asks is skipped where there is none.</summary>
    /// <exception cref="InvalidOperationException">There is none, and <c>CI</c> says that there must be.</exception>
    public static async Task<S3Server> SharedAsync()
    {
        var (server, reason) = await Search.Value;
        if (server is not null)
            return server;
        Servers.SkipUnlessInCI(reason!);
        return null!;
    }

    /// <summary>Makes an empty bucket and returns its name.</summary>
    public async Task<string> CreateBucketAsync()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"warehouse-test-{Process}-{Interlocked.Increment(ref _buckets)}");
        await Client.PutBucketAsync(name);
        return name;
    }

    /// <summary>Points options at a bucket of this server.</summary>
    public void Configure(S3StageOptions options, string bucket)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Bucket = bucket;
        options.ServiceUrl = ServiceUrl;
        options.Region = Region;
        options.Credentials = _credentials;
    }

    private static async Task<(S3Server? Server, string? Reason)> FindAsync()
    {
        // A server that was named is used or the tests fail: nobody wants to learn later that it was passed over.
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given)
            return (Named(given), null);

        List<string> attempts = [];
        foreach (var (name, start) in new (string, Func<Task<S3Server?>>)[] { ("Ceph", CephAsync), ("Docker", MinioAsync) })
        {
            try
            {
                if (await start() is { } server)
                    return (server, null);
                attempts.Add($"{name}: none");
            }
            // Whatever goes wrong in starting one is told, and the next one is tried.
            catch (Exception error)
            {
                attempts.Add($"{name}: {error.Message.ReplaceLineEndings(" ")}");
            }
        }

        return (null, $"There is no S3 server for these tests ({string.Join("; ", attempts)}). Install Ceph's gateway (apt-get install radosgw ceph-mon ceph-osd ceph-common), start Docker, or set {Variable} to 'ServiceUrl=http://host:port;AccessKey=...;SecretKey=...'.");
    }

    private static S3Server Named(string given)
    {
        Dictionary<string, string> parts = given.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(part => part.Split('=', 2))
            .ToDictionary(part => part[0], part => part.ElementAtOrDefault(1) ?? string.Empty, StringComparer.OrdinalIgnoreCase);
        return parts.TryGetValue("ServiceUrl", out string? url) && parts.TryGetValue("AccessKey", out string? access) && parts.TryGetValue("SecretKey", out string? secret)
            ? new S3Server(new Uri(url), access, secret, parts.GetValueOrDefault("Region", "us-east-1"))
            : throw new InvalidOperationException($"{Variable} must name a server as 'ServiceUrl=http://host:port;AccessKey=...;SecretKey=...'.");
    }

    private static Task<S3Server?> CephAsync() => Task.Run(()
        => OperatingSystem.IsLinux() && Programs.HaveCeph && CephGateway.Start() is { } gateway ? new S3Server(gateway.ServiceUrl, gateway.AccessKey, gateway.SecretKey, gateway: gateway) : null);

    private static async Task<S3Server?> MinioAsync()
        => await MinioContainer.StartAsync() is { } url ? new S3Server(url, MinioContainer.AccessKey, MinioContainer.SecretKey) : null;
}
