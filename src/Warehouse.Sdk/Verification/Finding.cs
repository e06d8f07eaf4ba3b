namespace Warehouse.Sdk;

/// <summary>Something that a verification found. It names keys, so that the row can be found, and no other value of a row.</summary>
/// <param name="Rule">The rule, such as <c>overlaps</c>: the name of the statement that found it.</param>
/// <param name="Table">The table, as <c>schema.name</c>.</param>
/// <param name="Member">The member by its natural key, the fact by its grain, the bridge's group by its key, or the load by its number.</param>
/// <param name="Keys">The surrogate keys concerned, joined by commas; empty when there are none.</param>
/// <param name="Detail">What is wrong with it, in words.</param>
public sealed record Finding(string Rule, string Table, string Member, string Keys, string Detail);
