using Microsoft.Extensions.Time.Testing;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Bridges whose memberships begin and end.</summary>
public abstract class BridgeHistoryTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Rows = """
        SELECT bridge.account_id, holder.holder_id, bridge.weight, bridge.valid_from, bridge.valid_to
        FROM business.bridge_holder AS bridge
        JOIN business.dim_holder AS holder ON holder.holder_key = bridge.holder_key
        ORDER BY bridge.account_id, bridge.valid_from, holder.holder_id
        """;

    [Fact]
    public async Task Q09_The_shares_of_three_holders_sum_to_exactly_1_computed_or_given()
    {
        Accounts accounts = new();
        await using IWarehouse warehouse = await OpenAsync(accounts);

        await warehouse.LoadAsync(accounts.Equal, [new(1, 1), new(1, 2), new(1, 3)]);
        await warehouse.LoadAsync(accounts.Given, [new(1, 1, 0.334m), new(1, 2, 0.333m), new(1, 3, 0.333m)]);
        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(accounts.Given, [new(1, 1, 0.333m), new(1, 2, 0.333m), new(1, 3, 0.333m)]));

        await warehouse.ExpectAsync("SELECT weight FROM business.bridge_equal WHERE account_id = 1 ORDER BY weight DESC, holder_key", "weight\n0.333333334\n0.333333333\n0.333333333");
        await warehouse.ExpectAsync("SELECT weight FROM business.bridge_given WHERE account_id = 1 ORDER BY weight DESC, holder_key", "weight\n0.334000000\n0.333000000\n0.333000000");
        refused.Message.Should().StartWith("business.bridge_given: the weights of groups do not sum to 1 (account_id = 1, weights = 0.999");
    }

    [Fact]
    public async Task Memberships_end_where_a_set_no_longer_has_them_and_weights_sum_to_1_at_every_instant()
    {
        Accounts accounts = new();
        await using IWarehouse warehouse = await OpenAsync(accounts);
        async Task<LoadReport> SetAsync(int day, HolderRow[] rows) => await warehouse.LoadAsync(accounts.Holder, rows, new() { AsOf = new(Day(day), TimeSpan.Zero) });

        LoadReport first = await SetAsync(5, [new(1, 1), new(1, 2)]);
        LoadReport same = await SetAsync(7, [new(1, 2), new(1, 1)]);
        LoadReport fewer = await SetAsync(10, [new(1, 2)]);
        LoadReport third = await SetAsync(20, [new(1, 2), new(1, 3), new(2, 1)]);

        first.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2, EmptyGroups = 1 });
        same.Outcome.Should().Be(LoadOutcome.NothingChanged);
        fewer.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, Expired = 2, ExpiredByAbsence = 2 });
        third.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 3, Expired = 2, ExpiredByAbsence = 2 });
        third.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync(Rows, """
            account_id | holder_id | weight      | valid_from | valid_to
            1          | 1         | 0.500000000 | 2000-01-01 | 2024-01-10
            1          | 2         | 0.500000000 | 2000-01-01 | 2024-01-10
            1          | 2         | 1.000000000 | 2024-01-10 | 2024-01-20
            1          | 2         | 0.500000000 | 2024-01-20 | NULL
            1          | 3         | 0.500000000 | 2024-01-20 | NULL
            2          | NULL      | 1.000000000 | 2000-01-01 | 2024-01-20
            2          | 1         | 1.000000000 | 2024-01-20 | NULL
            """);
        (await warehouse.VerifyAsync(accounts.Holder)).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task A_set_of_the_same_instant_takes_the_place_of_the_one_before_and_an_older_one_is_refused()
    {
        Accounts accounts = new();
        await using IWarehouse warehouse = await OpenAsync(accounts);
        async Task<LoadReport> SetAsync(int day, HolderRow[] rows) => await warehouse.LoadAsync(accounts.Holder, rows, new() { AsOf = new(Day(day), TimeSpan.Zero) });
        await SetAsync(5, [new(1, 1), new(1, 2), new(2, 3)]);
        string before = await warehouse.DrawAsync(Rows);

        await SetAsync(10, [new(1, 3), new(2, 3)]);
        LoadReport undone = await SetAsync(10, [new(1, 1), new(1, 2), new(2, 3)]);
        string after = await warehouse.DrawAsync(Rows);
        await SetAsync(12, [new(1, 1), new(2, 3)]);
        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => SetAsync(11, [new(1, 2), new(2, 3)]));

        undone.Counts.Should().Be(new LoadCounts { Read = 3, Reopened = 2, Deleted = 1, Unchanged = 1 });
        undone.Counts.IsConserved.Should().BeTrue();
        after.Should().Be(before);
        refused.Message.Should().StartWith("business.bridge_holder: a later set is loaded already; sets of a versioned bridge come in the order of their times (loaded = 2024-01-12");
        await warehouse.ExpectAsync("SELECT count(*) AS n FROM business.bridge_holder WHERE valid_from = TIMESTAMP '2024-01-10'", "n\n0");
        (await warehouse.VerifyAsync(accounts.Holder)).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task A_correction_of_the_first_set_is_true_from_the_beginning_too()
    {
        Accounts accounts = new();
        await using IWarehouse warehouse = await OpenAsync(accounts);
        async Task<LoadReport> SetAsync(int day, HolderRow[] rows) => await warehouse.LoadAsync(accounts.Holder, rows, new() { AsOf = new(Day(day), TimeSpan.Zero) });

        await SetAsync(5, [new(1, 1), new(1, 2), new(2, 3)]);
        LoadReport corrected = await SetAsync(5, [new(1, 3), new(2, 3)]);
        await SetAsync(8, [new(1, 3), new(2, 1)]);

        corrected.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Deleted = 2, Unchanged = 1 });
        await warehouse.ExpectAsync(Rows, """
            account_id | holder_id | weight      | valid_from | valid_to
            1          | 3         | 1.000000000 | 2000-01-01 | NULL
            2          | 3         | 1.000000000 | 2000-01-01 | 2024-01-08
            2          | 1         | 1.000000000 | 2024-01-08 | NULL
            """);
        (await warehouse.VerifyAsync(accounts.Holder)).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Verification_names_groups_whose_weights_do_not_sum_to_1_at_some_instant()
    {
        Accounts accounts = new();
        await using IWarehouse warehouse = await OpenAsync(accounts);
        await warehouse.LoadAsync(accounts.Holder, [new(1, 1), new(1, 2), new(2, 1)], new() { AsOf = new(Day(5), TimeSpan.Zero) });
        await warehouse.QueryAsync<int>("UPDATE business.bridge_holder SET valid_to = TIMESTAMP '2024-01-08' WHERE account_id = 1 AND holder_key = 1");

        VerifyReport report = await warehouse.VerifyAsync(accounts.Holder);

        report.Findings.Select(finding => $"{finding.Rule}: {finding.Member}: {finding.Detail}").Should().Equal("weights: account_id = 1: from 2024-01-08 00:00:00 on they sum to 0.500000000");
    }

    [Fact]
    public async Task A_failure_at_any_statement_leaves_the_bridge_as_it_was()
    {
        Accounts accounts = new();
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, accounts.Model, time: new FakeTimeProvider(new DateTimeOffset(Day(12), TimeSpan.Zero)));
        await FillAsync(warehouse, accounts);
        await warehouse.LoadAsync(accounts.Holder, [new(1, 1), new(1, 2)], new() { AsOf = new(Day(5), TimeSpan.Zero) });
        string before = await warehouse.OfAllAsync();

        int calls = await CrashEverywhere.RunAsync(provider, () => warehouse.LoadAsync(accounts.Holder, [new(1, 2)]), async () => (await warehouse.OfAllAsync()).Should().Be(before));

        calls.Should().BeGreaterThan(10);
        await warehouse.ExpectAsync("SELECT weight, valid_from FROM business.bridge_holder WHERE valid_to IS NULL AND account_id = 1", "weight | valid_from\n1.000000000 | 2024-01-12");
    }

    private async Task<IWarehouse> OpenAsync(Accounts accounts)
    {
        IWarehouse warehouse = await store.OpenAsync(accounts.Model);
        await FillAsync(warehouse, accounts);
        return warehouse;
    }

    private static async Task FillAsync(IWarehouse warehouse, Accounts accounts)
    {
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(accounts.Account, [new(1, "one"), new(2, "two")]);
        await warehouse.LoadAsync(accounts.Person, [new(1, "Ada"), new(2, "Bo"), new(3, "Cy")]);
    }

    private sealed record AccountRow(int AccountId, string Name);

    private sealed record PersonRow(int HolderId, string Name);

    private sealed record HolderRow(int AccountId, int HolderId);

    private sealed record ShareRow(int AccountId, int HolderId, decimal Weight);

    private sealed class Accounts
    {
        public Accounts() => Model = DimensionalModel.Create("accounts", model =>
        {
            Account = model.Dimension<AccountRow>("dim_account", d => d.NaturalKey(row => row.AccountId).Type1(row => row.Name));
            Person = model.Dimension<PersonRow>("dim_holder", d => d.NaturalKey(row => row.HolderId).Type1(row => row.Name));
            Holder = model.Bridge<HolderRow>("bridge_holder", b => b.Group(Account, row => row.AccountId).Member(Person, row => row.HolderId).Versioned(firstFrom: new DateTime(2000, 1, 1)));
            Equal = model.Bridge<HolderRow>("bridge_equal", b => b.Group(Account, row => row.AccountId).Member(Person, row => row.HolderId));
            Given = model.Bridge<ShareRow>("bridge_given", b => b.Group(Account, row => row.AccountId).Member(Person, row => row.HolderId).Weight(row => row.Weight));
        });

        public DimensionalModel Model { get; }

        public Dimension<AccountRow> Account { get; private set; } = null!;

        public Dimension<PersonRow> Person { get; private set; } = null!;

        public Bridge<HolderRow> Holder { get; private set; } = null!;

        public Bridge<HolderRow> Equal { get; private set; } = null!;

        public Bridge<ShareRow> Given { get; private set; } = null!;
    }
}
