using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>Type 6: tracked as type 2 is, and the latest value on all versions of the member.</summary>
public abstract class ScdCurrentValueTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task T09_the_latest_value_stands_on_all_versions()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Of(1, "A", 1), Of(2, "Z", 1));
        LoadReport report = await members.LoadAsync(Of(1, "B", 10), Of(2, "Z", 10));
        report.Counts.Should().Be(new LoadCounts { Read = 2, NewVersions = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            member_key | id | value | current_value | valid_from | valid_to   | version
            $1         | 1  | A     | B             | 2024-01-01 | 2024-01-10 | 1
            $2         | 1  | B     | B             | 2024-01-10 | NULL       | 2
            $3         | 2  | Z     | Z             | 2024-01-01 | NULL       | 1
            """);
        await members.LoadAsync(Of(1, null, 20));
        await members.ExpectAsync("""
            id | value | current_value
            1  | A     | NULL
            1  | B     | NULL
            1  | NULL  | NULL
            2  | Z     | Z
            """);
        await members.ExpectNothingChangesAsync(Of(1, "A", 1), Of(1, "B", 10), Of(1, null, 20));
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task T10_a_late_event_in_the_middle_has_the_latest_value_too(LateEvents policy)
    {
        await using var members = await OpenAsync(policy);
        await members.LoadAsync(Of(1, "A", 1), Of(1, "C", 20));
        await members.LoadAsync(Of(1, "B", 10));
        await members.ExpectAsync("""
            id | value | current_value | valid_from | valid_to
            1  | A     | C             | 2024-01-01 | 2024-01-10
            1  | B     | C             | 2024-01-10 | 2024-01-20
            1  | C     | C             | 2024-01-20 | NULL
            """);
        await members.LoadAsync(Of(1, "C", 15));
        await members.LoadAsync(Of(1, "Z", 0));
        await members.ExpectAsync("""
            id | value | current_value | valid_from | valid_to
            1  | Z     | C             | 2023-12-31 | 2024-01-01
            1  | A     | C             | 2024-01-01 | 2024-01-10
            1  | B     | C             | 2024-01-10 | 2024-01-15
            1  | C     | C             | 2024-01-15 | NULL
            """);
    }

    [Fact]
    public async Task T10_a_late_event_that_is_rejected_leaves_the_current_value()
    {
        await using var members = await OpenAsync(LateEvents.Reject);
        await members.LoadAsync(Of(1, "A", 1), Of(1, "C", 20));
        await members.LoadAsync(new LoadOptions { Rejects = RejectPolicy.KeepAll }, Of(1, "B", 10));
        await members.ExpectAsync("""
            id | value | current_value
            1  | A     | C
            1  | C     | C
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task T17_a_deleted_member_keeps_its_last_value(LateEvents policy)
    {
        await using var members = await OpenAsync(policy);
        await members.LoadAsync(Of(1, "A", 1), Of(1, "B", 10));
        await members.LoadAsync(Gone(1, 20));
        await members.ExpectAsync("""
            id | value | current_value | valid_from | valid_to   | is_current
            1  | A     | B             | 2024-01-01 | 2024-01-10 | false
            1  | B     | B             | 2024-01-10 | 2024-01-20 | false
            """);
        await members.LoadAsync(Of(1, "C", 15));
        await members.ExpectAsync("""
            id | value | current_value | valid_from | valid_to
            1  | A     | C             | 2024-01-01 | 2024-01-10
            1  | B     | C             | 2024-01-10 | 2024-01-15
            1  | C     | C             | 2024-01-15 | 2024-01-20
            """);
        await members.LoadAsync(Of(1, "D", 30));
        await members.ExpectAsync("""
            id | value | current_value | valid_from | valid_to
            1  | A     | D             | 2024-01-01 | 2024-01-10
            1  | B     | D             | 2024-01-10 | 2024-01-15
            1  | C     | D             | 2024-01-15 | 2024-01-20
            1  | D     | D             | 2024-01-30 | NULL
            """);
    }

    [Fact]
    public async Task T17_a_mark_of_deletion_has_the_last_value()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Tracked(d);
            d.WhenAbsent(Absent.MarkDeleted, maxExpireFraction: 1, allowEmpty: true);
        });
        await members.LoadAsync(Of(1, "A", 1), Of(1, "B", 10), Gone(1, 20));
        await members.ExpectAsync("""
            id | value | current_value | valid_from | is_deleted | is_current
            1  | A     | B             | 2024-01-01 | false      | false
            1  | B     | B             | 2024-01-10 | false      | false
            1  | B     | B             | 2024-01-20 | true       | true
            """);
    }

    [Fact]
    public async Task Absence_from_a_snapshot_leaves_the_last_value_and_a_return_brings_a_new_one()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d => d
            .NaturalKey(e => e.Id).Type6(e => e.Value).EffectiveFrom(e => e.At).Ignore(e => e.Op, e => e.Lsn)
            .WhenAbsent(Absent.Expire, maxExpireFraction: 1));
        await members.LoadAsync(Snapshot(1), Of(1, "A", 1), Of(2, "Z", 1));
        await members.LoadAsync(Snapshot(10), Of(2, "Z", 1));
        await members.LoadAsync(Snapshot(20), Of(1, "B", 1), Of(2, "Z", 1));
        await members.ExpectAsync("""
            id | value | current_value | valid_from | valid_to
            1  | A     | B             | 2024-01-01 | 2024-01-10
            1  | B     | B             | 2024-01-20 | NULL
            2  | Z     | Z             | 2024-01-01 | NULL
            """);
    }

    [Fact]
    public async Task A_spelling_that_is_no_change_is_not_current_either()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Tracked(d);
            d.Compare(e => e.Value, Equality.IgnoreCase);
        });
        await members.LoadAsync(Of(1, "a", 1), Of(1, "B", 10));
        await members.ExpectNothingChangesAsync(Of(1, "b", 20));
        await members.ExpectAsync("""
            id | value | current_value
            1  | a     | B
            1  | B     | B
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task T18_every_type_changed_in_one_row_makes_one_version(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync(store, Under<ScdAllTypesEvent>(policy, ScdAllTypesEvent.Define));
        await members.LoadAsync(ScdAllTypesEvent.Of(1, "o", "x", "A", "N", "r", 1));
        LoadReport report = await members.LoadAsync(ScdAllTypesEvent.Of(1, "p", "y", "B", "S", "q", 10));
        report.Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            member_key | member_durable_key | id | origin | email | town | segment | previous_segment | region | current_region | valid_from | valid_to   | change_reason
            $1         | $1                 | 1  | o      | y     | A    | S       | N                | r      | q              | 2024-01-01 | 2024-01-10 | new
            $2         | $1                 | 1  | o      | y     | B    | S       | N                | q      | q              | 2024-01-10 | NULL       | town,region
            """);
        // Overwritten alone: no version, and nothing else moves.
        report = await members.LoadAsync(ScdAllTypesEvent.Of(1, "p", "z", "B", "S", "q", 20));
        report.Counts.Should().Be(new LoadCounts { Read = 1, Overwritten = 1 });
        // Late and between: it splits, and overwrites nothing that is newer.
        await members.LoadAsync(ScdAllTypesEvent.Of(1, "p", "u", "A", "W", "s", 5));
        await members.ExpectAsync("""
            id | origin | email | town | segment | region | current_region | valid_from | valid_to   | change_reason
            1  | o      | z     | A    | S       | r      | q              | 2024-01-01 | 2024-01-05 | new
            1  | o      | z     | A    | S       | s      | q              | 2024-01-05 | 2024-01-10 | region
            1  | o      | z     | B    | S       | q      | q              | 2024-01-10 | NULL       | town,region
            """);
    }

    [Fact]
    public async Task Current_values_are_written_on_all_versions_where_overwrites_are_not()
    {
        await using var members = await ScdDimension.OpenAsync<ScdAllTypesEvent>(store, d =>
        {
            ScdAllTypesEvent.Define(d);
            d.Overwrite(OverwriteScope.CurrentVersion);
        });
        await members.LoadAsync(ScdAllTypesEvent.Of(1, "o", "x", "A", "N", "r", 1), ScdAllTypesEvent.Of(1, "o", "y", "B", "S", "q", 10));
        await members.ExpectAsync("""
            id | email | segment | region | current_region
            1  | x     | N       | r      | q
            1  | y     | S       | q      | q
            """);
    }

    private Task<ScdDimension<ScdEvent>> OpenAsync(LateEvents policy = LateEvents.Split) => ScdDimension.OpenAsync(store, Under<ScdEvent>(policy, Tracked));

    private static void Tracked(DimensionBuilder<ScdEvent> dimension)
        => dimension.NaturalKey(e => e.Id).Type6(e => e.Value).EffectiveFrom(e => e.At).Operation(e => e.Op).Ignore(e => e.Lsn);
}
