namespace Warehouse.Sdk.Providers;

/// <summary>Rebuilds the parts of an aggregate in which its source has changed.</summary>
/// <param name="Aggregate">The aggregate.</param>
public sealed record AggregatePlan(AggregateFact Aggregate);
