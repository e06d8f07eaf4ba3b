using System.Security.Cryptography;
using Warehouse.Sdk;

namespace RetailInventory;

/// <summary>Takes one delivery, a folder of files, into the warehouse. Run again, it changes nothing.</summary>
internal sealed class RetailLoad(IWarehouse warehouse, RetailModel model)
{
    private static readonly CsvFormat Format = new() { IgnoreExtraColumns = true };
    private static readonly LoadOptions KeepRejects = new() { Rejects = RejectPolicy.KeepAll };

    private const string Customers = """
        SELECT customer.c_customer_id AS customer_id, customer.c_first_name AS first_name, customer.c_last_name AS last_name, customer.c_email_address AS email,
               address.ca_city AS city, address.ca_state AS state, address.ca_country AS country, customer.c_preferred_cust_flag AS preferred
        FROM enterprise.customer AS customer
        LEFT JOIN enterprise.customer_address AS address ON address.ca_address_sk = customer.c_current_addr_sk
        """;

    // The source keeps versions of its own; each begins on the day of its price.
    private const string Items = """
        SELECT i_item_id AS item_id, i_product_name AS product_name, i_category AS category, i_current_price AS price, i_rec_start_date AS changed_on
        FROM enterprise.item
        """;

    // Rows without a day are not left out here: they are rejected, kept and counted.
    private static string Sales(string table, string prefix) => $"""
        SELECT sale.{prefix}_order_number AS order_number, sale.{prefix}_item_sk AS item_sk, day.d_date AS day, item.i_item_id AS item_id,
               coalesce(customer.c_customer_id, 'not told') AS customer_id, sale.{prefix}_quantity AS quantity, sale.{prefix}_net_paid AS amount
        FROM enterprise.{table} AS sale
        LEFT JOIN enterprise.date_dim AS day ON day.d_date_sk = sale.{prefix}_sold_date_sk
        LEFT JOIN enterprise.item AS item ON item.i_item_sk = sale.{prefix}_item_sk
        LEFT JOIN enterprise.customer AS customer ON customer.c_customer_sk = sale.{prefix}_bill_customer_sk
        """;

    private const string Counted = """
        SELECT item.i_item_id AS item_id, day.d_date AS day, sum(stock.inv_quantity_on_hand) AS on_hand
        FROM enterprise.inventory AS stock
        JOIN enterprise.date_dim AS day ON day.d_date_sk = stock.inv_date_sk
        JOIN enterprise.item AS item ON item.i_item_sk = stock.inv_item_sk
        GROUP BY item.i_item_id, day.d_date
        """;

    // A day is low when more was sold on it than was counted in its week.
    private const string Sold = $"""
        SELECT sold.item_id, sold.day, sold.quantity, sold.amount, coalesce(sold.quantity > week.on_hand, FALSE) AS is_low
        FROM (
            SELECT sale.item_id, sale.day, date.iso_year_week, sum(sale.quantity) AS quantity, sum(sale.amount) AS amount
            FROM business.fact_daily_sales AS sale
            JOIN business.dim_date AS date ON date.date_key = sale.date_key
            GROUP BY sale.item_id, sale.day, date.iso_year_week
        ) AS sold
        LEFT JOIN (
            SELECT counted.item_id, date.iso_year_week, min(counted.on_hand) AS on_hand
            FROM ({Counted}) AS counted
            JOIN business.dim_date AS date ON date.date = counted.day
            GROUP BY counted.item_id, date.iso_year_week
        ) AS week ON week.item_id = sold.item_id AND week.iso_year_week = sold.iso_year_week
        """;

    public async Task<IReadOnlyList<LoadReport>> RunAsync(string folder, CancellationToken cancellationToken)
    {
        List<LoadReport> reports = [];
        async Task LoadAsync(LoadTarget target, LoadSource source, LoadOptions? options = null)
            => reports.Add(await warehouse.LoadAsync(target, source, options, cancellationToken));
        List<string> files = [.. model.Files.Keys.Select(name => Path.Combine(folder, name + ".csv")).Where(File.Exists)];
        if (files.Count == 0)
            throw new ArgumentException($"The folder '{folder}' has none of {string.Join(", ", model.Files.Keys.Select(name => name + ".csv"))}. Nothing was loaded of it.");
        foreach (string file in files)
            await LoadAsync(model.Files[Path.GetFileNameWithoutExtension(file)], Source.Csv(file, Format), KeepRejects);

        // Customers are true from the last day on that came with them. The same files again are the same batch, whatever the day.
        var customers = new LoadOptions { AsOf = await LastDayAsync(cancellationToken), BatchId = await ChecksumAsync(files.Where(file => Path.GetFileName(file).StartsWith("customer", StringComparison.Ordinal)), cancellationToken) };
        if (customers.BatchId.Length > 0)
            await LoadAsync(model.Customer, Source.Query(Customers), customers);
        await LoadAsync(model.Item, Source.Query(Items), KeepRejects);
        await LoadAsync(model.DailySales, Source.Union("channel", ("catalog", Source.Query(Sales("catalog_sales", "cs"))), ("web", Source.Query(Sales("web_sales", "ws")))), KeepRejects);
        await LoadAsync(model.ItemDay, Source.FullOuterJoin<SoldDay, StockDay>(Source.Query(Sold), Source.Query(Counted), on: x => new { x.ItemId, x.Day }, leftZero: x => new { x.Quantity, x.Amount }));
        await LoadAsync(model.StockWeek, Source.Derived);
        return reports;
    }

    private async Task<DateTimeOffset> LastDayAsync(CancellationToken cancellationToken)
        => new((await warehouse.QueryAsync<DateTime?>("SELECT CAST(max(day.d_date) AS timestamp) FROM enterprise.inventory AS stock JOIN enterprise.date_dim AS day ON day.d_date_sk = stock.inv_date_sk", cancellationToken: cancellationToken))[0] ?? RetailModel.Beginning, TimeSpan.Zero);

    private static async Task<string> ChecksumAsync(IEnumerable<string> files, CancellationToken cancellationToken)
    {
        List<string> sums = [];
        foreach (string file in files)
            sums.Add(Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(file, cancellationToken)))[..16]);
        return string.Join(' ', sums);
    }
}
