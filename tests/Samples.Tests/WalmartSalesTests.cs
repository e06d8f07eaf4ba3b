using System.Text.Json.Nodes;
using WalmartSales;
using Warehouse.Sdk.Conformance;

namespace Samples.Tests;

/// <summary>Sales and stock of stores, held against answers that were worked out without a warehouse.</summary>
public abstract class WalmartSalesTests<TEngine>
    where TEngine : SampleEngine, new()
{
    private const string Answers = """
        SELECT count(*) AS daily_rows, min(cal_dt) AS min_date, max(cal_dt) AS max_date,
               CAST(sum(sales_qty) AS decimal(18,2)) AS sum_sales_qty, CAST(sum(sales_amt) AS decimal(18,2)) AS sum_sales_amt, CAST(sum(sales_cost) AS decimal(18,2)) AS sum_sales_cost,
               count(sales_qty) AS rows_with_sales, count(*) - count(sales_qty) AS rows_inventory_only, count(*) - count(on_hand_qty) AS rows_without_inventory,
               count(CASE WHEN low_stock THEN 1 END) AS low_stock_rows, count(CASE WHEN out_of_stock THEN 1 END) AS out_of_stock_rows,
               (SELECT count(*) FROM business.fact_weekly) AS weekly_rows_iso_year_week,
               (SELECT count(*) FROM (SELECT DISTINCT day.year_week, sold.store_id, sold.product_id FROM business.fact_daily AS sold JOIN business.dim_calendar AS day ON day.calendar_key = sold.calendar_key) AS weeks) AS weekly_rows_source_calendar_year_week,
               count(DISTINCT product_id) AS distinct_products, count(DISTINCT store_id) AS distinct_stores,
               count(CASE WHEN date_key = 20121230 THEN 1 END) AS rows_on_2012_12_30,
               CAST(sum(CASE WHEN date_key = 20121230 THEN sales_qty END) AS decimal(18,2)) AS qty_on_2012_12_30
        FROM business.fact_daily
        """;

    [Fact]
    public async Task Three_deliveries_agree_with_the_expected_answers()
    {
        string folder = RealData.Folder("walmart-synthetic");
        JsonObject expected = RealData.Expected("walmart-synthetic");
        await using var engine = new TEngine();
        var model = new WalmartModel();
        await using IWarehouse warehouse = await (await engine.TargetAsync()).OpenAsync(DimensionalModel.Create(model), CancellationToken.None);
        var load = new WalmartLoad(warehouse, model);

        await load.RunAsync(Path.Combine(folder, "initial"), CancellationToken.None);
        await warehouse.ExpectAsync(Answers, Drawn(expected["initial"]!));
        await ExpectProductsAsync(warehouse, expected["dim_product"]!["initial"]!, closed: 0);

        await load.RunAsync(Path.Combine(folder, "delta"), CancellationToken.None);
        await warehouse.ExpectAsync(Answers, Drawn(expected["after_delta"]!));
        await ExpectProductsAsync(warehouse, expected["dim_product"]!["after_delta_scd2"]!, closed: (int)expected["dim_product"]!["after_delta_scd2"]!["closed"]!);

        string before = await warehouse.OfTablesAsync();
        foreach (string delivery in new[] { "delta_resend", "delta" })
            (await load.RunAsync(Path.Combine(folder, delivery), CancellationToken.None)).Should().NotContain(report => report.Outcome == LoadOutcome.Loaded);
        (await warehouse.OfTablesAsync()).Should().Be(before);
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");

        JsonArray added = [.. expected["products_never_sold_or_stocked"]!.AsArray().Append(999999).Select(product => (JsonNode)(int)product!)];
        await warehouse.ExpectAsync(
            "SELECT product_id FROM business.dim_product WHERE product_key > 0 AND product_id NOT IN (SELECT product_id FROM business.fact_daily) ORDER BY product_id",
            string.Join('\n', added.Select(product => product!.ToString()).Prepend("product_id")));
        await warehouse.ExpectAsync(
            "SELECT store_id FROM business.dim_store WHERE store_key > 0 AND store_id NOT IN (SELECT store_id FROM business.fact_daily WHERE sales_qty IS NOT NULL) ORDER BY store_id",
            string.Join('\n', expected["store_without_sales"]!.AsArray().Select(store => store!.ToString()).Prepend("store_id")));
    }

    [Fact]
    public async Task Generated_deliveries_are_loaded_told_and_loaded_again_without_effect()
    {
        await using var engine = new TEngine();
        var arguments = SampleArguments.Parse(["--data", WalmartGenerator.Write(engine.Folder)], await engine.TargetAsync());

        await new WalmartRun(arguments, engine.Console()).RunAsync(CancellationToken.None);

        const int Days = WalmartGenerator.Days, Groups = WalmartGenerator.Stores * WalmartGenerator.Products;
        var model = new WalmartModel();
        await using (IWarehouse warehouse = await arguments.Target.OpenAsync(DimensionalModel.Create(model), CancellationToken.None))
        {
            // Every product in every store on every day has stock; two days more have a count each, and one a sale without a count.
            await warehouse.ExpectAsync(
                "SELECT count(*) AS daily, count(CASE WHEN on_hand_qty IS NULL THEN 1 END) AS uncounted, max(cal_dt) AS last_day FROM business.fact_daily",
                $"daily | uncounted | last_day\n{(Days * Groups) + 3} | 1 | 2013-01-01");
            await warehouse.ExpectAsync("SELECT count(*) AS products, count(DISTINCT product_id) AS members FROM business.dim_product WHERE product_key > 0", $"products | members\n{WalmartGenerator.Products + 1 + WalmartGenerator.Changed} | {WalmartGenerator.Products + 1}");
        }

        string first = engine.Printed;
        first.Should().Contain("After delta_resend").And.Contain("renamed-1").And.Contain("no findings").And.NotContain("loaded before");
        await new WalmartRun(arguments, engine.Console()).RunAsync(CancellationToken.None);
        string[] second = [.. engine.Printed[first.Length..].Split('\n').Where(line => line.Contains("business.", StringComparison.Ordinal) || line.Contains("enterprise.", StringComparison.Ordinal))];
        second.Should().HaveCountGreaterThan(15).And.OnlyContain(line => line.Contains("loaded before", StringComparison.Ordinal) || line.Contains("nothing changed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Products_that_come_before_any_day_are_true_from_the_beginning()
    {
        await using var engine = new TEngine();
        WalmartGenerator.Write(engine.Folder);
        string early = Directory.CreateDirectory(Path.Combine(engine.Folder, "early")).FullName;
        File.Copy(Path.Combine(engine.Folder, "initial", "product.csv"), Path.Combine(early, "product.csv"));
        var model = new WalmartModel();
        await using IWarehouse warehouse = await (await engine.TargetAsync()).OpenAsync(DimensionalModel.Create(model), CancellationToken.None);
        var load = new WalmartLoad(warehouse, model);

        await load.RunAsync(early, CancellationToken.None);
        foreach (string delivery in WalmartRun.Deliveries)
            await load.RunAsync(Path.Combine(engine.Folder, delivery), CancellationToken.None);

        await warehouse.ExpectAsync(
            "SELECT version, valid_from, count(*) AS products FROM business.dim_product WHERE product_key > 0 GROUP BY version, valid_from ORDER BY version, valid_from",
            $"version | valid_from | products\n1 | 1900-01-01 | {WalmartGenerator.Products + 1}\n2 | 2013-01-01 | {WalmartGenerator.Changed}");
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    private static string Drawn(JsonNode expected) => $"{string.Join(" | ", expected.AsObject().Select(answer => answer.Key))}\n{string.Join(" | ", expected.AsObject().Select(answer => answer.Value!.ToString()))}";

    private static Task ExpectProductsAsync(IWarehouse warehouse, JsonNode expected, int closed)
        => warehouse.ExpectAsync("SELECT count(*) AS versions, count(CASE WHEN is_current THEN 1 END) AS current, count(valid_to) AS closed FROM business.dim_product WHERE product_key > 0", $"versions | current | closed\n{expected["rows"]} | {expected["current"]} | {closed}");
}
