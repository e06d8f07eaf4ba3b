using Amazon.S3.Model;
using Microsoft.Extensions.Logging;
using Warehouse.Sdk.S3.Testing;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>A prefix of a test's own in a bucket that all tests share.</summary>
public sealed class S3Place : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> SharedBucket = new(async () => await (await S3Server.SharedAsync()).CreateBucketAsync());

    private readonly List<S3StageClient> _stages = [];

    private S3Place(S3Server server, string bucket)
    {
        Server = server;
        Bucket = bucket;
    }

    public S3Server Server { get; }

    public string Bucket { get; }

    public string Prefix { get; } = $"tests/a b+ü/{Guid.NewGuid():N}";

    public static async Task<S3Place> CreateAsync()
    {
        S3Server server = await S3Server.SharedAsync();
        return new S3Place(server, await SharedBucket.Value);
    }

    public S3StageClient Open(Action<S3StageOptions>? configure = null, ILogger? logger = null)
    {
        var options = new S3StageOptions();
        Configure(options);
        configure?.Invoke(options);
        var stage = new S3StageClient(options, logger);
        _stages.Add(stage);
        return stage;
    }

    public void Configure(S3StageOptions options)
    {
        Server.Configure(options, Bucket);
        options.Prefix = Prefix;
    }

    public async Task<int> CountUnfinishedAsync()
    {
        ListMultipartUploadsResponse uploads = await Server.Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Bucket, Prefix = Prefix });
        return uploads.MultipartUploads?.Count ?? 0;
    }

    public ValueTask DisposeAsync()
    {
        foreach (S3StageClient stage in _stages)
            stage.Dispose();
        return ValueTask.CompletedTask;
    }
}
