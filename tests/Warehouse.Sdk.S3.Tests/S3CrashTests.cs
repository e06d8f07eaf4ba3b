using System.Security.Cryptography;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.S3.Testing;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>Other tests do not like it when their server is killed.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>The server is killed in the middle of an upload, or of several.</summary>
[Collection(nameof(Alone))]
public sealed class S3CrashTests
{
    private const int PartSize = S3StageOptions.SmallestPartSize;

    [Fact]
    public async Task An_upload_outlives_a_server_that_comes_back()
    {
        await using S3Place place = await S3Place.CreateAsync();
        CephGateway gateway = Killable(place);
        S3StageClient stage = place.Open(options => options.PartSize = PartSize);
        byte[] bytes = RandomNumberGenerator.GetBytes(6 * PartSize);
        Task? restart = null;

        var content = new InterruptedStream(bytes, at: (3 * PartSize) + 1, () =>
        {
            gateway.Kill();
            restart = Task.Run(gateway.Restart);
        });
        StagedFile put = await stage.PutAsync("a", content);
        await restart!;

        put.Sha256.Should().Be(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        await using Stream read = await stage.OpenReadAsync(put);
        (await SHA256.HashDataAsync(read)).Should().Equal(SHA256.HashData(bytes));
        (await place.CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task An_upload_to_a_server_that_stays_away_fails_cleanly_and_is_swept()
    {
        await using S3Place place = await S3Place.CreateAsync();
        CephGateway gateway = Killable(place);
        S3StageClient stage = place.Open(options =>
        {
            options.PartSize = PartSize;
            options.RetryTimeout = TimeSpan.FromMilliseconds(500);
        });
        byte[] bytes = RandomNumberGenerator.GetBytes(5 * PartSize);

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("a", new InterruptedStream(bytes, at: (3 * PartSize) + 1, gateway.Kill)));
        await Task.Run(gateway.Restart);

        error.Should().BeEquivalentTo(new { Failure = StageFailure.Unreachable, IsTransient = true, Path = "a" });
        error.Message.Should().Contain("cannot be reached or stopped answering").And.Contain("could not be removed either");
        (await stage.ListAsync().ToListAsync()).Should().BeEmpty("what has no last request is never there");
        (await place.CountUnfinishedAsync()).Should().Be(1);
        (await stage.SweepAsync(TimeSpan.Zero)).Should().Be(1);
        (await place.CountUnfinishedAsync()).Should().Be(0);
        (await stage.PutAsync("a", new MemoryStream(bytes))).Length.Should().Be(bytes.Length, "the next run is like the first");
    }

    [Fact]
    public async Task Rows_staged_on_a_server_that_dies_have_no_manifest_and_the_next_run_recovers()
    {
        await using S3Place place = await S3Place.CreateAsync();
        CephGateway gateway = Killable(place);
        S3StageClient stage = place.Open(options => options.RetryTimeout = TimeSpan.FromMilliseconds(500));
        ZoneTable<Row> table = null!;
        _ = DimensionalModel.Create("crash", builder => table = builder.Landing<Row>("row"));
        StageWriteOptions options = new() { LoadId = "x", MaxFileRows = 1000, FilesInFlight = 1, Compression = Compression.None };

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.StageRowsAsync(table, Rows(20_000, at: 15_000, gateway.Kill), options));
        await Task.Run(gateway.Restart);

        error.Should().BeEquivalentTo(new { Failure = StageFailure.Unreachable, IsTransient = true });
        (await stage.ExistsAsync("landing.row/x/manifest.json")).Should().BeFalse();
        (await stage.StageRowsAsync(table, Rows(2500), options)).Rows.Should().Be(2500, "the next run is like the first");
        (await stage.ListAsync().Select(file => file.Path).ToListAsync()).Should().Equal(
            "landing.row/x/manifest.json", "landing.row/x/part-00001.csv", "landing.row/x/part-00002.csv", "landing.row/x/part-00003.csv");
    }

    private static IEnumerable<Row> Rows(int count, int at = 0, Action? interrupt = null)
    {
        for (int id = 1; id <= count; id++)
        {
            if (id == at)
                interrupt!();
            yield return new Row(id, "word");
        }
    }

    private static CephGateway Killable(S3Place place)
    {
        if (place.Server.Gateway is null)
            Servers.SkipUnlessInCI("A server of the tests' own is needed, which they may kill; Ceph's gateway is not installed, or another server is named.");
        return place.Server.Gateway!;
    }

    private sealed record Row(int Id, string Word);

    private sealed class InterruptedStream(byte[] bytes, int at, Action interrupt) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            long before = Position;
            int read = await base.ReadAsync(buffer, cancellationToken);
            if (before < at && Position >= at)
                interrupt();
            return read;
        }
    }
}
