using Samples;
using Spectre.Console;
using Warehouse.Sdk;

namespace RetailInventory;

/// <summary>One run of the sample: deliveries in, answers out.</summary>
internal sealed class RetailRun(SampleArguments arguments, IAnsiConsole console)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        console.Profile.Width = Math.Max(console.Profile.Width, 140);
        string folder = arguments.Data ?? RetailGenerator.Write(arguments.Target.ExportsFolder);
        if (DeliveriesOf(folder).Count == 0)
            throw new ArgumentException($"'{folder}' holds neither files nor folders of files. Nothing was loaded.");
        var model = new RetailModel();
        await using IWarehouse warehouse = await arguments.Target.OpenAsync(DimensionalModel.Create(model), cancellationToken);
        var load = new RetailLoad(warehouse, model);
        List<(string, LoadReport)> loads = [];
        foreach (string delivery in DeliveriesOf(folder))
        {
            foreach (LoadReport report in await load.RunAsync(delivery, cancellationToken))
                loads.Add((Path.GetFileName(Path.TrimEndingDirectorySeparator(delivery)), report));
        }

        console.Write(SampleTables.Loads(loads));
        console.Write(await SampleTables.QueryAsync(warehouse, "Sales by year and channel", ByChannel));
        console.Write(await SampleTables.QueryAsync(warehouse, "Where customers lived when they bought most", ByState));
        console.Write(await SampleTables.QueryAsync(warehouse, "Least supply: weeks of supply at the end of a week", LeastSupply));
        console.Write(await SampleTables.QueryAsync(warehouse, "Weeks in which more was sold on a day than was counted", LowWeeks));
        console.WriteLine(await SampleTables.VerifyAsync(warehouse, cancellationToken));
        console.WriteLine($"The warehouse is in {arguments.Target.Place}; its files are in {Path.GetFullPath(folder)}.");
    }

    /// <summary>The folder itself, or each folder in it in the order of their names.</summary>
    public static IReadOnlyList<string> DeliveriesOf(string folder)
        => Directory.EnumerateFiles(folder, "*.csv").Any() ? [folder] : [.. Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal)];

    private const string ByChannel = """
        SELECT CAST(day.year AS varchar(4)) AS year, sale.channel, count(*) AS sales, count(CASE WHEN sale.customer_key = -1 THEN 1 END) AS without_customer, sum(sale.quantity) AS quantity, sum(sale.amount) AS amount
        FROM business.fact_daily_sales AS sale
        JOIN business.dim_date AS day ON day.date_key = sale.date_key
        GROUP BY day.year, sale.channel
        ORDER BY day.year, sale.channel
        """;

    private const string ByState = """
        SELECT customer.state, count(DISTINCT customer.customer_id) AS customers, sum(sale.quantity) AS quantity, sum(sale.amount) AS amount
        FROM business.fact_daily_sales AS sale
        JOIN business.dim_customer AS customer ON customer.customer_key = sale.customer_key
        WHERE customer.state IS NOT NULL
        GROUP BY customer.state
        ORDER BY amount DESC, customer.state
        LIMIT 5
        """;

    private const string LeastSupply = """
        SELECT item.product_name, item.price, week.day AS week_end, week.quantity AS sold, week.on_hand, week.weeks_of_supply
        FROM business.fact_stock_week AS week
        JOIN business.dim_item AS item ON item.item_key = week.item_key
        WHERE week.weeks_of_supply IS NOT NULL
        ORDER BY week.weeks_of_supply, week.day, week.item_id
        LIMIT 5
        """;

    private const string LowWeeks = """
        SELECT item.category, count(*) AS weeks, count(CASE WHEN week.is_low THEN 1 END) AS low_weeks, sum(week.quantity) AS sold, sum(week.amount) AS amount
        FROM business.fact_stock_week AS week
        JOIN business.dim_item AS item ON item.item_key = week.item_key
        WHERE item.category IS NOT NULL
        GROUP BY item.category
        ORDER BY low_weeks DESC, item.category
        LIMIT 5
        """;
}
