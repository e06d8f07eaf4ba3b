using System.Runtime.ExceptionServices;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Logging;

namespace Warehouse.Sdk.S3;

/// <summary>The bucket of a stage and the client that reaches it: every request goes through here, is repeated while that may help, and fails in our own terms.</summary>
internal sealed class S3Bucket : IDisposable
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private readonly string _prefix;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    public S3Bucket(S3StageOptions options, ILogger logger, TimeProvider time)
    {
        _logger = logger;
        _time = time;
        _prefix = options.Prefix.Trim('/') is { Length: > 0 } prefix ? prefix + "/" : string.Empty;
        Bucket = options.Bucket;
        Location = options.Location;
        RetryTimeout = options.RetryTimeout;
        RequestTimeout = options.RequestTimeout;
        ChecksumMode = options.ChecksumMode != S3ChecksumMode.Automatic ? options.ChecksumMode : options.ServiceUrl is null ? S3ChecksumMode.WhenSupported : S3ChecksumMode.WhenRequired;
        AmazonS3Config config = Configure(options);
        Client = Connect(options.Credentials, config);
        Region = config.AuthenticationRegion ?? config.RegionEndpoint?.SystemName ?? "unknown";
        Endpoint = options.ServiceUrl?.GetLeftPart(UriPartial.Authority) ?? $"of AWS in {Region}";
    }

    public IAmazonS3 Client { get; }

    public string Bucket { get; }

    public string Location { get; }

    public string Region { get; }

    public string Endpoint { get; }

    public S3ChecksumMode ChecksumMode { get; }

    public TimeSpan RetryTimeout { get; }

    public TimeSpan RequestTimeout { get; }

    public ChecksumAlgorithm? Checksum => ChecksumMode == S3ChecksumMode.WhenSupported ? ChecksumAlgorithm.CRC32 : null;

    public string PrefixOf(string prefix) => _prefix + prefix;

    public string PathOf(string key) => key[_prefix.Length..];

    public string KeyOf(string path, string argument = "path")
    {
        StagePath.Check(path, argument);
        string key = _prefix + path;
        return System.Text.Encoding.UTF8.GetByteCount(key) <= StagePath.MaximumBytes
            ? key
            : throw new ArgumentException(FormattableString.Invariant($"The path beginning '{path[..20]}' and the stage's prefix have more than {StagePath.MaximumBytes} bytes in UTF-8 together."), argument);
    }

    /// <summary>Makes a request, unless it is <paramref name="once"/> again while it meets a server that may recover. It must do no harm when it is made twice.</summary>
    /// <exception cref="WarehouseStageException">It failed.</exception>
    public async Task<T> RunAsync<T>(S3Request request, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, bool once = false)
    {
        long started = _time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await call(cancellationToken).ConfigureAwait(false);
            }
            catch (UnreadablePartException error)
            {
                ExceptionDispatchInfo.Throw(error.Met);
            }
            catch (Exception error) when (S3Errors.IsOfTheStore(error))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (once || !await MayRepeatAsync(S3Errors.Classify(error), attempt, started, cancellationToken).ConfigureAwait(false))
                    throw S3Errors.Explain(this, request, error);
            }
        }
    }

    /// <summary>Pauses before another attempt; <see langword="false"/> when there shall be none.</summary>
    public async Task<bool> MayRepeatAsync(StageFailure failure, int attempt, long started, CancellationToken cancellationToken)
    {
        if (failure is not (StageFailure.Throttled or StageFailure.Unreachable))
            return false;
        TimeSpan ceiling = TimeSpan.FromTicks(Math.Min(LongestDelay.Ticks, FirstDelay.Ticks << Math.Min(attempt - 1, 10)));
        // Clients that failed together shall not come back together.
        TimeSpan delay = ceiling * (0.5 + (Random.Shared.NextDouble() / 2));
        if (_time.GetElapsedTime(started) + delay >= RetryTimeout)
            return false;
        Log.RequestRepeated(_logger, Location, failure, delay.TotalMilliseconds, attempt);
        await Task.Delay(delay, _time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public long Timestamp() => _time.GetTimestamp();

    public DateTimeOffset Now() => _time.GetUtcNow();

    public void Dispose() => Client.Dispose();

    private AmazonS3Client Connect(AWSCredentials? credentials, AmazonS3Config config)
    {
        try
        {
            return credentials is null ? new AmazonS3Client(config) : new AmazonS3Client(credentials, config);
        }
        catch (AmazonClientException error)
        {
            throw new WarehouseStageException(StageFailure.WrongRegion, $"The stage '{Location}' has no region, and the AWS SDK finds none ({error.Message.TrimEnd('.')}). Nothing was changed. Set S3StageOptions.Region or AWS_REGION, or S3StageOptions.ServiceUrl for a store that is not AWS.", error) { Target = Location };
        }
    }

    private AmazonS3Config Configure(S3StageOptions options)
    {
        bool isSupported = ChecksumMode == S3ChecksumMode.WhenSupported;
        var config = new AmazonS3Config
        {
            RetryMode = RequestRetryMode.Standard,
            Timeout = options.RequestTimeout,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            RequestChecksumCalculation = isSupported ? RequestChecksumCalculation.WHEN_SUPPORTED : RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = isSupported ? ResponseChecksumValidation.WHEN_SUPPORTED : ResponseChecksumValidation.WHEN_REQUIRED,
            ForcePathStyle = options.ForcePathStyle ?? options.ServiceUrl is not null,
        };
        if (options.ServiceUrl is { } url)
        {
            config.ServiceURL = url.ToString();
            config.UseHttp = url.Scheme == Uri.UriSchemeHttp;
            config.AuthenticationRegion = options.Region ?? "us-east-1";
        }
        else if (options.Region is { Length: > 0 } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }

        if (options.Intercept is { } intercept)
            config.HttpClientFactory = new InterceptedClients(intercept);
        return config;
    }

    private sealed class InterceptedClients(Func<HttpMessageHandler, HttpMessageHandler> intercept) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
            => new(intercept(new SocketsHttpHandler { AllowAutoRedirect = false })) { Timeout = clientConfig.Timeout ?? S3StageOptions.DefaultRequestTimeout };
    }
}
