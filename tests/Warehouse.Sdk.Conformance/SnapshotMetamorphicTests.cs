using System.Globalization;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>
/// However a stream is cut, repeated and shuffled, processes, periods and aggregates are what plain C# makes of all of it: nothing doubled, nothing missing.
/// </summary>
public abstract class SnapshotMetamorphicTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Processes_are_what_their_events_say_in_whatever_order_and_batches(int seed)
    {
        var random = new Random(seed);
        Fact<StepRow> order = null!;
        var model = DimensionalModel.Create("orders", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));
            order = builder.Fact<StepRow>("fact_order", f => f
                .Grain("one order", row => row.OrderId)
                .AccumulatingSnapshot(a => a.Milestone(date, row => row.PlacedAt, "placed").Milestone(date, row => row.ShippedAt, "shipped", retracted: row => row.IsRetracted).Lag("lag", "placed", "shipped"))
                .Measure(row => row.Quantity)
                .Sequence(row => row.Lsn));
        });
        StepRow[] events = [.. Enumerable.Range(1, 50).Select(lsn =>
        {
            bool isRetracted = random.Next(6) == 0;
            return new StepRow(
                random.Next(1, 7), lsn, random.Next(3) == 0 ? Day(random.Next(1, 9)) : null, !isRetracted && random.Next(3) == 0 ? Day(random.Next(9, 20)) : null, isRetracted, random.Next(2) == 0 ? random.Next(9) : null);
        })];
        await using IWarehouse warehouse = await store.OpenAsync(model);

        foreach (StepRow[] batch in Batches.Cut([.. events, .. events.Where(_ => random.Next(2) == 0)], random))
            (await warehouse.LoadAsync(order, batch)).Counts.IsConserved.Should().BeTrue();

        string expected = string.Join('\n', events.GroupBy(row => row.OrderId).OrderBy(rows => rows.Key).Select(rows => Folded(rows.Key, [.. rows.OrderBy(row => row.Lsn)])).Prepend("order_id | placed_at | shipped_at | lag | quantity"));
        const string Orders = "SELECT order_id, placed_at, shipped_at, lag, quantity FROM business.fact_order ORDER BY order_id";
        await warehouse.ExpectAsync(Orders, expected);
        (await warehouse.LoadAsync(order, events)).Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync(Orders, expected);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Weeks_and_months_are_those_of_the_fact_however_it_grew(int seed)
    {
        var random = new Random(seed);
        Fact<SoldRow> sale = null!, week = null!;
        AggregateFact month = null!;
        var model = DimensionalModel.Create("sales", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 3, 31));
            sale = builder.Fact<SoldRow>("fact_sale", f => f
                .Grain("one sale", row => row.Id).Degenerate(row => row.StoreId, row => row.Day).Date(date, row => row.Day, "sold").Measure(row => row.Units).Sequence(row => row.Lsn).Operation(row => row.Op));
            week = builder.Fact<SoldRow>("fact_week", f => f
                .Grain("one store in one week", row => row.StoreId)
                .PeriodicSnapshot(SnapshotPeriod.Week, date, row => row.Day, p => p.From(sale).Sum(row => row.Units).Count("sales"))
                .Ignore(row => new { row.Id, row.Lsn, row.Op }));
            month = builder.Aggregate("agg_month", sale, a => a.Grain("one month").Date("sold", d => d.YearMonth).Sum(row => row.Units));
        });
        SoldRow[] events = [.. Enumerable.Range(1, 60).Select(lsn => new SoldRow(random.Next(1, 15), lsn, random.Next(1, 3), new DateTime(2024, 1, 1).AddDays(random.Next(60)), random.Next(9), random.Next(4) == 0 ? "D" : "U"))];
        await using IWarehouse warehouse = await store.OpenAsync(model);

        foreach (SoldRow[] batch in Batches.Cut([.. events, .. events.Where(_ => random.Next(3) == 0)], random))
        {
            await warehouse.LoadAsync(sale, batch);
            if (random.Next(2) == 0)
                await warehouse.LoadAsync(week, Source.Derived);
            if (random.Next(2) == 0)
                await warehouse.LoadAsync(month, Source.Derived);
        }

        await warehouse.LoadAsync(week, Source.Derived);
        await warehouse.LoadAsync(month, Source.Derived);
        SoldRow[] sold = [.. events.GroupBy(row => row.Id).Select(rows => rows.MaxBy(row => row.Lsn)!).Where(row => row.Op != "D")];
        await warehouse.ExpectAsync("SELECT store_id, day, units, sales FROM business.fact_week ORDER BY store_id, day", string.Join('\n', sold
            .GroupBy(row => (row.StoreId, Week: row.Day.AddDays((7 - (int)row.Day.DayOfWeek) % 7))).OrderBy(rows => rows.Key)
            .Select(rows => FormattableString.Invariant($"{rows.Key.StoreId} | {rows.Key.Week:yyyy-MM-dd} | {rows.Sum(row => row.Units)} | {rows.Count()}")).Prepend("store_id | day | units | sales")));
        await warehouse.ExpectAsync("SELECT sold_year_month, units, source_rows FROM business.agg_month ORDER BY sold_year_month", string.Join('\n', sold
            .GroupBy(row => row.Day.ToString("yyyy-MM", CultureInfo.InvariantCulture)).OrderBy(rows => rows.Key, StringComparer.Ordinal)
            .Select(rows => FormattableString.Invariant($"{rows.Key} | {rows.Sum(row => row.Units)} | {rows.Count()}")).Prepend("sold_year_month | units | source_rows")));
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
        (await warehouse.LoadAsync(week, Source.Derived)).Outcome.Should().Be(LoadOutcome.NothingChanged);
        (await warehouse.LoadAsync(month, Source.Derived)).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    // The last event that says something about a column has it; a retraction says that nothing happened.
    private static string Folded(int id, StepRow[] events)
    {
        DateTime? placed = events.LastOrDefault(row => row.PlacedAt is not null)?.PlacedAt;
        StepRow? shipment = events.LastOrDefault(row => row.ShippedAt is not null || row.IsRetracted);
        DateTime? shipped = shipment is { IsRetracted: false } ? shipment.ShippedAt : null;
        string Text(DateTime? time) => time?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "NULL";
        return $"{id} | {Text(placed)} | {Text(shipped)} | {((shipped - placed)?.Days is { } lag ? lag.ToString(CultureInfo.InvariantCulture) : "NULL")} | {events.LastOrDefault(row => row.Quantity is not null)?.Quantity?.ToString(CultureInfo.InvariantCulture) ?? "NULL"}";
    }

    private sealed record StepRow(int OrderId, int Lsn, DateTime? PlacedAt, DateTime? ShippedAt, bool IsRetracted, int? Quantity);

    private sealed record SoldRow(int Id, int Lsn, int StoreId, DateTime Day, int Units, string Op);
}
