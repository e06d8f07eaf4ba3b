using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>The grain is checked, whatever the strategy; what cannot be decided is told and never guessed.</summary>
public abstract class FactGrainTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Theory]
    [InlineData(FactStrategy.Upsert)]
    [InlineData(FactStrategy.FromWatermark)]
    [InlineData(FactStrategy.FullRefresh)]
    public async Task Identical_rows_collapse_into_one(FactStrategy strategy)
    {
        Shop shop = Of(strategy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);

        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(1, 1, 1), Paid(1, 1, 1), Paid(2, 1, 2)]);

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 2, Duplicates = 2 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT payment_id FROM business.fact_payment ORDER BY payment_id", "payment_id\n1\n2");
    }

    [Theory]
    [InlineData(FactStrategy.Upsert)]
    [InlineData(FactStrategy.FromWatermark)]
    [InlineData(FactStrategy.FullRefresh)]
    public async Task Different_rows_of_one_grain_fail_the_load_and_are_named(FactStrategy strategy)
    {
        Shop shop = Of(strategy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(7, 1, 2), Paid(7, 1, 3)]));

        refused.Message.Should().Be("""
            2 row(s) cannot be loaded; the load's reject policy allows none:
              line 2, column amount: several rows of one grain have different values (payment_id = 7)
              line 3, column amount: several rows of one grain have different values (payment_id = 7)
            Nothing was loaded. Correct the rows, or allow rejects in LoadOptions.Rejects to keep them in the reject table and load the others.
            """);
        refused.Rejects.Select(reject => reject.Line).Should().Equal(2, 3);
        await warehouse.ExpectAsync("SELECT payment_id FROM business.fact_payment", "payment_id");
    }

    [Theory]
    [InlineData(FactStrategy.Upsert)]
    [InlineData(FactStrategy.FromWatermark)]
    [InlineData(FactStrategy.FullRefresh)]
    public async Task With_a_tolerant_policy_all_of_them_are_kept_aside(FactStrategy strategy)
    {
        Shop shop = Of(strategy);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);

        LoadReport report = await warehouse.LoadAsync(shop.Payment, [Paid(1, 1, 1), Paid(7, 1, 2), Paid(7, 1, null), Paid(7, 1, null)], new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 1, Rejected = 3 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT load_id, target, file, line, column_name, reason FROM warehouse.reject ORDER BY line", """
            load_id | target                | file | line | column_name | reason
            1       | business.fact_payment | NULL | 2    | amount      | several rows of one grain have different values (payment_id = 7)
            1       | business.fact_payment | NULL | 3    | amount      | several rows of one grain have different values (payment_id = 7)
            1       | business.fact_payment | NULL | 4    | amount      | several rows of one grain have different values (payment_id = 7)
            """);
        await warehouse.ExpectAsync("SELECT count(*) AS raw_rows FROM warehouse.reject WHERE lower(raw_row) LIKE '%payment_id%7%'", "raw_rows\n3");
    }

    [Fact]
    public async Task A_sequence_decides_and_the_last_wins()
    {
        Fact<SequencedRow> fact = null!;
        DimensionalModel model = Sequenced(f => fact = f);
        await using IWarehouse warehouse = await store.OpenAsync(model);

        LoadReport report = await warehouse.LoadAsync(fact, [new(1, Day(1), 5, 10), new(1, Day(1), 7, 12), new(1, Day(1), 6, 11), new(2, Day(1), 1, 20), new(2, Day(1), 1, 20)]);

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 2, Duplicates = 3 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT id, amount FROM business.fact_sequenced ORDER BY id", "id | amount\n1 | 7\n2 | 1");
    }

    [Fact]
    public async Task A_tie_in_the_sequence_decides_nothing()
    {
        Fact<SequencedRow> fact = null!;
        DimensionalModel model = Sequenced(f => fact = f);
        await using IWarehouse warehouse = await store.OpenAsync(model);

        LoadReport report = await warehouse.LoadAsync(fact, [new(1, Day(1), 5, 10), new(1, Day(1), 6, 10), new(1, Day(1), 4, 9)], new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 3, Rejected = 3 });
        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    [Fact]
    public async Task Grains_of_several_columns_are_compared_column_by_column()
    {
        Fact<TwoPartRow> fact = null!;
        var model = DimensionalModel.Create("parts", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            fact = builder.Fact<TwoPartRow>("fact_part", f => f.Grain("one part", row => row.A, row => row.B).Date(date, row => row.Day).Measure(row => row.Amount));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(fact, [new("a|b", "c", Day(1), 1), new("a", "b|c", Day(1), 2)]);

        LoadReport report = await warehouse.LoadAsync(fact, [new("a", "b|c", Day(1), 3)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Updated = 1 });
        await warehouse.ExpectAsync("SELECT amount FROM business.fact_part ORDER BY amount", "amount\n1\n3");
    }

    [Fact]
    public async Task The_grain_is_checked_on_source_keys_so_facts_of_unknown_members_survive()
    {
        Fact<TwoPartRow> fact = null!;
        var model = DimensionalModel.Create("parts", builder =>
        {
            Dimension<NamedRow> dimension = builder.Dimension<NamedRow>("dim_a", d => d.NaturalKey(row => row.Name).Type1(row => row.Label));
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
            fact = builder.Fact<TwoPartRow>("fact_part", f => f.Grain("one part", row => row.A).Date(date, row => row.Day).Dimension(dimension, row => row.A).Degenerate(row => row.B).Measure(row => row.Amount));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);

        await warehouse.LoadAsync(fact, [new("x", "1", Day(1), 1), new("y", "2", Day(1), 2)]);

        await warehouse.ExpectAsync("SELECT a_key, a, amount FROM business.fact_part ORDER BY a", "a_key | a | amount\n-1 | x | 1\n-1 | y | 2");
    }

    [Fact]
    public async Task One_bad_row_among_many_is_kept_aside_and_the_others_are_loaded()
    {
        var shop = new Shop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        IEnumerable<PaymentRow> payments = Enumerable.Range(1, 20_000).Select(id => id == 12_345 ? Paid(id, 1, 123_456_789m) : Paid(id, 1, id % 100));

        LoadReport report = await warehouse.LoadAsync(shop.Payment, payments, new() { Rejects = RejectPolicy.UpTo(1) });

        report.Counts.Should().Be(new LoadCounts { Read = 20_000, Inserted = 19_999, Rejected = 1 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT file, line, column_name, reason, raw_row FROM warehouse.reject", """
            file | line  | column_name | reason                                   | raw_row
            NULL | 12345 | amount      | a number too large for decimal(10,2)     | {"payment_id":12345,"paid_at":"2024-01-01T00:00:00","customer_id":1,"amount":123456789}
            """);
    }

    private static Shop Of(FactStrategy strategy) => new(fact => _ = strategy switch
    {
        FactStrategy.FromWatermark => fact.FromWatermark(payment => payment.PaidAt),
        FactStrategy.FullRefresh => fact.FullRefresh(),
        _ => fact.Upsert(),
    });

    private static DimensionalModel Sequenced(Action<Fact<SequencedRow>> take) => DimensionalModel.Create("sequenced", builder =>
    {
        DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 2));
        take(builder.Fact<SequencedRow>("fact_sequenced", f => f.Grain("one thing", row => row.Id).Date(date, row => row.At).Measure(row => row.Amount).Sequence(row => row.Lsn)));
    });

    private sealed record SequencedRow(int Id, DateTime At, int Amount, long Lsn);

    private sealed record TwoPartRow(string A, string B, DateTime Day, int Amount);

    private sealed record NamedRow(string Name, string Label);
}
