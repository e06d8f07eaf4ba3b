using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>What a change of a type 0, 1, 2 or 3 attribute does, alone and together.</summary>
public abstract class ScdTypeTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task Type_0_keeps_the_value_of_the_earliest_event()
    {
        await using var members = await OpenAsync(d => d.Type0(e => e.Value));
        await members.LoadAsync(Of(1, "o", 1));
        var report = await members.ExpectNothingChangesAsync(Of(1, "p", 10));
        report.Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to | is_current | version
            1  | o     | 2024-01-01 | NULL     | true       | 1
            """);
    }

    [Fact]
    public async Task Type_0_takes_the_earliest_event_of_a_batch_whatever_the_order()
    {
        await using var members = await OpenAsync(d => d.Type0(e => e.Value));
        var report = await members.LoadAsync(Of(1, "p", 10), Of(1, "o", 1));
        report.Counts.Should().Be(new LoadCounts { Read = 2, NewMembers = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to
            1  | o     | 2024-01-01 | NULL
            """);
    }

    [Fact]
    public async Task Type_0_that_began_as_NULL_stays_NULL()
    {
        await using var members = await OpenAsync(d => d.Type0(e => e.Value));
        await members.LoadAsync(Of(1, null, 1));
        await members.ExpectNothingChangesAsync(Of(1, "p", 10));
        await members.ExpectAsync("""
            id | value
            1  | NULL
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task T13_type_0_that_began_as_NULL_takes_the_first_value_where_it_may(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync(store, Under<ScdMixedEvent>(policy, d =>
        {
            ScdMixedEvent.Mixed(d);
            d.FillWhenNull(e => e.Origin);
        }));
        await members.LoadAsync(ScdMixedEvent.Of(1, null, "x", "A", "N", 1), ScdMixedEvent.Of(1, null, "x", "B", "N", 10), ScdMixedEvent.Of(2, "o", "x", "A", "N", 1));
        LoadReport report = await members.LoadAsync(ScdMixedEvent.Of(1, "p", "x", "B", "N", 20), ScdMixedEvent.Of(2, null, "x", "A", "N", 20));
        report.Counts.Should().Be(new LoadCounts { Read = 2, Overwritten = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            id | origin | town | valid_from
            1  | p      | A    | 2024-01-01
            1  | p      | B    | 2024-01-10
            2  | o      | A    | 2024-01-01
            """);
        await members.ExpectNothingChangesAsync(ScdMixedEvent.Of(1, "q", "x", "B", "N", 30));
        // Late and NULL: there was nothing to keep. Late and first: that is what is kept.
        await members.LoadAsync(ScdMixedEvent.Of(1, null, "x", "Z", "N", 0), ScdMixedEvent.Of(2, "first", "x", "Z", "N", 0));
        await members.ExpectAsync("""
            id | origin | town | valid_from
            1  | p      | Z    | 2023-12-31
            1  | p      | A    | 2024-01-01
            1  | p      | B    | 2024-01-10
            2  | first  | Z    | 2023-12-31
            2  | first  | A    | 2024-01-01
            """);
    }

    [Fact]
    public async Task T13_the_first_value_of_all_events_fills_in_where_they_are_remembered()
    {
        await using var members = await ScdDimension.OpenAsync(store, Under<ScdEvent>(LateEvents.Reconcile, d => d
            .NaturalKey(e => e.Id).Type0(e => e.Value).FillWhenNull(e => e.Value).EffectiveFrom(e => e.At).Ignore(e => e.Op, e => e.Lsn)));
        await members.LoadAsync(Of(1, null, 1));
        await members.LoadAsync(Of(1, "p", 10));
        await members.LoadAsync(Of(1, "q", 5));
        await members.ExpectAsync("""
            id | value | valid_from
            1  | q     | 2024-01-01
            """);
    }

    [Fact]
    public async Task T29_an_overwrite_of_a_member_with_thousands_of_versions_is_one_statement_over_its_rows()
    {
        const int Versions = 10_000;
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync([.. Enumerable.Range(1, Versions).Select(day => ScdMixedEvent.Of(1, "o", "x", $"T{day}", "N", day))]);
        LoadReport report = await members.LoadAsync(ScdMixedEvent.Of(1, "o", "y", $"T{Versions}", "N", Versions + 1));
        report.Counts.Should().Be(new LoadCounts { Read = 1, Overwritten = 1 });
        report.Steps.Single(step => step.Name == "overwrite-attributes").Rows.Should().Be(Versions);
        report.Steps.Single(step => step.Name == "build-timeline").Rows.Should().BeLessThan(3 * Versions);
        await members.Warehouse.ExpectAsync("SELECT count(*) AS versions, min(email) AS least, max(email) AS most FROM business.dim_member WHERE member_key > 0", "versions | least | most\n10000 | y | y");
    }

    [Fact]
    public async Task Type_1_overwrites_in_place_and_makes_no_version()
    {
        await using var members = await OpenAsync(d => d.Type1(e => e.Value));
        await members.LoadAsync(Of(1, "A", 1));
        string key = await members.Warehouse.DrawAsync("SELECT member_key FROM business.dim_member WHERE id = 1");
        var report = await members.LoadAsync(Of(1, "B", 10));
        report.Counts.Should().Be(new LoadCounts { Read = 1, Overwritten = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to | is_current | version | changed_at
            1  | B     | 2024-01-01 | NULL     | true       | 1       | 2024-01-10
            """);
        (await members.Warehouse.DrawAsync("SELECT member_key FROM business.dim_member WHERE id = 1")).Should().Be(key);
    }

    [Fact]
    public async Task Type_2_closes_the_open_version_and_opens_another_with_another_key()
    {
        await using var members = await OpenAsync(d => d.Type2(e => e.Value));
        await members.LoadAsync(Of(1, "A", 1));
        var report = await members.LoadAsync(Of(1, "B", 10));
        report.Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            member_key | id | value | valid_from | valid_to   | is_current | version
            $1         | 1  | A     | 2024-01-01 | 2024-01-10 | false      | 1
            $2         | 1  | B     | 2024-01-10 | NULL       | true       | 2
            """);
    }

    [Fact]
    public async Task Type_3_shifts_the_old_value_on_a_real_change_only()
    {
        await using var members = await OpenAsync(d => d.Type3(e => e.Value));
        await members.LoadAsync(Of(1, "N", 1));
        await members.LoadAsync(Of(1, "S", 10));
        await members.ExpectNothingChangesAsync(Of(1, "S", 20));
        await members.ExpectAsync("""
            id | value | previous_value | valid_from
            1  | S     | N              | 2024-01-01
            """);
        var report = await members.LoadAsync(Of(1, "W", 30));
        report.Counts.Should().Be(new LoadCounts { Read = 1, Overwritten = 1 });
        await members.ExpectAsync("""
            id | value | previous_value | valid_from
            1  | W     | S              | 2024-01-01
            """);
    }

    [Fact]
    public async Task Type_3_that_goes_back_remembers_where_it_was()
    {
        await using var members = await OpenAsync(d => d.Type3(e => e.Value));
        await members.LoadAsync(Of(1, "N", 1));
        await members.LoadAsync(Of(1, "S", 10));
        await members.LoadAsync(Of(1, "N", 20));
        await members.ExpectAsync("""
            id | value | previous_value
            1  | N     | S
            """);
    }

    [Fact]
    public async Task Type_3_shifts_step_by_step_within_one_batch()
    {
        await using var members = await OpenAsync(d => d.Type3(e => e.Value));
        var report = await members.LoadAsync(Of(1, "W", 30), Of(1, "N", 1), Of(1, "S", 20), Of(1, "S", 10));
        report.Counts.IsConserved.Should().BeTrue();
        await members.ExpectAsync("""
            id | value | previous_value | valid_from
            1  | W     | S              | 2024-01-01
            """);
    }

    [Fact]
    public async Task Type_3_that_goes_back_within_one_batch_remembers_where_it_was()
    {
        await using var members = await OpenAsync(d => d.Type3(e => e.Value));
        await members.LoadAsync(Of(1, "N", 1));
        await members.LoadAsync(Of(1, "N", 20), Of(1, "S", 10));
        await members.ExpectAsync("""
            id | value | previous_value
            1  | N     | S
            """);
    }

    [Fact]
    public async Task Type_3_becomes_NULL_and_keeps_what_it_was()
    {
        await using var members = await OpenAsync(d => d.Type3(e => e.Value));
        await members.LoadAsync(Of(1, "N", 1));
        await members.LoadAsync(Of(1, null, 10));
        await members.ExpectAsync("""
            id | value | previous_value
            1  | NULL  | N
            """);
        await members.LoadAsync(Of(1, "W", 20));
        await members.ExpectAsync("""
            id | value | previous_value
            1  | W     | NULL
            """);
    }

    [Fact]
    public async Task All_types_changed_in_one_row_make_one_version_and_overwrite_all()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        var report = await members.LoadAsync(ScdMixedEvent.Of(1, "p", "y", "B", "S", 10));
        report.Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            member_key | id | origin | email | town | segment | previous_segment | valid_from | valid_to   | is_current | version
            $1         | 1  | o      | y     | A    | S       | N                | 2024-01-01 | 2024-01-10 | false      | 1
            $2         | 1  | o      | y     | B    | S       | N                | 2024-01-10 | NULL       | true       | 2
            """);
    }

    [Fact]
    public async Task Types_1_and_3_changed_without_type_2_make_no_version()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1), ScdMixedEvent.Of(1, "o", "x", "B", "N", 10), ScdMixedEvent.Of(2, "q", "z", "C", "E", 1));
        var report = await members.LoadAsync(ScdMixedEvent.Of(1, "o", "y", "B", "S", 20), ScdMixedEvent.Of(2, "q", "z", "C", "E", 20));
        report.Counts.Should().Be(new LoadCounts { Read = 2, Overwritten = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            id | email | town | segment | previous_segment | valid_from | valid_to   | version | load_id
            1  | y     | A    | S       | N                | 2024-01-01 | 2024-01-10 | 1       | $2
            1  | y     | B    | S       | N                | 2024-01-10 | NULL       | 2       | $2
            2  | z     | C    | E       | NULL             | 2024-01-01 | NULL       | 1       | $1
            """);
    }

    [Fact]
    public async Task Overwriting_the_current_version_leaves_the_older_ones_as_they_were()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, d =>
        {
            ScdMixedEvent.Mixed(d);
            d.Overwrite(OverwriteScope.CurrentVersion);
        });
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "y", "B", "N", 10));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "z", "B", "N", 20));
        await members.ExpectAsync("""
            id | email | town | valid_from | valid_to   | version
            1  | x     | A    | 2024-01-01 | 2024-01-10 | 1
            1  | z     | B    | 2024-01-10 | NULL       | 2
            """);
    }

    [Fact]
    public async Task Overwriting_the_current_version_says_the_same_however_the_events_are_cut_into_batches()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, d =>
        {
            ScdMixedEvent.Mixed(d);
            d.Overwrite(OverwriteScope.CurrentVersion);
        });
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1), ScdMixedEvent.Of(1, "o", "y", "B", "N", 10), ScdMixedEvent.Of(1, "o", "z", "B", "N", 20));
        await members.ExpectAsync("""
            id | email | town | valid_from | valid_to   | version
            1  | x     | A    | 2024-01-01 | 2024-01-10 | 1
            1  | z     | B    | 2024-01-10 | NULL       | 2
            """);
    }

    private Task<ScdDimension<ScdEvent>> OpenAsync(Action<DimensionBuilder<ScdEvent>> type)
        => ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            d.NaturalKey(e => e.Id).EffectiveFrom(e => e.At).Ignore(e => e.Op, e => e.Lsn);
            type(d);
        });
}
