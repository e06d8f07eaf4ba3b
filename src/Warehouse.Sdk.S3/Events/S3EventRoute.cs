namespace Warehouse.Sdk.S3;

/// <summary>Where an object goes.</summary>
/// <param name="Target">The table.</param>
/// <param name="Source">How it is read, such as <c>Source.StagedCsv(path)</c>.</param>
public sealed record S3EventRoute(LoadTarget Target, LoadSource Source)
{
    /// <summary>What is particular to the load.</summary>
    public LoadOptions? Options { get; init; }
}
