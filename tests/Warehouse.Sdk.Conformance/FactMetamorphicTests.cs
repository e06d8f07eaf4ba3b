using System.Globalization;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.SaleModel;

namespace Warehouse.Sdk.Conformance;

/// <summary>
/// However a stream of facts is cut, repeated, shuffled or interrupted, the table is the one that plain C# makes of it: nothing doubled, nothing missing,
/// and in every load each row read has one outcome.
/// </summary>
public abstract class FactMetamorphicTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Rows = "SELECT id, sold_at, amount FROM business.fact_sale ORDER BY id";

    private static readonly Dictionary<string, Action<FactBuilder<SaleRow>>> Strategies = new()
    {
        ["append"] = fact => fact.Append().Ignore(sale => new { sale.Lsn, sale.Op }),
        ["upsert"] = fact => fact.Sequence(sale => sale.Lsn).Operation(sale => sale.Op),
        ["reversal"] = fact => fact.Corrections(Corrections.Reversal).Operation(sale => sale.Op).Ignore(sale => sale.Lsn),
        ["partition"] = fact => fact.ReplacePartition(sale => sale.SoldAt).Watermark(sale => sale.SoldAt).Ignore(sale => new { sale.Lsn, sale.Op }),
        ["watermark"] = fact => fact.FromWatermark(sale => sale.SoldAt, overlap: TimeSpan.FromDays(1)).Ignore(sale => new { sale.Lsn, sale.Op }),
        ["refresh"] = fact => fact.FullRefresh().Ignore(sale => new { sale.Lsn, sale.Op }),
        ["combine"] = fact => fact.FullRefresh().SourceGrain(sale => sale.Lsn).Ignore(sale => sale.Op),
    };

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task F51_corrections_and_deletions_with_a_sequence_in_any_order_cut_and_repetition(int seed)
    {
        var random = new Random(seed);
        SaleRow[] events = [.. Enumerable.Range(1, 60).Select(lsn => Sold(random.Next(1, 9), random.Next(1, 20), random.Next(5), lsn: lsn, op: random.Next(4) == 0 ? "D" : "U"))];
        string expected = Drawn(events.GroupBy(row => row.Id).Select(rows => rows.MaxBy(row => row.Lsn)!).Where(row => row.Op != "D"));
        var (model, warehouse) = await OpenAsync("upsert");
        await using var _ = warehouse;

        foreach (SaleRow[] batch in Batches.Cut([.. events, .. events.Where(_ => random.Next(3) == 0)], random))
            Conserved(await warehouse.LoadAsync(model.Sale, batch));

        await warehouse.ExpectAsync(Rows, expected);
        Conserved(await warehouse.LoadAsync(model.Sale, events)).Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync(Rows, expected);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Appended_rows_in_any_order_cut_and_repetition(int seed)
    {
        var random = new Random(seed);
        SaleRow[] rows = [.. Enumerable.Range(1, 60).Select(id => Sold(id, random.Next(1, 20), random.Next(5)))];
        var (model, warehouse) = await OpenAsync("append");
        await using var _ = warehouse;

        foreach (SaleRow[] batch in Batches.Cut([.. rows, .. rows.Where(_ => random.Next(2) == 0)], random))
            Conserved(await warehouse.LoadAsync(model.Sale, batch));

        await warehouse.ExpectAsync(Rows, Drawn(rows));
    }

    [Theory]
    [InlineData("watermark", 6)]
    [InlineData("refresh", 7)]
    [InlineData("partition", 8)]
    public async Task A_growing_source_that_is_read_again_and_again(string strategy, int seed)
    {
        var random = new Random(seed);
        List<SaleRow> source = [];
        int id = 0;
        var (model, warehouse) = await OpenAsync(strategy);
        await using var _ = warehouse;
        for (int day = 1; day <= 6; day++)
        {
            for (int times = random.Next(1, 3); times > 0; times--)
            {
                // Today and, within the overlap, yesterday gain, change and lose rows; neither ever becomes empty.
                source.RemoveAll(row => row.SoldAt >= At(1, day - 1) && row.Amount < 2);
                source = [.. source.Select(row => row.SoldAt >= At(1, day - 1) && random.Next(4) == 0 ? row with { Amount = random.Next(2, 9) } : row)];
                for (int more = 0; more < 4; more++)
                    source.Add(Sold(++id, 1, random.Next(9)) with { SoldAt = At(1, Math.Max(1, day - random.Next(2))).AddHours(random.Next(24)) });
                source.Add(Sold(++id, day, 9));
                for (int repeated = random.Next(1, 3); repeated > 0; repeated--)
                    Conserved(await warehouse.LoadAsync(model.Sale, source.OrderBy(_ => random.Next())));
            }
        }

        await warehouse.ExpectAsync(Rows, Drawn(source));
        (await warehouse.VerifyAsync(model.Sale)).Findings.Should().BeEmpty();
    }

    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public async Task Reversals_sum_to_the_last_state_however_the_stream_is_cut(int seed)
    {
        var random = new Random(seed);
        SaleRow[] events = [.. Enumerable.Range(1, 40).Select(_ => Sold(random.Next(1, 6), 1, random.Next(4), op: random.Next(5) == 0 ? "D" : "U"))];
        var (model, warehouse) = await OpenAsync("reversal");
        await using var _ = warehouse;

        // Without a sequence the order of delivery decides, so a batch holds each sale once.
        foreach (SaleRow sale in events)
            Conserved(await warehouse.LoadAsync(model.Sale, random.Next(2) == 0 ? [sale] : [sale, sale]));

        var last = events.GroupBy(row => row.Id).OrderBy(rows => rows.Key).Select(rows => $"{rows.Key} | {(rows.Last().Op == "D" ? 0 : rows.Last().Amount)}");
        await warehouse.ExpectAsync(
            "SELECT id, CAST(sum(amount) AS integer) AS amount FROM business.fact_sale GROUP BY id ORDER BY id",
            string.Join('\n', last.Where(line => !NeverStored(events, line)).Prepend("id | amount")));
    }

    [Theory]
    [InlineData("append")]
    [InlineData("upsert")]
    [InlineData("reversal")]
    [InlineData("partition")]
    [InlineData("watermark")]
    [InlineData("refresh")]
    [InlineData("combine")]
    public async Task F07_and_C05_a_failure_at_any_statement_leaves_the_old_table_and_a_second_run_finishes(string strategy)
    {
        var model = new SaleModel(Strategies[strategy], combines: strategy == "combine");
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, model.Model);
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(model.Sale, [Sold(1, 1, 1, lsn: 1), Sold(2, 2, 2, lsn: 2), Sold(3, 2, 3, lsn: 3)]);
        bool appends = strategy == "append", takesDeletions = strategy is "upsert" or "reversal";
        SaleRow[] next = [Sold(1, 1, 1, lsn: 1), Sold(2, 2, appends ? 2 : 22, lsn: 4), Sold(3, 2, 3, lsn: 5, op: takesDeletions ? "D" : null), Sold(4, 3, 4, lsn: 6)];
        string before = await warehouse.OfAllAsync();

        int attempts = await CrashEverywhere.RunAsync(provider, () => warehouse.LoadAsync(model.Sale, next), async () => (await warehouse.OfAllAsync()).Should().Be(before));

        attempts.Should().BeGreaterThan(16);
        string amounts = takesDeletions ? "1 | 1\n2 | 22\n4 | 4" : appends ? "1 | 1\n2 | 2\n3 | 3\n4 | 4" : "1 | 1\n2 | 22\n3 | 3\n4 | 4";
        string live = "SELECT id, CAST(sum(amount) AS integer) AS amount FROM business.fact_sale GROUP BY id HAVING sum(amount) <> 0 ORDER BY id";
        await warehouse.ExpectAsync(live, "id | amount\n" + amounts);
        (await warehouse.LoadAsync(model.Sale, next)).Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync(live, "id | amount\n" + amounts);
    }

    private static bool NeverStored(SaleRow[] events, string line)
    {
        int id = int.Parse(line.Split('|')[0], CultureInfo.InvariantCulture);
        return Array.TrueForAll(events, row => row.Id != id || row.Op == "D");
    }

    private static LoadReport Conserved(LoadReport report)
    {
        LoadCounts counts = report.Counts;
        counts.IsConserved.Should().BeTrue("{0}", counts);
        counts.Read.Should().Be(counts.Inserted + counts.Updated + counts.Unchanged + counts.Duplicates + counts.Rejected + counts.Stale + counts.Retracted + counts.Combined + counts.BelowWatermark + counts.OutsideInterval);
        return report;
    }

    private static string Drawn(IEnumerable<SaleRow> rows)
        => string.Join('\n', rows.OrderBy(row => row.Id).Select(row => FormattableString.Invariant($"{row.Id} | {(row.SoldAt!.Value.TimeOfDay == TimeSpan.Zero ? row.SoldAt.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : row.SoldAt.Value.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture))} | {row.Amount}")).Prepend("id | sold_at | amount"));

    private async Task<(SaleModel Model, IWarehouse Warehouse)> OpenAsync(string strategy)
    {
        var model = new SaleModel(Strategies[strategy]);
        return (model, await store.OpenAsync(model.Model));
    }
}
