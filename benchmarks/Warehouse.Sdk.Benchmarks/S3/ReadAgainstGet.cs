using Amazon.S3.Model;
using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.S3;

/// <summary>A file on S3, read as a stream from beginning to end.</summary>
internal sealed class ReadAgainstGet : IComparison
{
    private BenchmarkBucket _bucket = null!;
    private StagedFile _file = null!;
    private long _read;

    public string Name => "s3-file-read";

    public string Description => "OpenReadAsync, with parts fetched ahead and of one version; GetObjectAsync, one stream. Both are read to the end.";

    public double? Bar => null;

    public string Engine => "S3";

    public async Task PrepareAsync(int rows)
    {
        _bucket = await BenchmarkBucket.CreateAsync();
        await _bucket.WriteFileAsync(rows);
        _file = await _bucket.Stage.PutFileAsync("file", _bucket.File);
    }

    public Task ResetAsync() => Task.CompletedTask;

    public async Task RunOursAsync()
    {
        await using Stream content = await _bucket.Stage.OpenReadAsync(_file);
        _read = await CountAsync(content);
    }

    public async Task RunTheirsAsync()
    {
        using GetObjectResponse response = await _bucket.Client.GetObjectAsync(_bucket.Name, "file");
        _read = await CountAsync(response.ResponseStream);
    }

    public Task<string> DigestAsync() => Task.FromResult($"{_read} bytes");

    public ValueTask DisposeAsync()
    {
        _bucket?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<long> CountAsync(Stream content)
    {
        byte[] buffer = new byte[128 * 1024];
        long count = 0;
        int read;
        while ((read = await content.ReadAsync(buffer)) > 0)
            count += read;
        return count;
    }
}
