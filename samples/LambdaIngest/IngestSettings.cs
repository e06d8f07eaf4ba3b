using Warehouse.Sdk.S3;

namespace LambdaIngest;

/// <summary>
/// The function's environment: WAREHOUSE_BUCKET, and WAREHOUSE_POSTGRES with a connection string, or WAREHOUSE_DUCKDB with one to try it out. Optional:
/// WAREHOUSE_PREFIX, and WAREHOUSE_S3_URL for a store that is not AWS. Credentials come from the function's role.
/// </summary>
public sealed record IngestSettings(string Bucket, string Prefix, Uri? ServiceUrl, string? Postgres, string? DuckDb)
{
    public static IngestSettings FromEnvironment()
    {
        string? postgres = Environment.GetEnvironmentVariable("WAREHOUSE_POSTGRES"), duckDb = Environment.GetEnvironmentVariable("WAREHOUSE_DUCKDB");
        if (Environment.GetEnvironmentVariable("WAREHOUSE_BUCKET") is not { Length: > 0 } bucket || (postgres is null && duckDb is null))
            throw new InvalidOperationException("Set WAREHOUSE_BUCKET to the bucket of the stage, and WAREHOUSE_POSTGRES to the connection string of the warehouse.");
        string? url = Environment.GetEnvironmentVariable("WAREHOUSE_S3_URL");
        return new IngestSettings(bucket, Environment.GetEnvironmentVariable("WAREHOUSE_PREFIX") ?? string.Empty, url is null ? null : new Uri(url), postgres, duckDb);
    }

    public void Configure(S3StageOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Bucket = Bucket;
        options.Prefix = Prefix;
        options.ServiceUrl = ServiceUrl;
    }
}
