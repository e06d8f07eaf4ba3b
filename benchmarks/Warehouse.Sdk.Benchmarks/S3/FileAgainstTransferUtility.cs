using Amazon.S3.Transfer;
using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.S3;

/// <summary>A file that is there, to S3.</summary>
internal sealed class FileAgainstTransferUtility : IComparison
{
    private BenchmarkBucket _bucket = null!;

    public string Name => "s3-file-put";

    public string Description => "PutFileAsync with its defaults; TransferUtility.UploadAsync with its defaults.";

    // Not slower: both wait for the server most of the time, and a median of rounds moves by this much.
    public double? Bar => 1.0;

    public string Engine => "S3";

    public async Task PrepareAsync(int rows)
    {
        _bucket = await BenchmarkBucket.CreateAsync();
        await _bucket.WriteFileAsync(rows);
    }

    public Task ResetAsync() => _bucket.Stage.DeleteAsync("file");

    public Task RunOursAsync() => _bucket.Stage.PutFileAsync("file", _bucket.File);

    public async Task RunTheirsAsync()
    {
        using var transfer = new TransferUtility(_bucket.Client);
        await transfer.UploadAsync(_bucket.File, _bucket.Name, "file");
    }

    public Task<string> DigestAsync() => _bucket.DigestAsync("file");

    public ValueTask DisposeAsync()
    {
        _bucket?.Dispose();
        return ValueTask.CompletedTask;
    }
}
