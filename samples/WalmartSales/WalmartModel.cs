using Warehouse.Sdk;

namespace WalmartSales;

// The files, column by column, as far as they are used.

internal sealed record StoreRow(int StoreKey, string StoreDesc, string City, string ProvStateDesc, string CntryNm);

internal sealed record ProductRow(int ProdKey, string ProdName, string BrandName, string CategoryName);

internal sealed record CalendarRow(DateOnly CalDt, int YrWkNum);

internal sealed record SalesRow(long TransId, DateOnly TransDt, int StoreKey, int ProdKey, decimal SalesQty, decimal SalesAmt, decimal SalesCost);

internal sealed record InventoryRow(DateOnly CalDt, int StoreKey, int ProdKey, decimal InventoryOnHandQty, int OutOfStockFlg);

// The star.

internal sealed record Store(int StoreId, string StoreName, string City, string Province, string Country);

internal sealed record Product(int ProductId, string ProductName, string Brand, string Category);

internal sealed record CalendarDay(DateOnly CalDt, int YearWeek);

internal sealed record Daily(
    DateOnly CalDt, int StoreId, int ProductId, decimal? SalesQty, decimal? SalesAmt, decimal? SalesCost, decimal? OnHandQty, bool LowStock, bool OutOfStock);

/// <summary>Sales and stock of products in stores by day, and by week from the days.</summary>
internal sealed class WalmartModel : IDimensionalModelDefinition
{
    /// <summary>From when on what came before any day is true.</summary>
    public static readonly DateTime Beginning = new(1900, 1, 1);

    public ZoneTable Stores { get; private set; } = null!;
    public ZoneTable Products { get; private set; } = null!;
    public ZoneTable Calendar { get; private set; } = null!;
    public ZoneTable Sales { get; private set; } = null!;
    public ZoneTable Inventory { get; private set; } = null!;
    public Dimension<Store> Store { get; private set; } = null!;
    public Dimension<Product> Product { get; private set; } = null!;
    public Dimension<CalendarDay> CalendarDay { get; private set; } = null!;
    public Fact<Daily> Daily { get; private set; } = null!;
    public Fact<Daily> Weekly { get; private set; } = null!;

    public void Define(DimensionalModelBuilder model)
    {
        model.Named("walmart").Conventions(names => names with { DecimalType = ColumnType.Decimal(18, 2) });
        Stores = model.Enterprise<StoreRow>("store", table => table.Key(row => row.StoreKey));
        Products = model.Enterprise<ProductRow>("product", table => table.Key(row => row.ProdKey));
        Calendar = model.Enterprise<CalendarRow>("calendar", table => table.Key(row => row.CalDt));
        Sales = model.Enterprise<SalesRow>("sales", table => table.Key(row => row.TransId));
        Inventory = model.Enterprise<InventoryRow>("inventory", table => table.Key(row => row.CalDt, row => row.StoreKey, row => row.ProdKey));

        DateDimension date = model.DateDimension("dim_date", new DateOnly(2011, 1, 1), new DateOnly(2013, 12, 31));
        Store = model.Dimension<Store>("dim_store", d => d
            .NaturalKey(s => s.StoreId)
            .Type1(s => s.StoreName, s => s.City, s => s.Province, s => s.Country));
        Product = model.Dimension<Product>("dim_product", d => d
            .NaturalKey(p => p.ProductId)
            .Type2(p => p.ProductName, p => p.Brand, p => p.Category)
            .FirstVersionFrom(Beginning));
        CalendarDay = model.Dimension<CalendarDay>("dim_calendar", d => d.NaturalKey(c => c.CalDt).Type1(c => c.YearWeek));

        // The greatest day is deleted and loaded again, because it was not complete yet.
        Daily = model.Fact<Daily>("fact_daily", f => f
            .Grain("one product in one store on one day", x => x.CalDt, x => x.StoreId, x => x.ProductId)
            .Date(date, x => x.CalDt)
            .Dimension(Store, x => x.StoreId)
            .Dimension(Product, x => x.ProductId, asOf: x => x.CalDt)
            .Dimension(CalendarDay, x => x.CalDt)
            .Measure(x => x.SalesQty)
            .Measure(x => x.SalesAmt)
            .Measure(x => x.SalesCost)
            .Measure(x => x.OnHandQty, Additivity.SemiAdditive)
            .Degenerate(x => x.LowStock, x => x.OutOfStock)
            .FromWatermark(x => x.CalDt));
        Weekly = model.Fact<Daily>("fact_weekly", f => f
            .Grain("one product in one store at the end of one week", x => x.StoreId, x => x.ProductId)
            .PeriodicSnapshot(SnapshotPeriod.Week, date, x => x.CalDt, p => p
                .From(Daily)
                .Last(x => x.OnHandQty)
                .Sum(x => x.SalesQty)
                .Sum(x => x.SalesAmt)
                .Sum(x => x.SalesCost)
                .Any(x => x.LowStock)
                .Any(x => x.OutOfStock)
                .Ratio("weeks_of_supply", "on_hand_qty", "sales_qty"))
            .Dimension(Store, x => x.StoreId)
            .Dimension(Product, x => x.ProductId, asOf: x => x.CalDt));
    }
}
