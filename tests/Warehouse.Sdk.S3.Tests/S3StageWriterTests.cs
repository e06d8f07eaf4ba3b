using Amazon.S3.Model;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>Rows staged in a bucket are what rows staged in a folder are.</summary>
public sealed class S3StageWriterTests(S3TestStore store) : StageWriterTests<S3TestStore>(store)
{
    private S3Place? _place;

    public override async ValueTask DisposeAsync()
    {
        if (_place is not null)
            await _place.DisposeAsync();
        await base.DisposeAsync();
    }

    protected override async Task<IStageClient> OpenStageAsync()
    {
        _place = await S3Place.CreateAsync();
        return _place.Open();
    }

    protected override async Task LeaveUnfinishedAsync(string path)
    {
        string key = $"{_place!.Prefix}/{path}";
        string upload = (await _place.Server.Client.InitiateMultipartUploadAsync(_place.Bucket, key)).UploadId;
        await _place.Server.Client.UploadPartAsync(new UploadPartRequest { BucketName = _place.Bucket, Key = key, UploadId = upload, PartNumber = 1, InputStream = new MemoryStream([1, 2, 3]) });
    }

    protected override Task<int> CountUnfinishedAsync() => _place!.CountUnfinishedAsync();
}
