using Warehouse.Sdk.Conformance;
using static Warehouse.Sdk.S3.Tests.Network;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>A byte changes on its way, in either direction.</summary>
public sealed class S3CorruptionTests(S3TestStore store) : IClassFixture<S3TestStore>
{
    private const int PartSize = S3StageOptions.SmallestPartSize;

    [Theory]
    [InlineData(1000)]
    [InlineData((2 * PartSize) + 1000)]
    public async Task A_file_of_which_a_byte_changes_is_not_put(int length)
    {
        await using S3Place place = await S3Place.CreateAsync();
        var network = new ChangingHandler(request => length < PartSize ? IsPut(request) : IsPart(request) && request.RequestUri!.Query.Contains("partNumber=2", StringComparison.Ordinal), ofAnswers: false);
        S3StageClient stage = Open(place, network);

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("a", new DribblingStream(new byte[length])));

        network.Changed.Should().Be(1);
        error.Failure.Should().Be(StageFailure.ChecksumMismatch);
        error.Message.Should().Contain("could not be written: the server found other bytes than were sent (").And.EndWith("The stage is as it was. Run it again.");
        (await stage.ExistsAsync("a")).Should().BeFalse();
        (await place.CountUnfinishedAsync()).Should().Be(0);
        (await stage.PutAsync("a", new DribblingStream(new byte[length]))).Length.Should().Be(length, "the next one is sent again");
    }

    [Theory]
    [InlineData("csv", 0)]
    [InlineData("csv", PartSize)]
    [InlineData("jsonl", 0)]
    public async Task A_staged_load_of_which_a_byte_changes_is_not_loaded(string format, int from)
    {
        await using S3Place place = await S3Place.CreateAsync();
        ZoneTable<Row> table = null!;
        var model = DimensionalModel.Create("changed", builder => table = builder.Landing<Row>("row"));
        var network = new ChangingHandler(request => request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains("part-", StringComparison.Ordinal) && request.Headers.Range?.Ranges.Single().From == from, ofAnswers: true);
        S3StageClient stage = Open(place, network);
        await using var warehouse = new Providers.WarehouseClient(store.OpenProvider(await store.CreateDatabaseAsync()), model, stage);
        await warehouse.DeployAsync();
        Row[] rows = [.. Enumerable.Range(1, from == 0 ? 1 : 12).Select(id => new Row(id, new string('x', 900_000)))];
        StagedLoad staged = await stage.StageRowsAsync(table, rows, new() { Format = format == "csv" ? CsvFormat.Default : JsonLinesFormat.Default, Compression = Compression.None });

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(table, Source.StagedLoad(staged)));

        network.Changed.Should().Be(1);
        error.Message.Should().Be($"{staged.Files[0].Path} is not the file it should be: its checksum is not the one it was written with. It was replaced, or something broke on its way. Nothing was loaded. Run the load again, or write the file again.");
        await warehouse.ExpectAsync("SELECT count(*) AS total FROM landing.row", "total\n0");
        (await warehouse.LoadAsync(table, Source.StagedLoad(staged))).Counts.Inserted.Should().Be(rows.Length, "the bytes on the stage are whole");
        await warehouse.ExpectAsync("SELECT count(*) AS changed FROM landing.row WHERE replace(word, 'x', '') <> ''", "changed\n0");
    }

    private static S3StageClient Open(S3Place place, ChangingHandler network) => place.Open(options =>
    {
        options.PartSize = PartSize;
        options.Intercept = network.Before;
    });

    private sealed record Row(int Id, string Word);

    /// <summary>Changes a byte in the middle of the first body that is concerned.</summary>
    private sealed class ChangingHandler(Func<HttpRequestMessage, bool> concerns, bool ofAnswers) : DelegatingHandler
    {
        private int _left = 1;

        public int Changed { get; private set; }

        public ChangingHandler Before(HttpMessageHandler server)
        {
            InnerHandler = server;
            return this;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (!concerns(request) || Interlocked.Decrement(ref _left) < 0)
                return await base.SendAsync(request, cancellationToken);
            if (!ofAnswers)
                request.Content = await ChangedAsync(request.Content!, cancellationToken);
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (ofAnswers)
                response.Content = await ChangedAsync(response.Content, cancellationToken);
            return response;
        }

        private async Task<HttpContent> ChangedAsync(HttpContent content, CancellationToken cancellationToken)
        {
            byte[] bytes = await content.ReadAsByteArrayAsync(cancellationToken);
            // A letter becomes another one: the text stays well-formed.
            bytes[bytes.Length / 2] ^= 1;
            Changed++;
            var changed = new ByteArrayContent(bytes);
            foreach (var (name, values) in content.Headers)
                changed.Headers.TryAddWithoutValidation(name, values);
            return changed;
        }
    }
}
