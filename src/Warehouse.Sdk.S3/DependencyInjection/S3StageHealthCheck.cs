using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Warehouse.Sdk.S3;

/// <summary>Whether the bucket of a stage can be reached and listed. Writes nothing.</summary>
internal sealed class S3StageHealthCheck(S3StageClient stage) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await stage.ProbeAsync(cancellationToken, once: true).ConfigureAwait(false);
            return HealthCheckResult.Healthy($"The stage '{stage.Location}' answers.");
        }
        catch (WarehouseStageException error)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, error.Message, error, new Dictionary<string, object> { ["failure"] = error.Failure.ToString() });
        }
    }
}
