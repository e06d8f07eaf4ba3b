namespace Warehouse.Sdk;

/// <summary>One statement of a load as it ran.</summary>
/// <param name="Name">Its name in the plan.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Rows">The rows it touched.</param>
public sealed record LoadStep(string Name, TimeSpan Elapsed, long Rows);
