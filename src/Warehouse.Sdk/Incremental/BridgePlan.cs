namespace Warehouse.Sdk.Providers;

/// <summary>A full set of rows into a bridge.</summary>
/// <param name="Bridge">The bridge.</param>
public sealed record BridgePlan(Bridge Bridge);
