using Warehouse.Sdk;

namespace LambdaIngest;

/// <summary>One table that takes files of sales as they come.</summary>
public sealed class SaleModel : IDimensionalModelDefinition
{
    public ZoneTable<Sale> Sales { get; private set; } = null!;

    public void Define(DimensionalModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Sales = model.Landing<Sale>("sale");
    }
}

/// <summary>A row of a file.</summary>
public sealed record Sale(long SaleId, DateOnly Day, string Product, decimal Amount);
