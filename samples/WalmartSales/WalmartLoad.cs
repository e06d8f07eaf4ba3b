using System.Security.Cryptography;
using Warehouse.Sdk;

namespace WalmartSales;

/// <summary>Takes one delivery, a folder of files, into the warehouse. Run again, it changes nothing.</summary>
internal sealed class WalmartLoad(IWarehouse warehouse, WalmartModel model)
{
    private static readonly CsvFormat Format = new() { IgnoreExtraColumns = true };

    // One row per product, store and day: what was sold beside what was there.
    private const string Daily = """
        SELECT coalesce(sold.trans_dt, stock.cal_dt) AS cal_dt,
               coalesce(sold.store_key, stock.store_key) AS store_id,
               coalesce(sold.prod_key, stock.prod_key) AS product_id,
               sold.sales_qty, sold.sales_amt, sold.sales_cost,
               stock.inventory_on_hand_qty AS on_hand_qty,
               coalesce(sold.sales_qty > stock.inventory_on_hand_qty, FALSE) AS low_stock,
               coalesce(stock.out_of_stock_flg = 1, FALSE) AS out_of_stock
        FROM (
            SELECT trans_dt, store_key, prod_key, sum(sales_qty) AS sales_qty, sum(sales_amt) AS sales_amt, sum(sales_cost) AS sales_cost
            FROM enterprise.sales
            GROUP BY trans_dt, store_key, prod_key
        ) AS sold
        FULL JOIN enterprise.inventory AS stock ON stock.cal_dt = sold.trans_dt AND stock.store_key = sold.store_key AND stock.prod_key = sold.prod_key
        """;

    public async Task<IReadOnlyList<LoadReport>> RunAsync(string folder, CancellationToken cancellationToken)
    {
        List<LoadReport> reports = [];
        string[] files = [.. Directory.EnumerateFiles(folder, "*.csv").Order(StringComparer.Ordinal)];
        foreach (string file in files)
            reports.Add(await warehouse.LoadAsync(TableOf(file), Source.Csv(file, Format), cancellationToken: cancellationToken));

        async Task LoadAsync(LoadTarget target, LoadSource source, LoadOptions? options = null)
            => reports.Add(await warehouse.LoadAsync(target, source, options, cancellationToken));
        if (Find(files, "store") is not null)
            await LoadAsync(model.Store, Source.Query("SELECT store_key AS store_id, store_desc AS store_name, city, prov_state_desc AS province, cntry_nm AS country FROM enterprise.store"));
        if (Find(files, "calendar") is not null)
            await LoadAsync(model.CalendarDay, Source.Query("SELECT cal_dt, yr_wk_num AS year_week FROM enterprise.calendar"));
        if (Find(files, "product") is { } products)
        {
            // The same file again is the same batch, whatever the day.
            var options = new LoadOptions { AsOf = await LastDayAsync(cancellationToken), BatchId = $"product {Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(products, cancellationToken)))}" };
            await LoadAsync(model.Product, Source.Query("SELECT prod_key AS product_id, prod_name AS product_name, brand_name AS brand, category_name AS category FROM enterprise.product"), options);
        }

        await LoadAsync(model.Daily, Source.Query(Daily));
        await LoadAsync(model.Weekly, Source.Derived);
        return reports;
    }

    // A snapshot of products is true from the last day on that came with it.
    private async Task<DateTimeOffset> LastDayAsync(CancellationToken cancellationToken)
        => new((await warehouse.QueryAsync<DateTime?>("SELECT CAST(greatest((SELECT max(trans_dt) FROM enterprise.sales), (SELECT max(cal_dt) FROM enterprise.inventory)) AS timestamp)", cancellationToken: cancellationToken))[0] ?? WalmartModel.Beginning, TimeSpan.Zero);

    private ZoneTable TableOf(string file) => NameOf(file) switch
    {
        "store" => model.Stores,
        "product" => model.Products,
        "calendar" => model.Calendar,
        "sales" => model.Sales,
        "inventory" => model.Inventory,
        _ => throw new ArgumentException($"'{file}' is no file of this sample; expected store, product, calendar, sales or inventory, as in sales_new.csv. Nothing was loaded of it."),
    };

    private static string? Find(string[] files, string name) => Array.Find(files, file => NameOf(file) == name);

    private static string NameOf(string file) => Path.GetFileNameWithoutExtension(file).Split('_')[0];
}
