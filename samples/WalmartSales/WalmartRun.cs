using Samples;
using Spectre.Console;
using Warehouse.Sdk;

namespace WalmartSales;

/// <summary>One run of the sample: three deliveries in, answers out.</summary>
internal sealed class WalmartRun(SampleArguments arguments, IAnsiConsole console)
{
    public static IReadOnlyList<string> Deliveries { get; } = ["initial", "delta", "delta_resend"];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        console.Profile.Width = Math.Max(console.Profile.Width, 140);
        string folder = arguments.Data ?? WalmartGenerator.Write(arguments.Target.ExportsFolder);
        if (!Directory.Exists(Path.Combine(folder, Deliveries[0])))
            throw new ArgumentException($"'{folder}' has no folder '{Deliveries[0]}'; expected {string.Join(", ", Deliveries)}. Nothing was loaded.");
        var model = new WalmartModel();
        await using IWarehouse warehouse = await arguments.Target.OpenAsync(DimensionalModel.Create(model), cancellationToken);
        var load = new WalmartLoad(warehouse, model);
        List<(string, LoadReport)> loads = [];
        foreach (string delivery in Deliveries.Where(delivery => Directory.Exists(Path.Combine(folder, delivery))))
        {
            foreach (LoadReport report in await load.RunAsync(Path.Combine(folder, delivery), cancellationToken))
                loads.Add((delivery, report));
            console.Write(await SampleTables.QueryAsync(warehouse, $"After {delivery}", Totals));
        }

        console.Write(SampleTables.Loads(loads));
        console.Write(await SampleTables.QueryAsync(warehouse, "Sales by category and quarter", ByCategory));
        console.Write(await SampleTables.QueryAsync(warehouse, "Least supply in the last full week, of what sold", LeastSupply));
        console.Write(await SampleTables.QueryAsync(warehouse, "Products that changed", Changed));
        console.WriteLine(await SampleTables.VerifyAsync(warehouse, cancellationToken));
        console.WriteLine($"The warehouse is in {arguments.Target.Place}; its files are in {Path.GetFullPath(folder)}.");
    }

    private const string Totals = """
        SELECT count(*) AS daily_rows, max(cal_dt) AS last_day, sum(sales_qty) AS quantity, sum(sales_amt) AS amount,
               count(sales_qty) AS with_sales, count(*) - count(sales_qty) AS stock_only, count(*) - count(on_hand_qty) AS without_stock,
               count(CASE WHEN low_stock THEN 1 END) AS low_stock, (SELECT count(*) FROM business.fact_weekly) AS weekly_rows
        FROM business.fact_daily
        """;

    private const string ByCategory = """
        SELECT product.category, day.year_quarter, sum(fact.sales_qty) AS quantity, sum(fact.sales_amt) AS amount, sum(fact.sales_amt) - sum(fact.sales_cost) AS margin
        FROM business.fact_daily AS fact
        JOIN business.dim_product AS product ON product.product_key = fact.product_key
        JOIN business.dim_date AS day ON day.date_key = fact.date_key
        WHERE fact.sales_qty IS NOT NULL
        GROUP BY product.category, day.year_quarter
        ORDER BY product.category, day.year_quarter
        """;

    private const string LeastSupply = """
        SELECT store.store_name, product.product_name, week.cal_dt AS week_end, week.sales_qty AS sold, week.on_hand_qty AS on_hand, week.weeks_of_supply, week.low_stock
        FROM business.fact_weekly AS week
        JOIN business.dim_store AS store ON store.store_key = week.store_key
        JOIN business.dim_product AS product ON product.product_key = week.product_key
        WHERE week.weeks_of_supply IS NOT NULL
          AND week.cal_dt = (SELECT max(cal_dt) FROM business.fact_weekly WHERE cal_dt <= (SELECT max(cal_dt) FROM business.fact_daily))
        ORDER BY week.weeks_of_supply, store.store_id, product.product_id
        LIMIT 5
        """;

    private const string Changed = """
        SELECT product.product_id, product.product_name, product.version, product.valid_from, product.valid_to, sold.amount
        FROM business.dim_product AS product
        LEFT JOIN (
            SELECT product_key, sum(sales_amt) AS amount
            FROM business.fact_daily
            GROUP BY product_key
        ) AS sold ON sold.product_key = product.product_key
        WHERE product.product_id IN (SELECT product_id FROM business.dim_product WHERE version > 1)
        ORDER BY product.product_id, product.version
        """;
}
