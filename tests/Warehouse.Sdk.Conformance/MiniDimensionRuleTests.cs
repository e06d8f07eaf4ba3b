using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.ProfiledShop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Mini-dimensions beside the other rules of a dimension: rejects, conventions, keys, deployment, verification, failure.</summary>
public abstract class MiniDimensionRuleTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    [Fact]
    public async Task Rows_that_contradict_each_other_in_the_combination_alone_are_rejected_whole()
    {
        var shop = new ProfiledShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 1), Is(1, "Ribe", 10, "b", 1), Is(2, "Ribe", 10, "a", 1), Is(2, "Ribe", 11, "a", 1)], Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 4, Rejected = 2, Duplicates = 1, NewMembers = 1, NewCombinations = 2, NewProfiles = 1 });
        await warehouse.ExpectAsync("SELECT target, line, reason FROM warehouse.reject ORDER BY line", """
            target                | line | reason
            business.dim_customer | 1    | several rows of one member have one effective time and different values (customer_id = 1, effective_at = 2024-01-01 00:00:00)
            business.dim_customer | 2    | several rows of one member have one effective time and different values (customer_id = 1, effective_at = 2024-01-01 00:00:00)
            """);
        await warehouse.ExpectAsync(Customers, """
            customer_id | city | valid_from | valid_to | income_band | segment
            2           | Ribe | 2024-01-01 | NULL     | 0-50k       | a
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task What_one_history_rejects_of_a_source_of_several_parts_the_other_does_not_take_in_either()
    {
        var shop = new ProfiledShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        LoadSource source = Source.Union(
            Source.Rows<ProfiledCustomer>([Is(2, "Ribe", 10, "a", 1), Is(1, "Ribe", 10, "a", 1)]),
            Source.Rows<ProfiledCustomer>([Is(1, "Vejle", 10, "a", 1), Is(3, "Ribe", 10, "b", 1)]));

        LoadReport report = await warehouse.LoadAsync(shop.Customer, source, Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 4, Rejected = 2, NewMembers = 2, NewCombinations = 2, NewProfiles = 2 });
        await warehouse.ExpectAsync("SELECT line FROM warehouse.reject ORDER BY line", "line\n1\n2");
        await warehouse.ExpectAsync(Assignments, """
            customer_id | income_band | segment | valid_from | valid_to
            2           | 0-50k       | a       | 2024-01-01 | NULL
            3           | 0-50k       | b       | 2024-01-01 | NULL
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task What_one_history_cannot_take_in_the_other_does_not_take_in_either(LateEvents lateEvents)
    {
        var shop = new ProfiledShop(customers: d => d.LateEvents(lateEvents));
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 5), Is(2, "Ribe", 10, "a", 5), Is(3, "Ribe", 10, "a", 5)]);
        const string members = "SELECT customer_key, customer_id, city, valid_from, valid_to, current_customer_profile_key FROM business.dim_customer ORDER BY customer_key";
        string before = await warehouse.DrawAsync(members);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "b", 5), Is(2, "Vejle", 10, "a", 5), Is(2, "Vejle", 10, "a", 5)], Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 3, Rejected = 2, Duplicates = 1, NewCombinations = 1 });
        (await warehouse.DrawAsync(members)).Should().Be(before);
        report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "b", 5), Is(3, "Ribe", 10, "b", 6), Is(1, "Ribe", 10, "b", 5)], Tolerant);
        report.Counts.Should().Be(new LoadCounts { Read = 3, Rejected = 1, Duplicates = 1, Unchanged = 1, NewProfiles = 1 });
        await warehouse.ExpectAsync("SELECT load_id, count(*) AS rejects FROM warehouse.reject GROUP BY load_id ORDER BY load_id", """
            load_id | rejects
            2       | 2
            3       | 1
            """);
        await warehouse.ExpectAsync(Assignments, """
            customer_id | income_band | segment | valid_from | valid_to
            1           | 0-50k       | a       | 2024-01-05 | NULL
            2           | 0-50k       | a       | 2024-01-05 | NULL
            3           | 0-50k       | a       | 2024-01-05 | 2024-01-06
            3           | 0-50k       | b       | 2024-01-06 | NULL
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task Late_changes_of_a_combination_are_rejected_where_late_rows_are()
    {
        var shop = new ProfiledShop(customers: d => d.LateEvents(LateEvents.Reject));
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 5), Is(1, "Ribe", 10, "b", 10), Is(2, "Ribe", 10, "a", 5), Is(2, "Vejle", 10, "a", 10)]);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "c", 7), Is(1, "Ribe", 10, "a", 6), Is(2, "Skive", 10, "a", 7), Is(2, "Vejle", 10, "c", 11)], Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 4, Rejected = 2, Unchanged = 2, NewCombinations = 1, NewProfiles = 1 });
        await warehouse.ExpectAsync("SELECT line FROM warehouse.reject ORDER BY line", "line\n1\n3");
        await warehouse.ExpectAsync(Assignments, """
            customer_id | income_band | segment | valid_from | valid_to
            1           | 0-50k       | a       | 2024-01-05 | 2024-01-10
            1           | 0-50k       | b       | 2024-01-10 | NULL
            2           | 0-50k       | a       | 2024-01-05 | 2024-01-11
            2           | 0-50k       | c       | 2024-01-11 | NULL
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task Rows_without_a_key_are_rejected_once()
    {
        var shop = new ProfiledShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [new ProfiledCustomer(1, "Ribe", 10, "a", null), Is(2, "Ribe", 10, "b", 1)], Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Rejected = 1, NewMembers = 1, NewCombinations = 1, NewProfiles = 1 });
        await warehouse.ExpectAsync("SELECT count(*) AS rejects FROM warehouse.reject", "rejects\n1");
    }

    [Theory]
    [InlineData(IntervalStyle.ClosedByDay, OpenEnd.Null)]
    [InlineData(IntervalStyle.HalfOpen, OpenEnd.FarFuture)]
    public async Task Intervals_are_written_as_the_model_writes_them(IntervalStyle intervals, OpenEnd openEnd)
    {
        var shop = new ProfiledShop(conventions: names => names with { Intervals = intervals, OpenEnd = openEnd });
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 2)]);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 1), Pays(2, 4.5), Pays(3, 5.5)]);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "b", 5)]);

        string lastDay = intervals == IntervalStyle.ClosedByDay ? "2024-01-04" : "2024-01-05";
        string open = openEnd == OpenEnd.FarFuture ? "9999-12-31" : "NULL";
        await warehouse.ExpectAsync(Assignments, $"""
            customer_id | income_band | segment | valid_from | valid_to
            1           | 0-50k       | a       | 2024-01-02 | {lastDay}
            1           | 0-50k       | b       | 2024-01-05 | {open}
            """);
        await warehouse.ExpectAsync(Payments, """
            payment_id | city | income_band | segment
            1          | Ribe | 0-50k       | a
            2          | Ribe | 0-50k       | a
            3          | Ribe | 0-50k       | b
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task A_dimension_without_versions_may_have_several_mini_dimensions_and_roles()
    {
        Dimension<Subscriber> subscriber = null!;
        Fact<Call> call = null!;
        var model = DimensionalModel.Create("calls", builder =>
        {
            var usage = builder.MiniDimension<Subscriber>("dim_usage", m => m
                .Band(s => s.Minutes, "minutes_band", bands => bands.Below(10, "few").Range(10, 100, "some").From(100, "many").WhenNull("none told").OutOfRange("no number")));
            var contract = builder.MiniDimension<Subscriber>("dim_contract", m => m.Flag(s => s.IsPrepaid, "prepaid", "contract").Attribute(s => s.Level, s => s.Since).SurrogateKey("contract_id"));
            subscriber = builder.Dimension<Subscriber>("dim_subscriber", d => d.NaturalKey(s => new { s.Country, s.Number }).Type1(s => s.Name).EffectiveFrom(s => s.At).MiniDimension(usage, currentKey: true).MiniDimension(contract));
            call = builder.Fact<Call>("fact_call", f => f
                .Grain("one call", c => c.Id)
                .Dimension(subscriber, c => new { c.FromCountry, c.FromNumber }, asOf: c => c.At, role: "caller")
                .Dimension(subscriber, c => new { c.ToCountry, c.ToNumber }, asOf: c => c.At, role: "called")
                .MiniDimension(usage, role: "caller")
                .MiniDimension(usage, role: "called")
                .MiniDimension(contract, role: "caller"));
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(subscriber, [new("dk", 1, "Ane", 5, true, 1, null, Shop.Day(1)), new("dk", 2, "Bo", double.NaN, null, null, null, Shop.Day(1)), new("se", 1, "Cid", null, false, null, new DateOnly(2020, 1, 1), Shop.Day(1))]);
        await warehouse.LoadAsync(call, [new(1, "dk", 1, "dk", 2, Shop.Day(2)), new(2, "se", 1, "dk", 1, Shop.Day(2)), new(3, "dk", 1, "se", 1, Shop.Day(9))]);
        await warehouse.LoadAsync(subscriber, [new("dk", 1, "Anne", double.PositiveInfinity, true, null, null, Shop.Day(5)), new("dk", 2, "Bo", -0.0, null, null, null, Shop.Day(1.5)), new("se", 1, "Cid", 99.9, true, null, new DateOnly(2020, 1, 1), Shop.Day(2))]);

        await warehouse.ExpectAsync("""
            SELECT call.id, caller.minutes_band AS caller, called.minutes_band AS called, contract.is_prepaid, contract.level, contract.since
            FROM business.fact_call AS call
            JOIN business.dim_usage AS caller ON caller.usage_key = call.caller_usage_key
            JOIN business.dim_usage AS called ON called.usage_key = call.called_usage_key
            JOIN business.dim_contract AS contract ON contract.contract_id = call.caller_contract_id
            ORDER BY call.id
            """, """
            id | caller | called | is_prepaid | level | since
            1  | few    | few    | prepaid    | 1     | NULL
            2  | some   | few    | prepaid    | NULL  | 2020-01-01
            3  | many   | some   | prepaid    | NULL  | NULL
            """);
        await warehouse.ExpectAsync("SELECT is_prepaid, level, since FROM business.dim_contract WHERE contract_id > 0 ORDER BY contract_id", """
            is_prepaid | level | since
            Unknown    | NULL  | NULL
            contract   | NULL  | 2020-01-01
            prepaid    | 1     | NULL
            prepaid    | NULL  | NULL
            prepaid    | NULL  | 2020-01-01
            """);
        LoadReport report = await warehouse.LoadAsync(subscriber, [new("no", 1, "Dag", 5, true, 1, null, Shop.Day(3)), new("no", 1, "Dag", 50, false, 1, null, Shop.Day(3))], Tolerant);
        report.Counts.Should().Be(new LoadCounts { Read = 2, Rejected = 2 }, "both histories refuse them, once");
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task A_mini_dimension_added_later_begins_with_the_next_rows()
    {
        string database = await store.CreateDatabaseAsync();
        Dimension<ProfiledCustomer> before = null!;
        await using (IWarehouse old = store.Open(database, DimensionalModel.Create("shop", model => before = model.Dimension<ProfiledCustomer>("dim_customer", d => d
            .NaturalKey(c => c.CustomerId).Type2(c => c.City).EffectiveFrom(c => c.ChangedAt).Ignore(c => new { c.Op, c.Lsn, c.Income, c.Segment })))))
        {
            await old.DeployAsync();
            await old.LoadAsync(before, [Is(1, "Ribe", 10, "a", 1), Is(2, "Ribe", 10, "a", 1)]);
        }

        var shop = new ProfiledShop(conventions: names => names with { DecimalType = ColumnType.Decimal(10, 2) });
        await using IWarehouse warehouse = store.Open(database, shop.Model);
        await warehouse.DeployAsync();
        await ExpectSoundAsync(warehouse);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 3), Pays(2, 3, 2)]);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 4)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1, NewCombinations = 1, NewProfiles = 1, Repointed = 1 });
        await warehouse.ExpectAsync(Payments, """
            payment_id | city | income_band | segment
            1          | Ribe | 0-50k       | a
            2          | Ribe | Unknown     | Unknown
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task Tables_that_others_fill_take_no_loads()
    {
        var shop = new ProfiledShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        var assignment = shop.Model.Dimensions.OfType<Dimension<ProfiledCustomer>>().Single(table => table.Name.Name == "dim_customer_profile_assignment");

        foreach (LoadTarget target in new LoadTarget[] { assignment, shop.Profile })
        {
            var refusal = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.LoadAsync(target, Source.Query("SELECT 1 AS one")));
            refusal.Message.Should().StartWith($"{target.Name} is filled by the loads of the dimension or fact it belongs to and takes none of its own.");
        }
    }

    [Theory]
    [InlineData("UPDATE business.dim_customer_profile SET segment = 'a' WHERE segment = 'b'", "combinations | business.dim_customer_profile | income_band = 0-50k, segment = a | 1, 2 | 2 rows")]
    [InlineData("UPDATE business.dim_customer SET current_customer_profile_key = 1 WHERE customer_id = 1 AND version = 1", "current-keys | business.dim_customer | customer_id = 1 | 1 | current_customer_profile_key is 1, the latest combination is 2", "overwritten-values | business.dim_customer | customer_id = 1 | 1, 3 | they differ in current_customer_profile_key")]
    [InlineData("UPDATE business.fact_payment SET customer_profile_key = 2 WHERE payment_id = 1", "combinations-then | business.fact_payment | payment_id = 1 | 2 | at its paid_at the combination was 1")]
    [InlineData("UPDATE business.fact_payment SET customer_profile_key = -1 WHERE payment_id = 2", "combinations-then | business.fact_payment | payment_id = 2 | -1 | at its paid_at the combination was 2")]
    [InlineData("UPDATE business.dim_customer_profile SET segment = 'nobody' WHERE customer_profile_key = -1", "default-members | business.dim_customer_profile | Unknown | -1 | was changed in segment")]
    [InlineData("UPDATE business.dim_customer_profile SET load_id = 99 WHERE customer_profile_key = 1", "load-ids | business.dim_customer_profile | load 99 |  | 1 rows")]
    [InlineData("UPDATE warehouse.surrogate_key SET last_key = 1 WHERE target = 'business.dim_customer_profile'", "surrogate-key-counter | business.dim_customer_profile | income_band = 0-50k, segment = b | 2 | the last key given is 1")]
    [InlineData("UPDATE business.dim_customer_profile_assignment SET valid_to = TIMESTAMP '2024-01-06' WHERE customer_id = 1 AND version = 1", "overlaps | business.dim_customer_profile_assignment | customer_id = 1 | 1, 3 | version 1 still holds where version 2 begins")]
    [InlineData("DELETE FROM business.dim_customer_profile WHERE customer_profile_key = 2", "combination-links | business.dim_customer_profile_assignment | customer_id = 1 | 2 | customer_profile_key meets 0 rows of business.dim_customer_profile", "combination-links | business.fact_payment | payment_id = 2 | 2 | customer_profile_key meets 0 rows of business.dim_customer_profile")]
    public async Task Verification_finds_what_was_broken(string breakIt, params string[] findings)
    {
        var shop = new ProfiledShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 1), Is(2, "Ribe", 10, "a", 1)]);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Vejle", 10, "b", 5)]);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 3), Pays(2, 6)]);
        await ExpectSoundAsync(warehouse);

        await warehouse.QueryAsync<dynamic>(breakIt);

        VerifyReport report = await warehouse.VerifyAsync();
        report.Findings.Select(finding => $"{finding.Rule} | {finding.Table} | {finding.Member} | {finding.Keys} | {finding.Detail}").Should().BeEquivalentTo(findings);
    }

    [Fact]
    public async Task A_failure_at_any_statement_leaves_everything_as_it_was()
    {
        var shop = new ProfiledShop(whenUnknown: UnknownMember.InferMember);
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, shop.Model);
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 2), Is(2, "Ribe", 10, "b", 2)]);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 3), Pays(2, 6), Pays(3, 6, 9)]);
        string before = await warehouse.OfAllAsync();
        ProfiledCustomer[] batch = [Is(1, "Vejle", 60_000, "a", 5), Is(1, "Ribe", 10, "c", 1), Is(9, "Ribe", 10, "a", 1), Is(2, "Ribe", 10, "b", 2), Is(2, "Ribe", 10, "b", 2), Is(2, "Vejle", 10, "b", 2)];

        int attempts = await CrashEverywhere.RunAsync(provider, () => warehouse.LoadAsync(shop.Customer, batch, Tolerant), async () => (await warehouse.OfAllAsync()).Should().Be(before));

        attempts.Should().BeGreaterThan(80);
        await warehouse.ExpectAsync(Payments, """
            payment_id | city  | income_band | segment
            1          | Ribe  | 0-50k       | a
            2          | Vejle | 50-100k     | a
            3          | Ribe  | 0-50k       | a
            """);
        await ExpectSoundAsync(warehouse);
    }

    private sealed record Subscriber(string Country, int Number, string Name, double? Minutes, bool? IsPrepaid, int? Level, DateOnly? Since, DateTime At);

    private sealed record Call(int Id, string FromCountry, int FromNumber, string ToCountry, int ToNumber, DateTime At);
}
