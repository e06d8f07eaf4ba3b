using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>Objects that notifications name are loaded, each content once.</summary>
public sealed class S3EventTests
{
    [Fact]
    public async Task However_it_is_wrapped_and_however_often_it_comes_a_file_is_loaded_once()
    {
        await using Ingest ingest = await Ingest.OpenAsync();
        await ingest.PutAsync("day 1/a+b ü.csv", "id,word\n1,one\n2,two\n");
        string bare = ingest.Event("day 1/a+b ü.csv");

        foreach (string json in new[] { bare, InSns(bare), InSqs(("m1", bare)), InSqs(("m2", InSns(bare))), AsSnsFunction(bare), InSqs(("m3", bare), ("m4", bare)) })
            (await ingest.Loader.LoadAsync(json)).IsSuccess.Should().BeTrue();

        (await ingest.IdsAsync()).Should().Equal(1, 2);
        S3EventLoad again = (await ingest.Loader.LoadAsync(InSqs(("m5", InSns(bare))))).Loads.Should().ContainSingle().Subject;
        again.Should().BeEquivalentTo(new { Outcome = S3EventOutcome.Loaded, File = new S3EventFile(ingest.Place.Bucket, $"{ingest.Place.Prefix}/day 1/a+b ü.csv", "ObjectCreated:Put") { MessageId = "m5" }, Report = new { Outcome = LoadOutcome.AlreadyLoaded } });
    }

    [Fact]
    public async Task New_content_under_an_old_name_is_new()
    {
        await using Ingest ingest = await Ingest.OpenAsync();
        await ingest.PutAsync("a.csv", "id,word\n1,one\n");
        await ingest.Loader.LoadAsync(ingest.Event("a.csv"));
        await ingest.PutAsync("a.csv", "id,word\n2,two\n");

        (await ingest.Loader.LoadAsync(ingest.Event("a.csv"))).Loads[0].Report!.Outcome.Should().Be(LoadOutcome.Loaded);

        (await ingest.IdsAsync()).Should().Equal(1, 2);
    }

    [Fact]
    public async Task Deliveries_at_the_same_time_load_a_file_once()
    {
        await using Ingest ingest = await Ingest.OpenAsync();
        await ingest.PutAsync("a.csv", "id,word\n1,one\n");
        string json = ingest.Event("a.csv");

        S3EventReport[] reports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => ingest.Loader.LoadAsync(json))));

        reports.Select(report => report.Loads[0].Report!.Outcome).Order().Should().Equal(LoadOutcome.Loaded, LoadOutcome.AlreadyLoaded, LoadOutcome.AlreadyLoaded, LoadOutcome.AlreadyLoaded);
        (await ingest.IdsAsync()).Should().Equal(1);
    }

    [Fact]
    public async Task One_that_fails_does_not_keep_the_others_and_its_message_comes_again()
    {
        await using Ingest ingest = await Ingest.OpenAsync();
        await ingest.PutAsync("bad.csv", "id,word\nx,one\n");
        await ingest.PutAsync("good.csv", "id,word\n3,three\n");

        S3EventReport report = await ingest.Loader.LoadAsync(InSqs(("m1", ingest.Event("bad.csv")), ("m2", ingest.Event("good.csv"))));

        report.Loads.Select(load => load.Outcome).Should().Equal(S3EventOutcome.Failed, S3EventOutcome.Loaded);
        report.Loads[0].Error.Should().BeOfType<WarehouseLoadException>();
        report.IsSuccess.Should().BeFalse();
        report.FailedMessageIds.Should().Equal("m1");
        (await ingest.IdsAsync()).Should().Equal(3);
        await ingest.PutAsync("bad.csv", "id,word\n4,one\n");
        (await ingest.Loader.LoadAsync(InSqs(("m1", ingest.Event("bad.csv"))))).IsSuccess.Should().BeTrue();
        (await ingest.IdsAsync()).Should().Equal(3, 4);
    }

    [Fact]
    public async Task What_is_not_to_be_loaded_is_told()
    {
        await using Ingest ingest = await Ingest.OpenAsync();
        await ingest.PutAsync("notes.txt", "x");
        string prefix = ingest.Place.Prefix;

        S3EventReport report = await ingest.Loader.LoadAsync(Records(
            Record(ingest.Place.Bucket, $"{prefix}/gone.csv"),
            Record(ingest.Place.Bucket, $"{prefix}/notes.txt"),
            Record(ingest.Place.Bucket, $"{prefix}/folder/"),
            Record(ingest.Place.Bucket, "beside.csv"),
            Record("another-bucket", $"{prefix}/a.csv"),
            Record(ingest.Place.Bucket, $"{prefix}/removed.csv", "ObjectRemoved:Delete"),
            Record(ingest.Place.Bucket, $"{prefix}/../a.csv")));

        report.Loads.Select(load => load.Outcome).Should().Equal(
            S3EventOutcome.Gone, S3EventOutcome.Ignored, S3EventOutcome.Ignored, S3EventOutcome.Ignored, S3EventOutcome.Ignored, S3EventOutcome.Ignored, S3EventOutcome.Failed);
        report.Loads[^1].Error.Should().BeOfType<ArgumentException>("it is no path of a file");
        (await ingest.Loader.LoadAsync("""{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2024-01-01T00:00:00.000Z","Bucket":"b"}""")).Loads.Should().BeEmpty();
    }

    [Fact]
    public async Task A_mark_whose_file_is_not_there_yet_comes_again()
    {
        await using Ingest ingest = await Ingest.OpenAsync();
        await ingest.PutAsync("a.done", "");
        string json = InSqs(("m1", ingest.Event("a.done")));

        S3EventReport early = await ingest.Loader.LoadAsync(json);

        early.Loads.Should().ContainSingle().Which.Outcome.Should().Be(S3EventOutcome.Failed, "the object of the event is there");
        early.Loads[0].Error.Should().BeOfType<WarehouseStageException>().Which.Should().BeEquivalentTo(new { Failure = StageFailure.NotFound, Path = "a.csv" });
        early.FailedMessageIds.Should().Equal("m1");
        await ingest.PutAsync("a.csv", "id,word\n1,one\n");
        (await ingest.Loader.LoadAsync(json)).Loads[0].Outcome.Should().Be(S3EventOutcome.Loaded);
        (await ingest.IdsAsync()).Should().Equal(1);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("[]", "it is a JSON Array, not an object")]
    [InlineData("{}", "it has no 'Records' and no 'Message'")]
    [InlineData("""{"Records":[{"a":1}]}""", "a record is none of S3, SNS or SQS")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"}}}]}""", "")]
    [InlineData("""{"Message":"{\"Message\":\"x\"}"}""", "")]
    [InlineData("""{"Message":null}""", "")]
    [InlineData("""{"Records":[{"body":null}]}""", "")]
    [InlineData("""{"Records":[{"eventName":null,"s3":{"bucket":{"name":"b"},"object":{"key":"a.csv"}}}]}""", "")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":null},"object":{"key":"a.csv"}}}]}""", "")]
    [InlineData("""{"Records":[{"eventName":"ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":null}}}]}""", "")]
    public async Task What_is_no_event_is_refused(string json, string reason)
    {
        await using Ingest ingest = await Ingest.OpenAsync();

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => ingest.Loader.LoadAsync(json));

        error.Message.Should().StartWith("The text is no event notification of S3, bare or in a message of SNS or SQS: " + reason).And.EndWith(". Nothing was loaded. Pass the JSON as it was delivered.");
    }

    internal static string Records(params object[] records) => JsonSerializer.Serialize(new { Records = records });

    internal static object Record(string bucket, string key, string name = "ObjectCreated:Put")
        => new { eventVersion = "2.1", eventSource = "aws:s3", eventName = name, s3 = new { bucket = new { name = bucket }, @object = new { key = Uri.EscapeDataString(key).Replace("%20", "+", StringComparison.Ordinal).Replace("%2F", "/", StringComparison.Ordinal), size = 1, eTag = "0" } } };

    internal static string InSns(string message) => JsonSerializer.Serialize(new { Type = "Notification", MessageId = "n", TopicArn = "arn", Subject = "Amazon S3 Notification", Message = message });

    internal static string InSqs(params (string Id, string Body)[] messages) => Records([.. messages.Select(message => new { messageId = message.Id, eventSource = "aws:sqs", body = message.Body })]);

    private static string AsSnsFunction(string message) => Records(new { EventSource = "aws:sns", Sns = new { Type = "Notification", Message = message } });

    private sealed class Ingest : IAsyncDisposable
    {
        private readonly ServiceProvider _services;

        private Ingest(S3Place place, ServiceProvider services, ZoneTable<Row> table)
        {
            Place = place;
            _services = services;
            Warehouse = services.GetRequiredService<IWarehouse>();
            Loader = new S3EventLoader(Warehouse, path => Path.GetExtension(path) switch
            {
                ".csv" => new S3EventRoute(table, Source.StagedCsv(path)),
                // A mark that its writer puts beside it.
                ".done" => new S3EventRoute(table, Source.StagedCsv(Path.ChangeExtension(path, ".csv"))),
                _ => null,
            });
        }

        public S3Place Place { get; }

        public S3EventLoader Loader { get; }

        private IWarehouse Warehouse { get; }

        public static async Task<Ingest> OpenAsync()
        {
            S3Place place = await S3Place.CreateAsync();
            ZoneTable<Row> table = null!;
            var model = DimensionalModel.Create("events", builder => table = builder.Landing<Row>("row"));
            ServiceProvider services = new ServiceCollection().AddWarehouse(warehouse => warehouse.UseDuckDb("Data Source=:memory:").UseS3Stage(place.Configure).AddModel(model)).BuildServiceProvider();
            var ingest = new Ingest(place, services, table);
            await ingest.Warehouse.DeployAsync();
            return ingest;
        }

        public Task<StagedFile> PutAsync(string path, string text) => Warehouse.Stage.PutAsync(path, new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)));

        public string Event(string path) => Records(Record(Place.Bucket, $"{Place.Prefix}/{path}"));

        public async Task<IEnumerable<int>> IdsAsync() => await Warehouse.QueryAsync<int>("SELECT id FROM landing.row ORDER BY id");

        public async ValueTask DisposeAsync()
        {
            await _services.DisposeAsync();
            await Place.DisposeAsync();
        }
    }

    private sealed record Row(int Id, string? Word);
}
