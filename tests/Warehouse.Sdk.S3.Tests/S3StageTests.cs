using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>A stage in a bucket promises what a folder does.</summary>
public sealed class S3StageTests : StageClientTests, IAsyncDisposable
{
    private S3Place? _place;

    protected override int PartSize => S3StageOptions.SmallestPartSize;

    public async ValueTask DisposeAsync()
    {
        if (_place is not null)
            await _place.DisposeAsync();
    }

    protected override async Task<IStageClient> OpenAsync()
    {
        _place = await S3Place.CreateAsync();
        return _place.Open(options => options.PartSize = PartSize);
    }

    protected override Task<int> CountUnfinishedAsync() => _place!.CountUnfinishedAsync();
}
