using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Warehouse.Sdk.S3;

/// <summary>
/// Loads the objects that event notifications of a bucket name. Events are delivered at least once and in any order; the ledger of the warehouse knows
/// every file by path, length and checksum, so each content is loaded once. Safe for use by several threads.
/// </summary>
public sealed class S3EventLoader
{
    private readonly IWarehouse _warehouse;
    private readonly S3StageClient _stage;
    private readonly Func<string, S3EventRoute?> _route;
    private readonly ILogger _logger;

    /// <summary>Creates a loader.</summary>
    /// <param name="warehouse">The warehouse; its stage is the bucket the events tell of.</param>
    /// <param name="route">Says for a path on the stage where it goes; <see langword="null"/> when it is not to be loaded.</param>
    /// <param name="logger">Hears of objects that could not be loaded.</param>
    /// <exception cref="ArgumentException">The warehouse has another stage.</exception>
    public S3EventLoader(IWarehouse warehouse, Func<string, S3EventRoute?> route, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(warehouse);
        ArgumentNullException.ThrowIfNull(route);
        _warehouse = warehouse;
        _route = route;
        _logger = logger ?? NullLogger.Instance;
        _stage = warehouse.Stage as S3StageClient
            ?? throw new ArgumentException($"Events tell of objects in a bucket, but the stage of the warehouse is '{warehouse.Stage.Location}'. Register the warehouse with UseS3Stage.", nameof(warehouse));
    }

    /// <summary>
    /// Loads the objects an event names, one after the other, each once however often it is named. One that fails does not keep the others: look at
    /// the report, and let what failed be delivered again.
    /// </summary>
    /// <param name="json">
    /// The JSON of an S3 event notification as it is delivered: bare, in a message of SNS or SQS, or in one of SNS in one of SQS; also the event of a function
    /// that these invoke. Keys are decoded. A test event names no object.
    /// </param>
    /// <param name="cancellationToken">Gives up; what is loaded until then stays loaded.</param>
    /// <exception cref="WarehouseLoadException">It is no such JSON. Nothing was loaded.</exception>
    public async Task<S3EventReport> LoadAsync(string json, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(json);
        List<S3EventLoad> loads = [];
        foreach (IGrouping<(string Bucket, string Key), S3EventFile> same in S3EventReader.Read(json).GroupBy(file => (file.Bucket, file.Key)))
        {
            S3EventFile file = same.FirstOrDefault(IsCreation) ?? same.First();
            S3EventLoad load = await LoadAsync(file, cancellationToken).ConfigureAwait(false);
            // Each message that named it has its own fate with its queue.
            loads.AddRange(same.Select(one => one.MessageId).Distinct().Select(id => load with { File = file with { MessageId = id } }));
        }

        return new S3EventReport(loads);
    }

    private async Task<S3EventLoad> LoadAsync(S3EventFile file, CancellationToken cancellationToken)
    {
        if (!IsCreation(file) || file.Bucket != _stage.Bucket || _stage.FindPath(file.Key) is not { } path)
            return new S3EventLoad(file, S3EventOutcome.Ignored);
        try
        {
            if (_route(path) is not { } route)
                return new S3EventLoad(file, S3EventOutcome.Ignored);
            LoadReport report = await _warehouse.LoadAsync(route.Target, route.Source, route.Options, cancellationToken).ConfigureAwait(false);
            return new S3EventLoad(file, S3EventOutcome.Loaded) { Report = report };
        }
        // Another file that is missing, such as one the object is a mark of, may be on its way.
        catch (WarehouseStageException error) when (error.Failure == StageFailure.NotFound && error.Path == path)
        {
            return new S3EventLoad(file, S3EventOutcome.Gone) { Error = error };
        }
        catch (Exception error) when (error is WarehouseException or ArgumentException)
        {
            Log.EventFailed(_logger, error, _stage.Location, path);
            return new S3EventLoad(file, S3EventOutcome.Failed) { Error = error };
        }
    }

    // Such as ObjectCreated:Put, and with "s3:" before it in some stores.
    private static bool IsCreation(S3EventFile file) => file.EventName.StartsWith("ObjectCreated:", StringComparison.Ordinal) || file.EventName.StartsWith("s3:ObjectCreated:", StringComparison.Ordinal);
}
