using System.Text.Json.Nodes;

namespace Warehouse.Sdk.Conformance;

/// <summary>Daily files as they really come, against answers that were computed elsewhere.</summary>
public abstract class FactRealDataTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly CsvFormat Loose = new() { EmptyIsNull = true, IgnoreExtraColumns = true };

    [Fact]
    public async Task Daily_files_without_a_grain_keep_every_line_once()
    {
        string folder = RealData.Folder(Path.Combine("online-retail-daily", "2010-12"));
        JsonObject expected = RealData.Expected("online-retail-2010-12");
        Fact<RetailRow> fact = null!;
        var model = DimensionalModel.Create("retail", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2010, 12, 1), new DateOnly(2010, 12, 31));
            Dimension<RetailCustomer> customer = builder.Dimension<RetailCustomer>("dim_customer", d => d.NaturalKey(row => row.CustomerId).Type1(row => row.Country));
            fact = builder.Fact<RetailRow>("fact_line", f => f
                .GrainByLine("one line of an invoice")
                .Column(row => row.InvoiceNo, name: "InvoiceNo")
                .Column(row => row.InvoiceDate, name: "InvoiceDate")
                .Column(row => row.CustomerId, name: "CustomerID")
                .Column(row => row.UnitPrice, ColumnType.Decimal(12, 4), name: "UnitPrice")
                .Date(date, row => row.InvoiceDate)
                .Dimension(customer, row => row.CustomerId, whenUnknown: UnknownMember.InferMember)
                .Degenerate(row => row.InvoiceNo)
                .Watermark(row => row.InvoiceDate)
                .Measure(row => row.Quantity)
                .Measure(row => row.UnitPrice, Additivity.NonAdditive));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        string[] files = [.. Directory.GetFiles(folder, "*.csv").Order(StringComparer.Ordinal)];

        foreach (string file in files)
            (await warehouse.LoadAsync(fact, Source.Csv(file, Loose))).Counts.Read.Should().Be((long)expected["rows_per_file"]![Path.GetFileNameWithoutExtension(file)]!);
        foreach (string file in files)
            (await warehouse.LoadAsync(fact, Source.Csv(file, Loose))).Outcome.Should().Be(LoadOutcome.AlreadyLoaded);

        await warehouse.ExpectAsync("""
            SELECT count(*) AS line_count, count(DISTINCT source_batch) AS files, CAST(sum(quantity) AS integer) AS quantity, CAST(sum(quantity * "UnitPrice") AS decimal(18,2)) AS amount,
                   CAST(sum(CASE WHEN "InvoiceNo" LIKE 'C%' THEN 1 ELSE 0 END) AS integer) AS cancellation_lines, CAST(sum(CASE WHEN customer_key = -1 THEN 1 ELSE 0 END) AS integer) AS without_customer
            FROM business.fact_line
            """, $"""
            line_count         | files              | quantity               | amount               | cancellation_lines               | without_customer
            {expected["rows"]} | {expected["files"]} | {expected["quantity"]} | {expected["amount"]} | {expected["cancellation_lines"]} | {expected["lines_without_customer"]}
            """);
        await warehouse.ExpectAsync("SELECT count(*) AS customers FROM business.dim_customer WHERE is_inferred", $"customers\n{expected["customers"]}");
        // The shop was closed on the fourth, the eleventh and the eighteenth.
        var holes = await warehouse.Incremental.FindHolesAsync(fact, new DateOnly(2010, 12, 1), new DateOnly(2010, 12, 24));
        holes.Should().Equal(new[] { 4, 11, 18 }.Select(day => new LoadedInterval(new DateTime(2010, 12, day), new DateTime(2010, 12, day + 1))));
    }

    [Fact]
    public async Task An_incomplete_last_day_is_reloaded_and_transactions_sent_twice_change_nothing()
    {
        string folder = RealData.Folder("walmart-synthetic");
        JsonObject expected = RealData.Expected("walmart-synthetic");
        ZoneTable<SalesRow> sales = null!;
        ZoneTable<InventoryRow> inventory = null!;
        Fact<DailyRow> daily = null!;
        var model = DimensionalModel.Create("walmart", builder =>
        {
            builder.Conventions(names => names with { DecimalType = ColumnType.Decimal(18, 2) });
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2012, 1, 1), new DateOnly(2013, 12, 31));
            sales = builder.Enterprise<SalesRow>("sales", t => t.Key(row => row.TransId));
            inventory = builder.Enterprise<InventoryRow>("inventory", t => t.Key(row => row.CalDt, row => row.StoreKey, row => row.ProdKey));
            daily = builder.Fact<DailyRow>("fact_daily", f => f
                .Grain("one product in one store on one day", row => row.CalDt, row => row.StoreKey, row => row.ProdKey)
                .Date(date, row => row.CalDt)
                .Measure(row => row.SalesQty)
                .Measure(row => row.SalesAmt)
                .Measure(row => row.SalesCost)
                .Measure(row => row.OnHandQty, Additivity.SemiAdditive)
                .FromWatermark(row => row.CalDt));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        Task<LoadReport> LoadDailyAsync() => warehouse.LoadAsync(daily, Source.Query("""
            SELECT coalesce(sold.cal_dt, stock.cal_dt) AS cal_dt, coalesce(sold.store_key, stock.store_key) AS store_key, coalesce(sold.prod_key, stock.prod_key) AS prod_key,
                   sold.sales_qty, sold.sales_amt, sold.sales_cost, stock.inventory_on_hand_qty AS on_hand_qty
            FROM (
                SELECT trans_dt AS cal_dt, store_key, prod_key, sum(sales_qty) AS sales_qty, sum(sales_amt) AS sales_amt, sum(sales_cost) AS sales_cost
                FROM enterprise.sales
                GROUP BY trans_dt, store_key, prod_key
            ) AS sold
            FULL JOIN enterprise.inventory AS stock ON stock.cal_dt = sold.cal_dt AND stock.store_key = sold.store_key AND stock.prod_key = sold.prod_key
            """));

        await warehouse.LoadAsync(sales, Source.Csv(Path.Combine(folder, "initial", "sales.csv"), Loose));
        await warehouse.LoadAsync(inventory, Source.Csv(Path.Combine(folder, "initial", "inventory.csv"), Loose));
        await LoadDailyAsync();
        await ExpectDailyAsync(warehouse, expected["initial"]!);
        await warehouse.LoadAsync(sales, Source.Csv(Path.Combine(folder, "delta", "sales_new.csv"), Loose));
        await warehouse.LoadAsync(inventory, Source.Csv(Path.Combine(folder, "delta", "inventory_new.csv"), Loose));
        await LoadDailyAsync();
        await ExpectDailyAsync(warehouse, expected["after_delta"]!);
        await warehouse.LoadAsync(sales, Source.Csv(Path.Combine(folder, "delta_resend", "sales_duplicates.csv"), Loose));
        LoadReport resent = await LoadDailyAsync();

        resent.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await ExpectDailyAsync(warehouse, expected["after_delta"]!);
    }

    private static Task ExpectDailyAsync(IWarehouse warehouse, JsonNode expected) => warehouse.ExpectAsync("""
        SELECT count(*) AS daily_rows, min(cal_dt) AS min_date, max(cal_dt) AS max_date,
               CAST(sum(sales_qty) AS decimal(18,2)) AS qty, CAST(sum(sales_amt) AS decimal(18,2)) AS amt, CAST(sum(sales_cost) AS decimal(18,2)) AS cost,
               count(sales_qty) AS with_sales, CAST(sum(CASE WHEN sales_qty IS NULL THEN 1 ELSE 0 END) AS integer) AS inventory_only, CAST(sum(CASE WHEN on_hand_qty IS NULL THEN 1 ELSE 0 END) AS integer) AS without_inventory,
               CAST(sum(CASE WHEN sales_qty > on_hand_qty THEN 1 ELSE 0 END) AS integer) AS low_stock,
               CAST(sum(CASE WHEN cal_dt = DATE '2012-12-30' THEN 1 ELSE 0 END) AS integer) AS last_day, CAST(sum(CASE WHEN cal_dt = DATE '2012-12-30' THEN sales_qty END) AS decimal(18,2)) AS last_day_qty
        FROM business.fact_daily
        """, $"""
        daily_rows | min_date | max_date | qty | amt | cost | with_sales | inventory_only | without_inventory | low_stock | last_day | last_day_qty
        {expected["daily_rows"]} | {expected["min_date"]} | {expected["max_date"]} | {expected["sum_sales_qty"]} | {expected["sum_sales_amt"]} | {expected["sum_sales_cost"]} | {expected["rows_with_sales"]} | {expected["rows_inventory_only"]} | {expected["rows_without_inventory"]} | {expected["low_stock_rows"]} | {expected["rows_on_2012_12_30"]} | {expected["qty_on_2012_12_30"]}
        """);

    private sealed record RetailRow(string InvoiceNo, DateTime InvoiceDate, int Quantity, decimal UnitPrice, string? CustomerId);

    private sealed record RetailCustomer(string CustomerId, string? Country);

    private sealed record SalesRow(long TransId, int ProdKey, int StoreKey, DateOnly TransDt, decimal SalesQty, decimal SalesAmt, decimal SalesCost);

    private sealed record InventoryRow(DateOnly CalDt, int StoreKey, int ProdKey, decimal InventoryOnHandQty);

    private sealed record DailyRow(DateOnly CalDt, int StoreKey, int ProdKey, decimal? SalesQty, decimal? SalesAmt, decimal? SalesCost, decimal? OnHandQty);
}
