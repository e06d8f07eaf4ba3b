using Microsoft.Extensions.Diagnostics.HealthChecks;
using Warehouse.Sdk;
using Warehouse.Sdk.S3;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Health checks of stages on S3.</summary>
public static class S3HealthChecksBuilderExtensions
{
    /// <summary>Adds a check that reaches the bucket and lists one file of it. It needs the right to list; it writes nothing.</summary>
    /// <param name="builder">The host's health checks.</param>
    /// <param name="stage">The name the warehouse or the stage is registered under; empty for the default one.</param>
    /// <param name="name">The name of the check. The default is <c>s3-stage</c>, with the name of a named stage behind it.</param>
    /// <param name="failureStatus">What is told when it fails. The default is unhealthy.</param>
    /// <param name="tags">Tags of the check.</param>
    /// <param name="timeout">For how long it may try. The default is 10 seconds, less than a stage repeats its requests.</param>
    public static IHealthChecksBuilder AddS3Stage(this IHealthChecksBuilder builder, string stage = "", string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(stage);
        return builder.Add(new HealthCheckRegistration(name ?? (stage.Length == 0 ? "s3-stage" : $"s3-stage-{stage}"), services => Create(services, stage), failureStatus, tags, timeout ?? TimeSpan.FromSeconds(10)));
    }

    private static S3StageHealthCheck Create(IServiceProvider services, string name)
    {
        IStageClient? client = name.Length == 0 ? services.GetService<IStageClient>() : services.GetKeyedService<IStageClient>(name);
        return client is S3StageClient stage
            ? new S3StageHealthCheck(stage)
            : throw new InvalidOperationException($"There is no S3 stage {(name.Length == 0 ? "registered" : $"registered as '{name}'")} to check; register it with UseS3Stage or AddS3Stage.");
    }
}
