using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Warehouse.Sdk;
using Warehouse.Sdk.S3;

namespace LambdaIngest;

/// <summary>Loads the CSV files that events name into the table of sales. Delivered again, a file is recognised and not loaded again.</summary>
public sealed class IngestFunction : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly S3EventLoader _loader;

    private IngestFunction(ServiceProvider services)
    {
        _services = services;
        var model = services.GetRequiredService<SaleModel>();
        _loader = new S3EventLoader(services.GetRequiredService<IWarehouse>(), path => path.EndsWith(".csv", StringComparison.Ordinal) ? new S3EventRoute(model.Sales, Source.StagedCsv(path)) : null);
    }

    public static async Task<IngestFunction> StartAsync(IngestSettings settings, Action<S3StageOptions>? configure = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ServiceProvider services = new ServiceCollection()
            .AddWarehouse(warehouse => (settings.Postgres is { } postgres ? warehouse.UsePostgres(postgres) : warehouse.UseDuckDb(settings.DuckDb!))
                .UseS3Stage(options =>
                {
                    settings.Configure(options);
                    configure?.Invoke(options);
                })
                .AddModel<SaleModel>())
            .BuildServiceProvider();
        await services.GetRequiredService<IWarehouse>().DeployAsync(cancellationToken);
        return new IngestFunction(services);
    }

    /// <summary>Answers an event: with the messages to deliver again when it came from a queue, else with an error when a file could not be loaded.</summary>
    public async Task<string> HandleAsync(string json, CancellationToken cancellationToken)
    {
        S3EventReport report = await _loader.LoadAsync(json, cancellationToken);
        foreach (S3EventLoad load in report.Loads)
            Console.WriteLine($"{load.File.Key}: {load.Outcome} {(object?)load.Report ?? load.Error?.Message}");
        if (report.Loads.FirstOrDefault(load => load is { Outcome: S3EventOutcome.Failed, File.MessageId: null }) is { } failed)
            throw new InvalidOperationException($"{failed.File.Key} could not be loaded: {failed.Error!.Message}", failed.Error);
        return JsonSerializer.Serialize(new { batchItemFailures = report.FailedMessageIds.Select(id => new { itemIdentifier = id }) });
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
