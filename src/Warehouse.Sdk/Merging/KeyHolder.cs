using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A column outside a dimension that holds its surrogate keys.</summary>
/// <param name="Table">The fact or bridge.</param>
/// <param name="KeyColumn">The column.</param>
/// <param name="AsOf">The column with the time at which the version was looked up; <see langword="null"/> where the latest version is meant.</param>
internal sealed record KeyHolder(LoadTarget Table, Identifier KeyColumn, SourceColumn? AsOf)
{
    /// <summary>The columns of facts that hold durable keys.</summary>
    public static IEnumerable<KeyHolder> OfDurableKeys(DimensionalModel model, Dimension dimension)
        => from fact in model.Facts
           from link in fact.Dimensions
           where link.Dimension == dimension && link.DurableColumn is not null
           select new KeyHolder(fact, link.DurableColumn!.Value, null);

    public static IEnumerable<KeyHolder> Of(DimensionalModel model, Dimension dimension) =>
    [
        .. from fact in model.Facts
           from link in fact.Dimensions
           where link.Dimension == dimension && !link.LeadsToMember
           select new KeyHolder(fact, link.KeyColumn, link.AsOf),
        .. from bridge in model.Bridges
           where bridge.Member == dimension
           select new KeyHolder(bridge, bridge.Definition.MemberKeyColumn, null),
    ];
}
