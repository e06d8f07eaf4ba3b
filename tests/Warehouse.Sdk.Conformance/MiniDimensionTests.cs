using static Warehouse.Sdk.Conformance.ProfiledShop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Mini-dimensions (types 4 and 5): combinations, the members' histories of them, and both keys on the fact.</summary>
public abstract class MiniDimensionTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task Bands_are_half_open_and_NULL_and_numbers_outside_have_labels_of_their_own()
    {
        var shop = new ProfiledShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.ExpectAsync(Profiles, """
            customer_profile_key | income_band    | segment
            -2                   | Not applicable | Not applicable
            -1                   | Unknown        | Unknown
            """);

        LoadReport report = await warehouse.LoadAsync(shop.Customer,
            [Is(1, "Ribe", 49_999.99m, "a", 1), Is(2, "Ribe", 50_000, "a", 1), Is(3, "Ribe", null, "a", 1), Is(4, "Ribe", -1, "a", 1), Is(5, "Ribe", 100_000, null, 1), Is(6, "Ribe", 0, "a", 1), Is(7, "Ribe", null, null, 1)]);

        report.Counts.Should().Be(new LoadCounts { Read = 7, NewMembers = 7, NewCombinations = 6, NewProfiles = 7 });
        await warehouse.ExpectAsync(Profiles, """
            customer_profile_key | income_band    | segment
            -2                   | Not applicable | Not applicable
            -1                   | Unknown        | Unknown
            1                    | 0-50k          | a
            2                    | 50-100k        | a
            3                    | Out of range   | Unknown
            4                    | Out of range   | a
            5                    | Unknown        | Unknown
            6                    | Unknown        | a
            """);
        await warehouse.ExpectAsync(Assignments, """
            customer_id | income_band  | segment | valid_from | valid_to
            1           | 0-50k        | a       | 2024-01-01 | NULL
            2           | 50-100k      | a       | 2024-01-01 | NULL
            3           | Unknown      | a       | 2024-01-01 | NULL
            4           | Out of range | a       | 2024-01-01 | NULL
            5           | Out of range | Unknown | 2024-01-01 | NULL
            6           | 0-50k        | a       | 2024-01-01 | NULL
            7           | Unknown      | Unknown | 2024-01-01 | NULL
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task Type_4_keeps_combinations_apart_and_the_fact_carries_both_keys()
    {
        var shop = new ProfiledShop(currentKey: false);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 1), Is(2, "Vejle", 60_000, "a", 1), Is(3, "Skive", 20, "a", 1)]);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 2), Pays(2, 2, 2), Pays(3, 2, 3), Pays(4, 2, 9), Pays(5, 2, null)]);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 70_000, "b", 5), Is(2, "Vejle", 61_000, "a", 5), Is(3, "Skive", 20, "a", 5)]);

        report.Counts.Should().Be(new LoadCounts { Read = 3, Unchanged = 3, NewCombinations = 1, NewProfiles = 1 });
        report.Outcome.Should().Be(LoadOutcome.Loaded);
        await warehouse.LoadAsync(shop.Payment, [Pays(6, 6), Pays(7, 4), Pays(8, 5), Pays(9, 6, 2)]);
        await warehouse.ExpectAsync("SELECT customer_key, customer_profile_key FROM business.fact_payment ORDER BY payment_id", """
            customer_key | customer_profile_key
            1            | 1
            2            | 2
            3            | 1
            -1           | -1
            -1           | -1
            1            | 3
            1            | 1
            1            | 3
            2            | 2
            """);
        await warehouse.ExpectAsync("SELECT * FROM business.dim_customer_current WHERE customer_key > 0 AND version > 1", "customer_key");
        await warehouse.ExpectAsync("SELECT customer_profile_key, income_band, segment FROM business.dim_customer_profile WHERE customer_profile_key > 0 ORDER BY customer_profile_key", """
            customer_profile_key | income_band | segment
            1                    | 0-50k       | a
            2                    | 50-100k     | a
            3                    | 50-100k     | b
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task Type_5_overwrites_the_current_key_on_all_versions_and_old_facts_keep_theirs()
    {
        var shop = new ProfiledShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 1), Is(1, "Vejle", 10, "a", 4)]);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 2), Pays(2, 5)]);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Vejle", 60_000, "a", 8)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1, NewCombinations = 1, NewProfiles = 1 });
        await warehouse.LoadAsync(shop.Payment, [Pays(3, 9)]);
        await warehouse.ExpectAsync(Customers, """
            customer_id | city  | valid_from | valid_to   | income_band | segment
            1           | Ribe  | 2024-01-01 | 2024-01-04 | 50-100k     | a
            1           | Vejle | 2024-01-04 | NULL       | 50-100k     | a
            """);
        await warehouse.ExpectAsync(Payments, """
            payment_id | city  | income_band | segment
            1          | Ribe  | 0-50k       | a
            2          | Vejle | 0-50k       | a
            3          | Vejle | 50-100k     | a
            """);

        await warehouse.LoadAsync(shop.Customer, [Is(1, "Skive", 60_000, "a", 12), Is(2, "Ribe", 10, "a", 12)]);

        await warehouse.ExpectAsync(Customers, """
            customer_id | city  | valid_from | valid_to   | income_band | segment
            1           | Ribe  | 2024-01-01 | 2024-01-04 | 50-100k     | a
            1           | Vejle | 2024-01-04 | 2024-01-12 | 50-100k     | a
            1           | Skive | 2024-01-12 | NULL       | 50-100k     | a
            2           | Ribe  | 2024-01-12 | NULL       | 0-50k       | a
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task A_late_change_of_a_combination_corrects_the_facts_of_its_time(LateEvents lateEvents)
    {
        var shop = new ProfiledShop(customers: d => d.LateEvents(lateEvents));
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 2), Is(1, "Ribe", 10, "b", 20), Is(2, "Ribe", 10, "a", 2)]);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 1), Pays(2, 5), Pays(3, 10), Pays(4, 15), Pays(5, 25), Pays(6, 15, 2)]);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 60_000, "a", 10)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1, NewCombinations = 1, NewProfiles = 1, Repointed = 2 });
        await warehouse.ExpectAsync(Payments, """
            payment_id | city | income_band | segment
            1          | Ribe | 0-50k       | a
            2          | Ribe | 0-50k       | a
            3          | Ribe | 50-100k     | a
            4          | Ribe | 50-100k     | a
            5          | Ribe | 0-50k       | b
            6          | Ribe | 0-50k       | a
            """);
        await warehouse.ExpectAsync(Customers, """
            customer_id | city | valid_from | valid_to | income_band | segment
            1           | Ribe | 2024-01-02 | NULL     | 0-50k       | b
            2           | Ribe | 2024-01-02 | NULL     | 0-50k       | a
            """);

        report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Vejle", 10, "c", 1)]);

        report.Counts.Repointed.Should().Be(2, "the city and the combination of the first payment");
        await warehouse.ExpectAsync(Payments, """
            payment_id | city  | income_band | segment
            1          | Vejle | 0-50k       | c
            2          | Ribe  | 0-50k       | a
            3          | Ribe  | 50-100k     | a
            4          | Ribe  | 50-100k     | a
            5          | Ribe  | 0-50k       | b
            6          | Ribe  | 0-50k       | a
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task F71_closed_periods_keep_the_combination_that_was_reported()
    {
        var shop = new ProfiledShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 2)]);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 5), Pays(2, 10), Pays(3, 15)]);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 60_000, "a", 4)], new() { ClosedThrough = new DateTimeOffset(Shop.Day(10), TimeSpan.Zero) });

        report.Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1, NewCombinations = 1, NewProfiles = 1, Repointed = 1, LeftInClosedPeriod = 2 });
        await warehouse.ExpectAsync(Payments, """
            payment_id | city | income_band | segment
            1          | Ribe | 0-50k       | a
            2          | Ribe | 0-50k       | a
            3          | Ribe | 50-100k     | a
            """);
    }

    [Fact]
    public async Task A_placeholder_has_no_combination_until_its_first_row_which_corrects_its_facts()
    {
        var shop = new ProfiledShop(whenUnknown: UnknownMember.InferMember);
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        LoadReport fact = await warehouse.LoadAsync(shop.Payment, [Pays(1, 5), Pays(2, 12), Pays(3, 5, 2)]);
        fact.UnknownMembers["customer_profile_key"].Should().Be(3);
        await warehouse.ExpectAsync(Customers, """
            customer_id | city | valid_from | valid_to | income_band | segment
            1           | NULL | 2024-01-05 | NULL     | Unknown     | Unknown
            2           | NULL | 2024-01-05 | NULL     | Unknown     | Unknown
            """);
        await ExpectSoundAsync(warehouse);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 8), Is(1, "Ribe", 60_000, "a", 10), Is(3, "Ribe", 10, "a", 1)]);

        report.Counts.Should().Be(new LoadCounts { Read = 3, Resolved = 1, NewMembers = 1, Unchanged = 1, NewCombinations = 2, NewProfiles = 3, Repointed = 2 });
        await warehouse.ExpectAsync(Payments, """
            payment_id | city | income_band | segment
            1          | Ribe | 0-50k       | a
            2          | Ribe | 50-100k     | a
            3          | NULL | Unknown     | Unknown
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task Loading_the_same_again_writes_nothing()
    {
        var shop = new ProfiledShop();
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        ProfiledCustomer[] first = [Is(1, "Ribe", 10, "a", 1), Is(2, "Ribe", 60_000, null, 1)];
        ProfiledCustomer[] second = [Is(1, "Vejle", 60_000, "a", 5), Is(2, "Ribe", 60_001, "b", 7)];
        await warehouse.LoadAsync(shop.Customer, first);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 3), Pays(2, 6)]);
        await warehouse.LoadAsync(shop.Customer, second);
        string before = await warehouse.OfTablesAsync();

        foreach (ProfiledCustomer[] batch in new[] { first, second, [.. second, .. first, .. second] })
            (await warehouse.LoadAsync(shop.Customer, batch)).Should().Match<LoadReport>(report => report.Outcome == LoadOutcome.NothingChanged && report.Counts.IsConserved && report.Counts.NewProfiles == 0);
        (await warehouse.LoadAsync(shop.Payment, [Pays(1, 3), Pays(2, 6)])).Outcome.Should().Be(LoadOutcome.NothingChanged);

        (await warehouse.OfTablesAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Members_absent_from_a_snapshot_and_back_have_a_gap_in_both_histories()
    {
        var shop = new ProfiledShop(customers: d => d.WhenAbsent(Absent.Expire));
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await SnapshotAsync(1, Is(1, "Ribe", 10, "a", 1), Is(2, "Ribe", 10, "a", 1));
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 12, 2), Pays(2, 25, 2)]);
        (await SnapshotAsync(10, Is(1, "Ribe", 60_000, "a", 9))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1, Expired = 1, ExpiredByAbsence = 1, NewCombinations = 1, NewProfiles = 1 });
        await SnapshotAsync(20, Is(1, "Ribe", 60_000, "a", 9), Is(2, "Ribe", 10, "b", 1));

        await warehouse.ExpectAsync(Assignments, """
            customer_id | income_band | segment | valid_from | valid_to
            1           | 0-50k       | a       | 2024-01-01 | 2024-01-09
            1           | 50-100k     | a       | 2024-01-09 | NULL
            2           | 0-50k       | a       | 2024-01-01 | 2024-01-10
            2           | 0-50k       | b       | 2024-01-20 | NULL
            """);
        await warehouse.ExpectAsync(Payments, """
            payment_id | city | income_band | segment
            1          | Ribe | 0-50k       | a
            2          | Ribe | 0-50k       | b
            """);
        await ExpectSoundAsync(warehouse);

        Task<LoadReport> SnapshotAsync(double day, params ProfiledCustomer[] rows)
            => warehouse.LoadAsync(shop.Customer, rows, new() { Kind = BatchKind.FullSnapshot, AsOf = new DateTimeOffset(Shop.Day(day), TimeSpan.Zero) });
    }

    [Fact]
    public async Task Members_marked_as_deleted_keep_the_combination_they_had()
    {
        var shop = new ProfiledShop(customers: d => d.WhenAbsent(Absent.MarkDeleted));
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 1), Is(2, "Ribe", 10, "b", 1)]);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 12, 2)]);

        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 1)], new() { Kind = BatchKind.FullSnapshot, AsOf = new DateTimeOffset(Shop.Day(10), TimeSpan.Zero) });

        await warehouse.ExpectAsync("SELECT customer_id, valid_from, valid_to, is_deleted FROM business.dim_customer_profile_assignment ORDER BY customer_id, valid_from", """
            customer_id | valid_from | valid_to   | is_deleted
            1           | 2024-01-01 | NULL       | false
            2           | 2024-01-01 | 2024-01-10 | false
            2           | 2024-01-10 | NULL       | true
            """);
        await warehouse.ExpectAsync(Payments, """
            payment_id | city | income_band | segment
            1          | Ribe | 0-50k       | b
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task Deletes_end_both_histories_and_a_late_one_leaves_the_last_known_combination(LateEvents lateEvents)
    {
        var shop = new ProfiledShop(customers: d => d.Operation(c => c.Op).LateEvents(lateEvents));
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 1, "I"), Is(2, "Ribe", 10, "a", 1, "I")]);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 8), Pays(2, 8, 2)]);
        await warehouse.LoadAsync(shop.Customer, [Is(1, null, null, null, 5, "D"), Is(2, null, null, null, 9, "D")]);
        await warehouse.LoadAsync(shop.Customer, [Is(2, "Ribe", 60_000, "a", 7, "U"), Is(1, "Ribe", 10, "b", 20, "U")]);

        await warehouse.ExpectAsync(Assignments, """
            customer_id | income_band | segment | valid_from | valid_to
            1           | 0-50k       | a       | 2024-01-01 | 2024-01-05
            1           | 0-50k       | b       | 2024-01-20 | NULL
            2           | 0-50k       | a       | 2024-01-01 | 2024-01-07
            2           | 50-100k     | a       | 2024-01-07 | 2024-01-09
            """);
        await warehouse.ExpectAsync(Payments, """
            payment_id | city | income_band | segment
            1          | Ribe | 0-50k       | a
            2          | Ribe | 50-100k     | a
            """);
        await warehouse.ExpectAsync("SELECT income_band, segment FROM business.dim_customer_profile WHERE customer_profile_key > 0 ORDER BY 1, 2", """
            income_band | segment
            0-50k       | a
            0-50k       | b
            50-100k     | a
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task A_member_that_never_was_takes_its_combination_off_the_facts()
    {
        var shop = new ProfiledShop(customers: d => d.Operation(c => c.Op).Sequence(c => c.Lsn).LateEvents(LateEvents.Reconcile));
        await using IWarehouse warehouse = await store.OpenAsync(shop.Model);
        await warehouse.LoadAsync(shop.Customer, [Is(1, "Ribe", 10, "a", 1, "I", 1)]);
        await warehouse.LoadAsync(shop.Payment, [Pays(1, 8)]);

        LoadReport report = await warehouse.LoadAsync(shop.Customer, [Is(1, null, null, null, 1, "D", 2)]);

        report.Counts.Repointed.Should().Be(2);
        await warehouse.ExpectAsync("SELECT payment_id, customer_key, customer_profile_key FROM business.fact_payment", """
            payment_id | customer_key | customer_profile_key
            1          | -1           | -1
            """);
        await ExpectSoundAsync(warehouse);
    }
}
