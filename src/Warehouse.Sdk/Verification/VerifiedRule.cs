namespace Warehouse.Sdk;

/// <summary>A rule that was held against a whole table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Table">The table, as <c>schema.name</c>.</param>
/// <param name="Violation">What its findings violate, in words.</param>
/// <param name="Found">How much was found, whether or not all of it is listed.</param>
public sealed record VerifiedRule(string Name, string Table, string Violation, long Found);
