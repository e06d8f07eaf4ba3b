using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A role that a date dimension plays in a fact, such as the payment date.</summary>
/// <param name="Role">The role's name; empty when the fact has one date only.</param>
/// <param name="Dimension">The date dimension.</param>
/// <param name="Source">The source column: a date or timestamp.</param>
/// <param name="KeyColumn">The fact's key column.</param>
/// <param name="WhenNull">The default member that a NULL date links to.</param>
public sealed record DateLink(string Role, DateDimension Dimension, SourceColumn Source, Identifier KeyColumn, DefaultMember WhenNull);
