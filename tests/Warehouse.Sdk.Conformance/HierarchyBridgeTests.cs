using Microsoft.Extensions.Time.Testing;
using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Maps of hierarchies of any depth.</summary>
public abstract class HierarchyBridgeTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Map = "SELECT ancestor_unit_id, descendant_unit_id, depth, is_top, is_bottom FROM business.bridge_unit ORDER BY ancestor_unit_id, depth, descendant_unit_id";

    [Fact]
    public async Task Every_member_stands_above_itself_and_all_below_it()
    {
        Company company = new();
        await using IWarehouse warehouse = await OpenAsync(company);

        LoadReport report = await warehouse.LoadAsync(company.Map, Source.Rows<UnitRow>([new(1, null), new(2, 1), new(3, 2), new(4, 1)]));

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 9, Derived = 5 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync(Map, """
            ancestor_unit_id | descendant_unit_id | depth | is_top | is_bottom
            1                | 1                  | 0     | true   | false
            1                | 2                  | 1     | true   | false
            1                | 4                  | 1     | true   | true
            1                | 3                  | 2     | true   | true
            2                | 2                  | 0     | false  | false
            2                | 3                  | 1     | false  | true
            3                | 3                  | 0     | false  | true
            4                | 4                  | 0     | false  | true
            5                | 5                  | 0     | true   | true
            """);
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task A_second_run_writes_nothing_and_a_move_writes_what_it_moves()
    {
        Company company = new();
        await using IWarehouse warehouse = await OpenAsync(company);
        LoadReport first = await warehouse.LoadAsync(company.Map, Source.Rows<UnitRow>([new(2, 1), new(3, 2), new(4, 1)]));
        string before = await warehouse.OfTablesAsync();

        LoadReport same = await warehouse.LoadAsync(company.Map, Source.Rows<UnitRow>([new(4, 1), new(2, 1), new(3, 2), new(3, 2)]));
        (await warehouse.OfTablesAsync()).Should().Be(before);
        LoadReport moved = await warehouse.LoadAsync(company.Map, Source.Rows<UnitRow>([new(2, 1), new(3, 4), new(4, 1)]));

        same.Outcome.Should().Be(LoadOutcome.NothingChanged);
        same.Counts.Should().Be(new LoadCounts { Read = 4, Duplicates = 1, Unchanged = 9, Derived = 6 });
        moved.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync($"SELECT ancestor_unit_id, descendant_unit_id, depth FROM business.bridge_unit WHERE load_id = {first.LoadId} AND depth > 0", "ancestor_unit_id | descendant_unit_id | depth\n1 | 3 | 2");
        await warehouse.ExpectAsync($"SELECT ancestor_unit_id FROM business.bridge_unit WHERE descendant_unit_id = 3 AND depth = 1", "ancestor_unit_id\n4");
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    [Fact]
    public async Task Q11_A_circle_is_rejected_with_its_path_and_fails_the_load_or_is_kept_aside()
    {
        Company company = new();
        await using IWarehouse warehouse = await OpenAsync(company);
        UnitRow[] rows = [new(2, 4), new(3, 2), new(4, 3), new(5, 4), new(1, null)];

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(company.Map, Source.Rows(rows)));
        LoadReport report = await warehouse.LoadAsync(company.Map, Source.Rows(rows), new() { Rejects = RejectPolicy.KeepAll });

        refused.Message.Should().Contain("line 1, column manager_id: the member lies in a circle (2 -> 4 -> 3 -> 2)");
        report.Counts.Should().Be(new LoadCounts { Read = 5, Rejected = 3, Inserted = 6, Derived = 4 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT line, reason FROM warehouse.reject ORDER BY line", """
            line | reason
            1    | the member lies in a circle (2 -> 4 -> 3 -> 2)
            2    | the member lies in a circle (3 -> 2 -> 4 -> 3)
            3    | the member lies in a circle (4 -> 3 -> 2 -> 4)
            """);
        await warehouse.ExpectAsync("SELECT ancestor_unit_id, descendant_unit_id FROM business.bridge_unit WHERE depth > 0", "ancestor_unit_id | descendant_unit_id\n4 | 5");
    }

    [Fact]
    public async Task Q11_Whoever_is_its_own_parent_is_the_shortest_circle()
    {
        Company company = new();
        await using IWarehouse warehouse = await OpenAsync(company);

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(company.Map, Source.Rows<UnitRow>([new(2, 2)])));

        refused.Message.Should().Contain("the member lies in a circle (2 -> 2)");
    }

    [Fact]
    public async Task Several_parents_unknown_members_and_missing_ones_are_kept_aside()
    {
        Company company = new();
        await using IWarehouse warehouse = await OpenAsync(company);

        LoadReport report = await warehouse.LoadAsync(company.Map, Source.Rows<UnitRow>([new(2, 1), new(2, 3), new(4, 77), new(88, 1), new(null, 1), new(3, 1)]), new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 6, Rejected = 5, Inserted = 6, Derived = 5 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            1    | manager_id  | one member has several parents (unit_id = 2)
            2    | manager_id  | one member has several parents (unit_id = 2)
            3    | manager_id  | no such member of business.dim_unit (manager_id = 77)
            4    | unit_id     | no such member of business.dim_unit (unit_id = 88)
            5    | unit_id     | the member is NULL
            """);
    }

    [Fact]
    public async Task Verification_names_pairs_that_nothing_leads_to_and_members_that_are_missing()
    {
        Company company = new();
        await using IWarehouse warehouse = await OpenAsync(company);
        await warehouse.LoadAsync(company.Map, Source.Rows<UnitRow>([new(2, 1), new(3, 2)]));
        await warehouse.QueryAsync<int>("UPDATE business.bridge_unit SET depth = 3 WHERE ancestor_unit_id = 1 AND descendant_unit_id = 3");
        await warehouse.QueryAsync<int>("UPDATE business.bridge_unit SET is_top = TRUE WHERE ancestor_unit_id = 2 AND descendant_unit_id = 3");
        await warehouse.QueryAsync<int>("DELETE FROM business.bridge_unit WHERE ancestor_unit_id = 5");

        VerifyReport report = await warehouse.VerifyAsync(company.Map);

        report.Findings.Select(finding => $"{finding.Rule}: {finding.Member}").Should().Equal(
            "paths: ancestor_unit_id = 1, descendant_unit_id = 3",
            "ends: ancestor_unit_id = 2, descendant_unit_id = 3",
            "missing-members: unit_id = 5");
    }

    [Fact]
    public async Task A_failure_at_any_statement_leaves_the_map_as_it_was()
    {
        Company company = new();
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, company.Model, time: new FakeTimeProvider(new DateTimeOffset(Day(12), TimeSpan.Zero)));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(company.Unit, Enumerable.Range(1, 5).Select(unit => new MemberRow(unit, $"unit {unit}")));
        await warehouse.LoadAsync(company.Map, Source.Rows<UnitRow>([new(2, 1)]));
        string before = await warehouse.OfAllAsync();

        int calls = await CrashEverywhere.RunAsync(provider, () => warehouse.LoadAsync(company.Map, Source.Rows<UnitRow>([new(3, 1)])), async () => (await warehouse.OfAllAsync()).Should().Be(before));

        calls.Should().BeGreaterThan(10);
        await warehouse.ExpectAsync("SELECT descendant_unit_id FROM business.bridge_unit WHERE depth = 1", "descendant_unit_id\n3");
    }

    private async Task<IWarehouse> OpenAsync(Company company)
    {
        IWarehouse warehouse = await store.OpenAsync(company.Model);
        await warehouse.LoadAsync(company.Unit, Enumerable.Range(1, 5).Select(unit => new MemberRow(unit, $"unit {unit}")));
        return warehouse;
    }

    private sealed record MemberRow(int UnitId, string Name);

    private sealed record UnitRow(int? UnitId, int? ManagerId);

    private sealed class Company
    {
        public Company() => Model = DimensionalModel.Create("company", model =>
        {
            Unit = model.Dimension<MemberRow>("dim_unit", d => d.NaturalKey(row => row.UnitId).Type2(row => row.Name));
            Map = model.Hierarchy<UnitRow>("bridge_unit", Unit, h => h.Child(row => row.UnitId).Parent(row => row.ManagerId));
        });

        public DimensionalModel Model { get; }

        public Dimension<MemberRow> Unit { get; private set; } = null!;

        public HierarchyBridge Map { get; private set; } = null!;
    }
}
