using System.Data;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>Stages as services of a host, and from there into a warehouse.</summary>
public sealed class S3RegistrationTests
{
    [Fact]
    public async Task A_warehouse_loads_from_the_stage_it_was_registered_with()
    {
        await using S3Place place = await S3Place.CreateAsync();
        ZoneTable<Row> table = null!;
        var model = DimensionalModel.Create("staged", builder => table = builder.Landing<Row>("staged"));
        await using ServiceProvider services = new ServiceCollection()
            .AddWarehouse(warehouse => warehouse.UseDuckDb("Data Source=:memory:").UseS3Stage(place.Configure).AddModel(model))
            .BuildServiceProvider();
        var warehouse = services.GetRequiredService<IWarehouse>();
        await warehouse.DeployAsync();
        using var data = new DataTable { Columns = { { "id", typeof(int) }, { "word", typeof(string) } } };
        data.Rows.Add(1, "one");
        data.Rows.Add(2, DBNull.Value);
        data.Rows.Add(3, "");

        using (DataTableReader reader = data.CreateDataReader())
            await warehouse.Stage.PutRowsAsync("day 1/words+.csv", reader);
        LoadReport first = await warehouse.LoadAsync(table, Source.StagedCsv("day 1/words+.csv"));
        LoadReport second = await warehouse.LoadAsync(table, Source.StagedCsv("day 1/words+.csv"));

        warehouse.Stage.Location.Should().Be($"s3://{place.Bucket}/{place.Prefix}");
        services.GetRequiredService<IStageClient>().Should().BeSameAs(warehouse.Stage);
        (first.Outcome, second.Outcome).Should().Be((LoadOutcome.Loaded, LoadOutcome.AlreadyLoaded));
        (await warehouse.QueryAsync<string>("SELECT concat(id, ' ', coalesce('''' || word || '''', 'NULL')) FROM landing.staged ORDER BY id")).Should().Equal("1 'one'", "2 NULL", "3 ''");
    }

    [Fact]
    public async Task Stages_stand_side_by_side_without_a_warehouse()
    {
        await using S3Place one = await S3Place.CreateAsync(), two = await S3Place.CreateAsync();
        await using ServiceProvider services = new ServiceCollection().AddS3Stage(one.Configure).AddS3Stage("two", two.Configure).BuildServiceProvider();

        var first = services.GetRequiredService<IStageClient>();
        var second = services.GetRequiredKeyedService<IStageClient>("two");
        await first.PutAsync("a", new MemoryStream([1]));

        (await first.ExistsAsync("a")).Should().BeTrue();
        (await second.ExistsAsync("a")).Should().BeFalse();
    }

    [Fact]
    public async Task Wrong_settings_are_told_when_the_host_starts_all_at_once()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddS3Stage("landing", options =>
        {
            options.Bucket = "s3://landing/x";
            options.Prefix = "a/../b";
            options.ServiceUrl = new Uri("http://user:secret@minio:9000/path");
            options.ChecksumMode = (S3ChecksumMode)9;
            options.PartSize = 1024;
            options.Parallelism = 0;
            options.RetryTimeout = TimeSpan.FromSeconds(-1);
            options.RequestTimeout = TimeSpan.Zero;
        });
        using IHost host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        error.Failures.Should().Equal(
            "The S3 stage 'landing': S3StageOptions.Bucket is 's3://landing/x'; give the name of a bucket, such as 'landing', without 's3://' and without a path (that is Prefix).",
            "The S3 stage 'landing': S3StageOptions.Prefix must be a path such as 'warehouse/stage', without '..', '.', empty parts and control characters, of at most 512 bytes in UTF-8.",
            "The S3 stage 'landing': S3StageOptions.ServiceUrl must be an address such as 'http://minio:9000', without path, query and user.",
            "The S3 stage 'landing': S3StageOptions.ChecksumMode is 9, which is no mode.",
            "The S3 stage 'landing': S3StageOptions.PartSize must be at least 5 MiB and at most 1 GiB.",
            "The S3 stage 'landing': S3StageOptions.Parallelism must be at least 1 and at most 64.",
            "The S3 stage 'landing': S3StageOptions.RetryTimeout must be at least nothing and at most a day.",
            "The S3 stage 'landing': S3StageOptions.RequestTimeout must be at least a second and at most a day.");
        Assert.Throws<ArgumentException>(() => new S3StageClient(new S3StageOptions { Bucket = "b", Region = "middle-earth-1" })).Message.Should().StartWith("S3StageOptions.Region is 'middle-earth-1', which is no region of AWS");
    }

    [Fact]
    public async Task Its_health_is_told()
    {
        await using S3Place place = await S3Place.CreateAsync();
        IServiceCollection services = new ServiceCollection().AddLogging().AddS3Stage(place.Configure).AddS3Stage("lost", options =>
        {
            place.Configure(options);
            options.Bucket = "there-is-no-such-bucket";
        }).AddS3Stage("away", options =>
        {
            place.Configure(options);
            options.ServiceUrl = new Uri("http://127.0.0.1:1");
        });
        services.AddHealthChecks().AddS3Stage().AddS3Stage("lost", failureStatus: HealthStatus.Degraded).AddS3Stage("away");
        await using ServiceProvider provider = services.BuildServiceProvider();

        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();

        report.Entries["s3-stage"].Status.Should().Be(HealthStatus.Healthy);
        report.Entries["s3-stage-lost"].Should().BeEquivalentTo(new { Status = HealthStatus.Degraded, Data = new Dictionary<string, object> { ["failure"] = "LocationMissing" } });
        report.Entries["s3-stage-away"].Should().BeEquivalentTo(new { Status = HealthStatus.Unhealthy, Data = new Dictionary<string, object> { ["failure"] = "Unreachable" } });
        report.Entries["s3-stage-lost"].Description.Should().Contain("there is no bucket 'there-is-no-such-bucket'");
    }

    private sealed record Row(int Id, string? Word);
}
