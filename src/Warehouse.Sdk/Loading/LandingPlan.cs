namespace Warehouse.Sdk.Providers;

/// <summary>Staged rows into a landing table, as received, with load, file and line.</summary>
/// <param name="Target">The landing table.</param>
public sealed record LandingPlan(ZoneTable Target);
