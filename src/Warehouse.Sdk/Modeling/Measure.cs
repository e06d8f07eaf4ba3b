namespace Warehouse.Sdk;

/// <summary>A number of a fact.</summary>
/// <param name="Column">Its column.</param>
/// <param name="Additivity">Over which dimensions it may be summed.</param>
public sealed record Measure(Column Column, Additivity Additivity);
