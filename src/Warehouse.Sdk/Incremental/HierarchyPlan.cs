namespace Warehouse.Sdk.Providers;

/// <summary>A full set of parents into the map of a hierarchy.</summary>
/// <param name="Hierarchy">The map.</param>
public sealed record HierarchyPlan(HierarchyBridge Hierarchy);
