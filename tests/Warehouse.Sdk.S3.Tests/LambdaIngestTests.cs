using System.Globalization;
using System.Net;
using System.Text;
using LambdaIngest;
using Warehouse.Sdk.Conformance;
using static Warehouse.Sdk.S3.Tests.S3EventTests;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>The sample function as the service would run it.</summary>
public sealed class LambdaIngestTests
{
    [Fact]
    public async Task Files_that_events_name_are_in_the_table_once_and_failures_are_answered_as_such()
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient stage = place.Open();
        await stage.PutAsync("new/a b.csv", Text("sale_id,day,product,amount\n1,2024-01-01,tea,2.50\n2,2024-01-01,milk,1.20\n"));
        await stage.PutAsync("new/bad.csv", Text("sale_id,day,product,amount\nx,2024-01-01,tea,2.50\n"));
        string good = Event(place, "new/a b.csv"), bad = Event(place, "new/bad.csv");
        using var service = new RuntimeStub(good, good, InSqs(("m1", InSns(good)), ("m2", bad)), bad, "{}");
        using var folder = new ScratchFolder();
        string database = folder.Of("lambda.duckdb");

        await using (IngestFunction function = await IngestFunction.StartAsync(new IngestSettings(place.Bucket, place.Prefix, place.Server.ServiceUrl, Postgres: null, DuckDb: $"Data Source={database}"), place.Configure))
        using (var runtime = new LambdaRuntime(service.Address))
            await runtime.RunAsync(function.HandleAsync, TestContext.Current.CancellationToken);

        service.Answers.Should().HaveCount(5);
        service.Answers[..3].Should().Equal(
            """invocation/1/response {"batchItemFailures":[]}""",
            """invocation/2/response {"batchItemFailures":[]}""",
            """invocation/3/response {"batchItemFailures":[{"itemIdentifier":"m2"}]}""");
        service.Answers[3].Should().StartWith("invocation/4/error {\"errorMessage\":").And.Contain("bad.csv could not be loaded").And.Contain("\"errorType\":\"InvalidOperationException\"");
        service.Answers[4].Should().StartWith("invocation/5/error").And.Contain("WarehouseLoadException");
        var model = new SaleModel();
        await using (IWarehouse warehouse = await DuckDb.DuckDbWarehouse.OpenAsync(database, DimensionalModel.Create(model)))
            (await warehouse.QueryAsync<string>("SELECT concat(sale_id, ' ', product, ' ', amount) FROM landing.sale ORDER BY sale_id")).Should().HaveCount(2).And.SatisfyRespectively(one => one.Should().StartWith("1 tea 2.5"), two => two.Should().StartWith("2 milk 1.2"));
    }

    private static MemoryStream Text(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Event(S3Place place, string path) => Records(Record(place.Bucket, $"{place.Prefix}/{path}"));

    /// <summary>The interface of a custom runtime as it is documented, with these invocations and then none.</summary>
    private sealed class RuntimeStub : IDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Queue<string> _events;
        private int _id;

        public RuntimeStub(params string[] events)
        {
            _events = new Queue<string>(events);
            Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Servers.FreePort()}");
            _listener.Prefixes.Add($"http://{Address}/2018-06-01/runtime/");
            _listener.Start();
            _ = Task.Run(ServeAsync);
        }

        public string Address { get; }

        public List<string> Answers { get; } = [];

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            while (_listener.IsListening)
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                string path = context.Request.Url!.AbsolutePath["/2018-06-01/runtime/".Length..];
                using HttpListenerResponse response = context.Response;
                if (path == "invocation/next" && _events.TryDequeue(out string? json))
                {
                    response.Headers["Lambda-Runtime-Aws-Request-Id"] = (++_id).ToString(CultureInfo.InvariantCulture);
                    response.Headers["Lambda-Runtime-Deadline-Ms"] = DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
                    await response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(json));
                }
                else if (path == "invocation/next")
                {
                    response.StatusCode = (int)HttpStatusCode.Gone;
                }
                else
                {
                    using var body = new StreamReader(context.Request.InputStream);
                    Answers.Add($"{path} {await body.ReadToEndAsync()}");
                    response.StatusCode = (int)HttpStatusCode.Accepted;
                }
            }
        }
    }
}
