using Warehouse.Sdk;

namespace RetailInventory;

// The files, column by column, as far as they are used.

internal sealed record DateRow(int DDateSk, DateOnly DDate);

internal sealed record AddressRow(int CaAddressSk, string? CaCity, string? CaState, string? CaCountry);

internal sealed record CustomerRow(int CCustomerSk, string CCustomerId, int? CCurrentAddrSk, string? CFirstName, string? CLastName, string? CEmailAddress, string? CPreferredCustFlag);

internal sealed record ItemRow(int IItemSk, string IItemId, DateOnly? IRecStartDate, string? IProductName, string? ICategory, decimal? ICurrentPrice);

internal sealed record CatalogRow(int CsOrderNumber, int CsItemSk, int? CsSoldDateSk, int? CsBillCustomerSk, int? CsQuantity, decimal? CsNetPaid);

internal sealed record WebRow(int WsOrderNumber, int WsItemSk, int? WsSoldDateSk, int? WsBillCustomerSk, int? WsQuantity, decimal? WsNetPaid);

internal sealed record StockRow(int InvDateSk, int InvItemSk, int InvWarehouseSk, int? InvQuantityOnHand);

// The star.

internal sealed record Customer(string CustomerId, string? FirstName, string? LastName, string? Email, string? City, string? State, string? Country, string? Preferred);

internal sealed record Item(string ItemId, string? ProductName, string? Category, decimal? Price, DateOnly? ChangedOn);

internal sealed record Sale(string? Channel, int OrderNumber, int ItemSk, DateOnly? Day, string ItemId, string CustomerId, int? Quantity, decimal? Amount);

internal sealed record SoldDay(string ItemId, DateOnly Day, long? Quantity, decimal? Amount, bool? IsLow);

internal sealed record StockDay(string ItemId, DateOnly Day, long? OnHand);

internal sealed record ItemDay(string ItemId, DateOnly Day, long? Quantity, decimal? Amount, long? OnHand, bool? IsLow);

/// <summary>Sales of two channels by customer and day, and the stock of items by day and by week.</summary>
internal sealed class RetailModel : IDimensionalModelDefinition
{
    /// <summary>From when on what came before any day is true.</summary>
    public static readonly DateTime Beginning = new(1900, 1, 1);

    public Dictionary<string, ZoneTable> Files { get; } = [];
    public Dimension<Customer> Customer { get; private set; } = null!;
    public Dimension<Item> Item { get; private set; } = null!;
    public Fact<Sale> DailySales { get; private set; } = null!;
    public Fact<ItemDay> ItemDay { get; private set; } = null!;
    public Fact<ItemDay> StockWeek { get; private set; } = null!;

    public void Define(DimensionalModelBuilder model)
    {
        model.Named("retail inventory").Conventions(names => names with { DecimalType = ColumnType.Decimal(12, 2) });
        Files["date_dim"] = model.Enterprise<DateRow>("date_dim", table => table.Key(row => row.DDateSk));
        Files["customer_address"] = model.Enterprise<AddressRow>("customer_address", table => table.Key(row => row.CaAddressSk));
        Files["customer"] = model.Enterprise<CustomerRow>("customer", table => table.Key(row => row.CCustomerSk));
        Files["item"] = model.Enterprise<ItemRow>("item", table => table.Key(row => row.IItemSk));
        Files["catalog_sales"] = model.Enterprise<CatalogRow>("catalog_sales", table => table.Key(row => row.CsOrderNumber, row => row.CsItemSk));
        Files["web_sales"] = model.Enterprise<WebRow>("web_sales", table => table.Key(row => row.WsOrderNumber, row => row.WsItemSk));
        Files["inventory"] = model.Enterprise<StockRow>("inventory", table => table.Key(row => row.InvDateSk, row => row.InvItemSk, row => row.InvWarehouseSk));

        DateDimension date = model.DateDimension("dim_date", new DateOnly(1998, 1, 1), new DateOnly(2003, 12, 31));
        Customer = model.Dimension<Customer>("dim_customer", d => d
            .NaturalKey(c => c.CustomerId)
            .Type1(c => c.FirstName, c => c.LastName, c => c.Email)
            .Type2(c => c.City, c => c.State, c => c.Country, c => c.Preferred)
            .FirstVersionFrom(Beginning));
        Item = model.Dimension<Item>("dim_item", d => d
            .NaturalKey(i => i.ItemId)
            .Type1(i => i.Category)
            .Type2(i => i.ProductName, i => i.Price)
            .EffectiveFrom(i => i.ChangedOn));

        DailySales = model.Fact<Sale>("fact_daily_sales", f => f
            .Grain("what one customer bought of one item on one day through one channel", x => x.Day, x => x.Channel, x => x.ItemId, x => x.CustomerId)
            .SourceGrain(x => new { x.Channel, x.OrderNumber, x.ItemSk })
            .Date(date, x => x.Day)
            .Dimension(Item, x => x.ItemId, asOf: x => x.Day)
            .Dimension(Customer, x => x.CustomerId, asOf: x => x.Day)
            .Measure(x => x.Quantity, Combine.Sum)
            .Measure(x => x.Amount, Combine.Sum));
        ItemDay = model.Fact<ItemDay>("fact_item_day", f => f
            .Grain("one item on one day on which it was sold or counted", x => x.ItemId, x => x.Day)
            .Date(date, x => x.Day)
            .Dimension(Item, x => x.ItemId, asOf: x => x.Day)
            .Measure(x => x.Quantity)
            .Measure(x => x.Amount)
            .Measure(x => x.OnHand, Additivity.SemiAdditive)
            .Degenerate(x => x.IsLow));
        StockWeek = model.Fact<ItemDay>("fact_stock_week", f => f
            .Grain("one item at the end of one week", x => x.ItemId)
            .PeriodicSnapshot(SnapshotPeriod.Week, date, x => x.Day, p => p
                .From(ItemDay)
                .Last(x => x.OnHand)
                .Sum(x => x.Quantity)
                .Sum(x => x.Amount)
                .Any(x => x.IsLow)
                .Ratio("weeks_of_supply", "on_hand", "quantity"))
            .Dimension(Item, x => x.ItemId, asOf: x => x.Day));
    }
}
