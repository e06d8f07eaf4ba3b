using Microsoft.Extensions.Time.Testing;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Periodic snapshots: one row per entity and period, from whole periods of rows or from a fact.</summary>
public abstract class PeriodicSnapshotTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Balances = "SELECT account_id, day, amount, balance, has_activity FROM business.fact_balance ORDER BY account_id, day";

    [Fact]
    public async Task Q01_An_account_without_activity_carries_its_balance()
    {
        Bank bank = new(p => p.Dense());
        await using IWarehouse warehouse = await store.OpenAsync(bank.Model);

        LoadReport report = await warehouse.LoadAsync(bank.Balance, [new(1, Day(2.5), 100), new(1, Day(2.75), -30), new(2, Day(3), 5), new(1, Day(4), 1)]);

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 5, Folded = 1, Derived = 2 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync(Balances, """
            account_id | day        | amount | balance | has_activity
            1          | 2024-01-02 | 70.00  | 70.00   | true
            1          | 2024-01-03 | 0.00   | 70.00   | false
            1          | 2024-01-04 | 1.00   | 71.00   | true
            2          | 2024-01-03 | 5.00   | 5.00    | true
            2          | 2024-01-04 | 0.00   | 5.00    | false
            """);
        await warehouse.ExpectAsync("SELECT DISTINCT date_key FROM business.fact_balance ORDER BY date_key", "date_key\n20240102\n20240103\n20240104");
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Q02_The_periods_may_come_in_any_order_and_cut()
    {
        MovementRow[] rows = [new(1, Day(2), 100), new(2, Day(3), 5), new(1, Day(4), 1), new(2, Day(6), -5), new(3, Day(6), 9)];
        Bank whole = new(p => p.Dense());
        await using IWarehouse expected = await store.OpenAsync(whole.Model);
        await expected.LoadAsync(whole.Balance, rows);
        Bank bank = new(p => p.Dense());
        await using IWarehouse warehouse = await store.OpenAsync(bank.Model);

        foreach (int day in new[] { 4, 6, 2, 3 })
            (await warehouse.LoadAsync(bank.Balance, rows.Where(row => row.Day == Day(day)))).Counts.IsConserved.Should().BeTrue();

        (await warehouse.DrawAsync(Balances)).Should().Be(await expected.DrawAsync(Balances));
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Q03_A_re_run_of_one_day_replaces_only_that_day()
    {
        Bank bank = new(p => p.Dense());
        await using IWarehouse warehouse = await store.OpenAsync(bank.Model);
        await warehouse.LoadAsync(bank.Balance, [new(1, Day(2), 100), new(2, Day(2), 7), new(1, Day(3), 10), new(1, Day(4), 1)]);
        string before = await warehouse.OfTablesAsync();

        LoadReport same = await warehouse.LoadAsync(bank.Balance, [new(1, Day(3), 4), new(1, Day(3), 6)]);

        same.Outcome.Should().Be(LoadOutcome.NothingChanged);
        same.Counts.IsConserved.Should().BeTrue();
        (await warehouse.OfTablesAsync()).Should().Be(before);

        LoadReport other = await warehouse.LoadAsync(bank.Balance, [new(1, Day(4), 2)]);

        other.Counts.Should().Be(new LoadCounts { Read = 1, Updated = 1, Unchanged = 1, Derived = 1 });
        await warehouse.ExpectAsync($"SELECT account_id, day, amount FROM business.fact_balance WHERE load_id = {other.LoadId}", "account_id | day | amount\n1 | 2024-01-04 | 2.00");
    }

    [Fact]
    public async Task Q04_A_late_transaction_restates_its_day_and_all_later_balances()
    {
        Bank bank = new(p => { });
        await using IWarehouse warehouse = await store.OpenAsync(bank.Model);
        await warehouse.LoadAsync(bank.Balance, [new(1, Day(2), 100), new(1, Day(4), 10), new(1, Day(5), 1), new(2, Day(4), 50)]);

        LoadReport report = await warehouse.LoadAsync(bank.Balance, [new(1, Day(3), 1000)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, Updated = 2, Unchanged = 1, Derived = 3 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT account_id, day, amount, balance FROM business.fact_balance ORDER BY account_id, day", """
            account_id | day        | amount  | balance
            1          | 2024-01-02 | 100.00  | 100.00
            1          | 2024-01-03 | 1000.00 | 1100.00
            1          | 2024-01-04 | 10.00   | 1110.00
            1          | 2024-01-05 | 1.00    | 1111.00
            2          | 2024-01-04 | 50.00   | 50.00
            """);
    }

    [Fact]
    public async Task Q05_A_member_that_was_closed_has_no_rows_after_its_closing_day()
    {
        Dimension<AccountRow> account = null!;
        Fact<MovementRow> balance = null!;
        var model = DimensionalModel.Create("bank", builder =>
        {
            builder.Conventions(names => names with { DecimalType = ColumnType.Decimal(10, 2) });
            DateDimension date = Dates(builder);
            account = builder.Dimension<AccountRow>("dim_account", d => d.NaturalKey(row => row.AccountId).Type2(row => row.Branch).EffectiveFrom(row => row.ChangedAt).Operation(row => row.Operation));
            balance = builder.Fact<MovementRow>("fact_balance", f => f
                .Grain("one account at the end of one day", row => row.AccountId)
                .PeriodicSnapshot(SnapshotPeriod.Day, date, row => row.Day, p => p.Balance(row => row.Amount).Dense(account))
                .Dimension(account, row => row.AccountId, asOf: row => row.Day)
                .Ignore(row => row.Opening));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(account, [new(1, "North", Day(1), "I"), new(1, "North", Day(4.5), "D"), new(2, "South", Day(3), "I"), new(2, "West", Day(5), "U")]);

        await warehouse.LoadAsync(balance, [new(1, Day(2), 100), new(3, Day(6), 1)]);

        await warehouse.ExpectAsync("""
            SELECT f.account_id, f.day, f.balance, f.has_activity, account.branch
            FROM business.fact_balance AS f
            JOIN business.dim_account AS account ON account.account_key = f.account_key
            ORDER BY f.account_id, f.day
            """, """
            account_id | day        | balance | has_activity | branch
            1          | 2024-01-02 | 100.00  | true         | North
            1          | 2024-01-03 | 100.00  | false        | North
            1          | 2024-01-04 | 100.00  | false        | North
            2          | 2024-01-03 | 0.00    | false        | South
            2          | 2024-01-04 | 0.00    | false        | South
            2          | 2024-01-05 | 0.00    | false        | West
            2          | 2024-01-06 | 0.00    | false        | West
            3          | 2024-01-06 | 1.00    | true         | Unknown
            """);
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Q07_The_first_period_closes_at_its_opening_and_its_net()
    {
        Bank bank = new(p => p.Dense(), hasOpening: true);
        await using IWarehouse warehouse = await store.OpenAsync(bank.Model);

        await warehouse.LoadAsync(bank.Balance, [new(1, Day(2), 10, Opening: 500), new(1, Day(4), -60, Opening: 510)]);
        await warehouse.LoadAsync(bank.Balance, [new(1, Day(5), 1, Opening: 450)]);
        await warehouse.LoadAsync(bank.Balance, [new(2, Day(1), 7, Opening: 1)]);

        await warehouse.ExpectAsync("SELECT account_id, day, opening, amount, balance FROM business.fact_balance WHERE has_activity ORDER BY account_id, day", """
            account_id | day        | opening | amount | balance
            1          | 2024-01-02 | 500.00  | 10.00  | 510.00
            1          | 2024-01-04 | 510.00  | -60.00 | 450.00
            1          | 2024-01-05 | 450.00  | 1.00   | 451.00
            2          | 2024-01-01 | 1.00    | 7.00   | 8.00
            """);
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task A_week_has_its_last_stock_its_sales_and_whether_any_day_was_low()
    {
        Fact<StockRow> week = null!;
        var model = DimensionalModel.Create("stock", builder => week = Weeks(builder, Dates(builder)));
        await using IWarehouse warehouse = await store.OpenAsync(model);

        LoadReport report = await warehouse.LoadAsync(week,
        [
            new(1, Day(1), 50, 5, false), new(1, Day(3), 4, 46, true), new(1, Day(6), 30, 9, false), new(1, Day(7), null, 3, null),
            new(1, Day(8), 20, 10, false), new(2, Day(8), 6, null, false), new(2, Day(9), 6, 0, false),
        ]);

        report.Counts.Should().Be(new LoadCounts { Read = 7, Inserted = 3, Folded = 4 });
        await warehouse.ExpectAsync("SELECT product_id, day, week_end_date_key, on_hand, units_sold, is_low, days, weeks_of_supply FROM business.fact_stock_week ORDER BY product_id, day", """
            product_id | day        | week_end_date_key | on_hand | units_sold | is_low | days | weeks_of_supply
            1          | 2024-01-07 | 20240107          | 30      | 63         | true   | 4    | 0.47619047619047616
            1          | 2024-01-14 | 20240114          | 20      | 10         | false  | 1    | 2
            2          | 2024-01-14 | 20240114          | 6       | 0          | false  | 2    | NULL
            """);
    }

    [Fact]
    public async Task Months_end_on_their_last_day_and_weeks_where_the_model_says()
    {
        Fact<StockRow> month = null!, week = null!;
        var model = DimensionalModel.Create("stock", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 3, 31));
            Fact<StockRow> Of(string name, SnapshotPeriod period) => builder.Fact<StockRow>(name, f => f
                .Grain("one product per period", row => row.ProductId)
                .PeriodicSnapshot(period, date, row => row.Day, p => p.Last(row => row.OnHand).WeekEndsOn(DayOfWeek.Wednesday).Dense())
                .Ignore(row => new { row.UnitsSold, row.IsLow }));
            (month, week) = (Of("fact_month", SnapshotPeriod.Month), Of("fact_week", SnapshotPeriod.Week));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        StockRow[] rows = [new(1, Day(3), 7, 0, false), new(1, Day(4), 8, 0, false), new(1, Day(65), 9, 0, false)];

        await warehouse.LoadAsync(month, rows);
        await warehouse.LoadAsync(week, rows.Take(2).Append(new(1, Day(24), 9, 0, false)));

        await warehouse.ExpectAsync("SELECT day, month_end_date_key, on_hand FROM business.fact_month ORDER BY day", """
            day        | month_end_date_key | on_hand
            2024-01-31 | 20240131           | 8
            2024-02-29 | 20240229           | 8
            2024-03-31 | 20240331           | 9
            """);
        await warehouse.ExpectAsync("SELECT day, on_hand, has_activity FROM business.fact_week ORDER BY day", """
            day        | on_hand | has_activity
            2024-01-03 | 7       | true
            2024-01-10 | 8       | true
            2024-01-17 | 8       | false
            2024-01-24 | 9       | true
            """);
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Rows_without_an_entity_or_of_a_day_that_no_calendar_has_are_kept_aside_and_copies_collapse_by_their_key()
    {
        Fact<KeyedRow> fact = null!;
        var model = DimensionalModel.Create("bank", builder => fact = builder.Fact<KeyedRow>("fact_balance", f => f
            .Grain("one account per day", row => row.AccountId)
            .PeriodicSnapshot(SnapshotPeriod.Day, Dates(builder), row => row.Day, p => p.Sum(row => row.Amount).RowKey(row => row.Id))));
        await using IWarehouse warehouse = await store.OpenAsync(model);

        LoadReport report = await warehouse.LoadAsync(fact, [new(1, 1, Day(2), 5), new(1, 1, Day(2), 5), new(2, 1, Day(2), 6), new(3, null, Day(2), 1), new(4, 1, new DateTime(2999, 1, 1), 1)], new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 1, Duplicates = 1, Folded = 1, Rejected = 2 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT account_id, day, amount FROM business.fact_balance", "account_id | day | amount\n1 | 2024-01-02 | 11");
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            4    | account_id  | entity or day is NULL
            5    |             | business.dim_date does not have the day
            """.Replace("5    |             |", "5    | ''          |", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task From_a_fact_only_changed_periods_are_read_and_the_result_is_that_of_all_rows(bool isDense)
    {
        var (model, movement, balance) = Derived(isDense);
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(movement, [new(1, 1, Day(2), 100), new(2, 1, Day(3), 5), new(3, 2, Day(3), 7), new(4, 1, Day(6), 1)]);
        (await warehouse.LoadAsync(balance, Source.Derived)).Counts.IsConserved.Should().BeTrue();
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");

        LoadReport idle = await warehouse.LoadAsync(balance, Source.Derived);
        await warehouse.LoadAsync(movement, [new(5, 2, Day(4), 1000)]);
        LoadReport late = await warehouse.LoadAsync(balance, Source.Derived);
        await warehouse.QueryAsync<int>("DELETE FROM business.fact_movement WHERE id = 4");
        VerifyReport stale = await warehouse.VerifyAsync(balance);
        LoadReport fewer = await warehouse.LoadAsync(balance, Source.Derived);

        idle.Outcome.Should().Be(LoadOutcome.NothingChanged);
        idle.Counts.Should().Be(new LoadCounts());
        late.Counts.Read.Should().Be(1);
        stale.Findings.Select(finding => $"{finding.Rule}: {finding.Member}").Should().Equal("source-periods: period 2024-01-06");
        fewer.Counts.IsConserved.Should().BeTrue();
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
        var (sameModel, sameMovement, sameBalance) = Derived(isDense);
        await using IWarehouse once = await store.OpenAsync(sameModel);
        await once.LoadAsync(sameMovement, [new(1, 1, Day(2), 100), new(2, 1, Day(3), 5), new(3, 2, Day(3), 7), new(5, 2, Day(4), 1000)]);
        await once.LoadAsync(sameBalance, Source.Derived);
        const string State = "SELECT account_id, day, amount, balance, source_rows FROM business.fact_balance ORDER BY account_id, day";
        (await warehouse.DrawAsync(State)).Should().Be(await once.DrawAsync(State));
    }

    [Fact]
    public async Task A_derived_snapshot_takes_no_other_source_and_others_are_not_derived()
    {
        var (model, movement, balance) = Derived(isDense: true);
        await using IWarehouse warehouse = await store.OpenAsync(model);

        var rows = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.LoadAsync(balance, [new(1, 1, Day(2), 100)]));
        var derived = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.LoadAsync(movement, Source.Derived));

        rows.Message.Should().StartWith("business.fact_balance takes its rows from business.fact_movement; load it from Source.Derived, not from rows of KeyedRow.");
        derived.Message.Should().StartWith("business.fact_movement is not derived from a fact; give its load a source of rows.");
    }

    [Fact]
    public async Task A_failure_at_any_statement_leaves_the_snapshot_as_it_was()
    {
        Bank bank = new(p => p.Dense());
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, bank.Model, time: new FakeTimeProvider(new DateTimeOffset(Day(12), TimeSpan.Zero)));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(bank.Balance, [new(1, Day(2), 100), new(2, Day(4), 5)]);
        string before = await warehouse.OfAllAsync();

        int calls = await CrashEverywhere.RunAsync(provider, () => warehouse.LoadAsync(bank.Balance, [new(1, Day(3), 1), new(3, Day(5), 9)]), async () => (await warehouse.OfAllAsync()).Should().Be(before));

        calls.Should().BeGreaterThan(15);
        await warehouse.ExpectAsync("SELECT account_id, day, balance FROM business.fact_balance WHERE day >= DATE '2024-01-04' ORDER BY account_id, day", """
            account_id | day        | balance
            1          | 2024-01-04 | 101.00
            1          | 2024-01-05 | 101.00
            2          | 2024-01-04 | 5.00
            2          | 2024-01-05 | 5.00
            3          | 2024-01-05 | 9.00
            """);
    }

    [Fact]
    public async Task Verification_names_balances_that_do_not_follow_and_periods_that_are_missing()
    {
        Bank bank = new(p => p.Dense());
        await using IWarehouse warehouse = await store.OpenAsync(bank.Model);
        await warehouse.LoadAsync(bank.Balance, [new(1, Day(2), 100), new(1, Day(5), 5), new(2, Day(4), 1)]);
        await warehouse.QueryAsync<int>("DELETE FROM business.fact_balance WHERE account_id = 1 AND day = DATE '2024-01-03'");
        await warehouse.QueryAsync<int>("UPDATE business.fact_balance SET balance = 7 WHERE account_id = 2 AND day = DATE '2024-01-05'");

        VerifyReport report = await warehouse.VerifyAsync(bank.Balance);

        report.Findings.Select(finding => $"{finding.Rule}: {finding.Member}: {finding.Detail}").Should().Equal(
            "running-balance: account_id = 2, day = 2024-01-05: balance does not follow from the period before",
            "dense-periods: account_id = 1, day = 2024-01-02: the period after it is missing");
    }

    private static DateDimension Dates(DimensionalModelBuilder builder) => builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));

    private static Fact<StockRow> Weeks(DimensionalModelBuilder builder, DateDimension date) => builder.Fact<StockRow>("fact_stock_week", f => f
        .Grain("one product at the end of one week", row => row.ProductId)
        .PeriodicSnapshot(SnapshotPeriod.Week, date, row => row.Day, p => p
            .Last(row => row.OnHand)
            .Sum(row => row.UnitsSold)
            .Any(row => row.IsLow)
            .Count("days")
            .Ratio("weeks_of_supply", "on_hand", "units_sold")));

    private static (DimensionalModel, Fact<KeyedRow>, Fact<KeyedRow>) Derived(bool isDense)
    {
        Fact<KeyedRow> movement = null!, balance = null!;
        var model = DimensionalModel.Create("bank", builder =>
        {
            DateDimension date = Dates(builder);
            movement = builder.Fact<KeyedRow>("fact_movement", f => f.Grain("one movement", row => row.Id).Date(date, row => row.Day).Degenerate(row => new { row.AccountId, row.Day }).Measure(row => row.Amount));
            balance = builder.Fact<KeyedRow>("fact_balance", f => f
                .Grain("one account per day", row => row.AccountId)
                .PeriodicSnapshot(SnapshotPeriod.Day, date, row => row.Day, p =>
                {
                    p.Balance(row => row.Amount).From(movement);
                    if (isDense)
                        p.Dense();
                })
                .Ignore(row => row.Id));
        });
        return (model, movement, balance);
    }

    private sealed record MovementRow(int AccountId, DateTime Day, decimal Amount, decimal? Opening = null);

    private sealed record KeyedRow(int Id, int? AccountId, DateTime Day, int Amount);

    private sealed record AccountRow(int AccountId, string Branch, DateTime ChangedAt, string Operation);

    private sealed record StockRow(int ProductId, DateTime Day, int? OnHand, int? UnitsSold, bool? IsLow);

    private sealed class Bank
    {
        public Bank(Action<PeriodicSnapshotBuilder<MovementRow>> define, bool hasOpening = false) => Model = DimensionalModel.Create("bank", builder =>
        {
            builder.Conventions(names => names with { DecimalType = ColumnType.Decimal(10, 2) });
            DateDimension date = Dates(builder);
            Balance = builder.Fact<MovementRow>("fact_balance", f =>
            {
                f.Grain("one account at the end of one day", row => row.AccountId)
                    .PeriodicSnapshot(SnapshotPeriod.Day, date, row => row.Day, p =>
                    {
                        _ = hasOpening ? p.Balance(row => row.Amount, opening: row => row.Opening) : p.Balance(row => row.Amount);
                        define(p);
                    });
                if (!hasOpening)
                    f.Ignore(row => row.Opening);
            });
        });

        public DimensionalModel Model { get; }

        public Fact<MovementRow> Balance { get; private set; } = null!;
    }
}
