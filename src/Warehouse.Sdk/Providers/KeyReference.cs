using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>Columns of a table that hold natural keys of a dimension's members, outside of the dimension itself: of a bridge, a fact or a map of a hierarchy.</summary>
/// <param name="Table">The table.</param>
/// <param name="Columns">Its columns, in the order of the dimension's natural key.</param>
/// <param name="LoadId">Its column of the load that last wrote the row.</param>
/// <param name="IsOfGrain">True when the columns are a part of what makes a row unique.</param>
public sealed record KeyReference(QualifiedName Table, IReadOnlyList<Identifier> Columns, Identifier LoadId, bool IsOfGrain);
