using System.Globalization;
using RetailInventory;
using Warehouse.Sdk.Conformance;
using Row = System.Collections.Generic.IReadOnlyDictionary<string, string?>;

namespace Samples.Tests;

/// <summary>A retailer's sales and stock, held against what plain C# makes of the files.</summary>
public abstract class RetailInventoryTests<TEngine>
    where TEngine : SampleEngine, new()
{
    [Fact]
    public async Task The_real_slice_gives_the_sales_and_the_weekly_stock_that_its_files_hold()
    {
        string folder = RealData.Folder("tpcds-sf001-slice");
        await using var engine = new TEngine();
        var model = new RetailModel();
        await using IWarehouse warehouse = await (await engine.TargetAsync()).OpenAsync(DimensionalModel.Create(model), CancellationToken.None);

        IReadOnlyList<LoadReport> reports = await new RetailLoad(warehouse, model).RunAsync(folder, CancellationToken.None);

        var files = new Slice(folder);
        await warehouse.ExpectAsync(
            "SELECT channel, CAST(sum(quantity) AS integer) AS quantity, CAST(sum(amount) AS decimal(18,2)) AS amount FROM business.fact_daily_sales GROUP BY channel ORDER BY channel",
            string.Join('\n', files.Sales.GroupBy(sale => sale.Channel).Order(Comparer<IGrouping<string, SliceSale>>.Create((left, right) => string.CompareOrdinal(left.Key, right.Key)))
                .Select(sales => FormattableString.Invariant($"{sales.Key} | {sales.Sum(sale => sale.Quantity)} | {sales.Sum(sale => sale.Amount):0.00}")).Prepend("channel | quantity | amount")));
        reports.Single(report => report.Target == "business.fact_daily_sales").Counts.Rejected.Should().Be(files.WithoutDay, "a sale without a day is kept aside");
        string[] weeks = [.. await warehouse.QueryAsync<string>("SELECT concat(item_id, ' ', week_end_date_key, ' ', on_hand, ' ', quantity, ' ', CASE WHEN is_low THEN 'low' END) FROM business.fact_stock_week")];
        IReadOnlyList<string> expected = files.Weeks();
        weeks.Should().HaveCountGreaterThan(35_000);
        weeks.Order(StringComparer.Ordinal).SequenceEqual(expected).Should().BeTrue("every item has its weeks, each with its stock, its sales and its flag; only in the table are {0}, only in the files {1}", string.Join(", ", weeks.Except(expected).Take(3)), string.Join(", ", expected.Except(weeks).Take(3)));
        await warehouse.ExpectAsync("SELECT count(*) AS wrong FROM business.fact_stock_week WHERE weeks_of_supply IS DISTINCT FROM CASE WHEN quantity <> 0 THEN CAST(on_hand AS double precision) / CAST(quantity AS double precision) END", "wrong\n0");
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Generated_deliveries_give_moved_customers_a_version_and_a_second_run_changes_nothing()
    {
        await using var engine = new TEngine();
        var arguments = SampleArguments.Parse(["--data", RetailGenerator.Write(Path.Combine(engine.Folder, "exports"))], await engine.TargetAsync());

        await new RetailRun(arguments, engine.Console()).RunAsync(CancellationToken.None);

        var model = new RetailModel();
        await using (IWarehouse warehouse = await arguments.Target.OpenAsync(DimensionalModel.Create(model), CancellationToken.None))
        {
            await warehouse.ExpectAsync("SELECT count(*) AS versions, count(DISTINCT customer_id) AS members FROM business.dim_customer WHERE customer_key > 0", $"versions | members\n{RetailGenerator.Customers + RetailGenerator.Moved} | {RetailGenerator.Customers}");
            // Prices were changed for every fourth item, which makes two versions of one item.
            await warehouse.ExpectAsync("SELECT count(*) AS versions, count(DISTINCT item_id) AS members FROM business.dim_item WHERE item_key > 0", $"versions | members\n{RetailGenerator.Items} | {RetailGenerator.Items * 3 / 4}");
            await warehouse.ExpectAsync("SELECT count(*) AS weeks, count(DISTINCT day) AS week_ends FROM business.fact_stock_week", $"weeks | week_ends\n{RetailGenerator.Weeks * RetailGenerator.Items * 3 / 4} | {RetailGenerator.Weeks}");
        }

        string first = engine.Printed;
        first.Should().Contain("Least supply").And.Contain("no findings");
        await new RetailRun(arguments, engine.Console()).RunAsync(CancellationToken.None);
        string[] second = [.. engine.Printed[first.Length..].Split('\n').Where(line => line.Contains("business.", StringComparison.Ordinal) || line.Contains("enterprise.", StringComparison.Ordinal))];
        second.Should().HaveCountGreaterThan(15).And.OnlyContain(line => line.Contains("loaded before", StringComparison.Ordinal) || line.Contains("nothing changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Customers_that_come_before_any_day_are_true_from_the_beginning()
    {
        await using var engine = new TEngine();
        RetailGenerator.Write(engine.Folder);
        IReadOnlyList<string> deliveries = RetailRun.DeliveriesOf(engine.Folder);
        string early = Directory.CreateDirectory(Path.Combine(engine.Folder, "early")).FullName;
        foreach (string file in new[] { "customer.csv", "customer_address.csv" })
            File.Copy(Path.Combine(deliveries[0], file), Path.Combine(early, file));
        var model = new RetailModel();
        await using IWarehouse warehouse = await (await engine.TargetAsync()).OpenAsync(DimensionalModel.Create(model), CancellationToken.None);
        var load = new RetailLoad(warehouse, model);

        foreach (string delivery in deliveries.Prepend(early))
            await load.RunAsync(delivery, CancellationToken.None);

        await warehouse.ExpectAsync(
            "SELECT version, count(*) AS customers, min(valid_from) AS first, max(valid_from) AS last FROM business.dim_customer WHERE customer_key > 0 GROUP BY version ORDER BY version",
            $"version | customers | first | last\n1 | {RetailGenerator.Customers} | 1900-01-01 | 1900-01-01\n2 | {RetailGenerator.Moved} | 2002-11-28 | 2002-11-28");
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    private sealed record SliceSale(string Channel, string Item, DateOnly Day, long? Quantity, decimal? Amount);

    private sealed class Slice
    {
        private readonly Dictionary<string, DateOnly> _days;
        private readonly Dictionary<string, string> _items;
        private readonly Dictionary<(string Item, DateOnly Day), long?> _stock;

        public Slice(string folder)
        {
            IReadOnlyList<Row> Read(string name) => RealData.Read(Path.Combine(folder, name + ".csv"));
            _days = Read("date_dim").ToDictionary(row => row["d_date_sk"]!, row => DateOnly.ParseExact(row["d_date"]!, "yyyy-MM-dd", CultureInfo.InvariantCulture));
            _items = Read("item").ToDictionary(row => row["i_item_sk"]!, row => row["i_item_id"]!);
            Row[] catalog = [.. Read("catalog_sales")], web = [.. Read("web_sales")];
            WithoutDay = catalog.Count(row => row["cs_sold_date_sk"] is null) + web.Count(row => row["ws_sold_date_sk"] is null);
            Sales = [.. catalog.SelectMany(row => SaleOf("catalog", "cs", row)), .. web.SelectMany(row => SaleOf("web", "ws", row))];
            _stock = Read("inventory").GroupBy(row => (_items[row["inv_item_sk"]!], _days[row["inv_date_sk"]!]))
                .ToDictionary(rows => rows.Key, rows => Sum(rows.Select(row => row["inv_quantity_on_hand"] is { } onHand ? long.Parse(onHand, CultureInfo.InvariantCulture) : (long?)null)));
        }

        public IReadOnlyList<SliceSale> Sales { get; }

        public int WithoutDay { get; }

        /// <summary>Every item's weeks in which it was sold or counted.</summary>
        public IReadOnlyList<string> Weeks()
        {
            // A day on which an item was counted and not sold has 0; one on which it was sold and nobody knows how many has NULL.
            var sold = Sales.GroupBy(sale => (sale.Item, sale.Day)).ToDictionary(day => day.Key, day => Sum(day.Select(sale => sale.Quantity)));
            return
            [
                .. sold.Keys.Union(_stock.Keys).GroupBy(key => (key.Item, Week: WeekEnd(key.Day))).Select(week =>
                {
                    long? onHand = week.OrderBy(day => day.Day).Select(day => _stock.GetValueOrDefault(day)).LastOrDefault(counted => counted is not null);
                    long? least = week.Min(day => _stock.GetValueOrDefault(day));
                    long? quantity = Sum(week.Select(day => sold.TryGetValue(day, out long? units) ? units : 0));
                    bool isLow = week.Any(day => sold.GetValueOrDefault(day) > least);
                    return FormattableString.Invariant($"{week.Key.Item} {week.Key.Week:yyyyMMdd} {onHand} {quantity} {(isLow ? "low" : string.Empty)}");
                }).Order(StringComparer.Ordinal),
            ];
        }

        private static long? Sum(IEnumerable<long?> values) => values.Aggregate((sum, value) => value is null ? sum : (sum ?? 0) + value);

        private IEnumerable<SliceSale> SaleOf(string channel, string prefix, Row row)
        {
            if (row[$"{prefix}_sold_date_sk"] is { } day)
                yield return new SliceSale(channel, _items[row[$"{prefix}_item_sk"]!], _days[day], row[$"{prefix}_quantity"] is { } quantity ? long.Parse(quantity, CultureInfo.InvariantCulture) : null, row[$"{prefix}_net_paid"] is { } paid ? decimal.Parse(paid, CultureInfo.InvariantCulture) : null);
        }

        private static DateOnly WeekEnd(DateOnly day) => day.AddDays((7 - (int)day.DayOfWeek) % 7);
    }
}
