using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>Deletes by an operation column.</summary>
public abstract class ScdDeleteTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    public sealed record FlaggedEvent(int Id, bool IsDeleted, DateTime At);

    [Fact]
    public async Task X01_A_delete_ends_the_open_version()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Of(1, "A", 1), Of(2, "A", 1));
        var report = await members.LoadAsync(Gone(1, 10));
        report.Counts.Should().Be(new LoadCounts { Read = 1, Expired = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to   | is_current | version
            1  | A     | 2024-01-01 | 2024-01-10 | false      | 1
            2  | A     | 2024-01-01 | NULL       | true       | 1
            """);
    }

    [Theory]
    [InlineData("I", false)]
    [InlineData("U", false)]
    [InlineData(null, false)]
    [InlineData("D", true)]
    [InlineData("d", true)]
    public async Task Only_a_D_is_a_delete(string? operation, bool isDelete)
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Of(1, "A", 1));
        var report = await members.LoadAsync(new ScdEvent(1, "B", Day(10), operation));
        report.Counts.Should().Be(isDelete ? new LoadCounts { Read = 1, Expired = 1 } : new LoadCounts { Read = 1, NewVersions = 1 });
    }

    [Fact]
    public async Task A_delete_and_a_return_at_the_same_instant_are_nothing()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Of(1, "A", 1));
        (await members.ExpectNothingChangesAsync(Gone(1, 10), Of(1, "A", 10))).Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 2 });
        await members.ExpectAsync("""
            value | valid_from | valid_to | is_current
            A     | 2024-01-01 | NULL     | true
            """);
    }

    [Fact]
    public async Task A_delete_and_a_changed_return_at_the_same_instant_are_a_change()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Of(1, "A", 1));
        (await members.LoadAsync(Of(1, "B", 10), Gone(1, 10))).Counts.Should().Be(new LoadCounts { Read = 2, NewVersions = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to   | is_current | version
            A     | 2024-01-01 | 2024-01-10 | false      | 1
            B     | 2024-01-10 | NULL       | true       | 2
            """);
        await members.ExpectNothingChangesAsync(Of(1, "B", 10), Gone(1, 10));
    }

    [Fact]
    public async Task A_member_deleted_at_the_instant_it_begins_begins_and_stays()
    {
        await using var members = await OpenAsync();
        (await members.LoadAsync(Of(1, "A", 10), Gone(1, 10))).Counts.Should().Be(new LoadCounts { Read = 2, NewMembers = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to
            A     | 2024-01-10 | NULL
            """);
        await members.ExpectNothingChangesAsync(Of(1, "A", 10), Gone(1, 10));
    }

    [Fact]
    public async Task A_return_at_the_instant_of_a_delete_in_a_later_load_undoes_the_end()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Of(1, "A", 1));
        await members.LoadAsync(Gone(1, 10));
        (await members.LoadAsync(Of(1, "A", 10))).Counts.Should().Be(new LoadCounts { Read = 1, Reopened = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to | is_current | version
            A     | 2024-01-01 | NULL     | true       | 1
            """);
    }

    [Fact]
    public async Task A_changed_return_at_the_instant_of_a_delete_in_a_later_load_follows_without_a_gap()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Of(1, "A", 1));
        await members.LoadAsync(Gone(1, 10));
        (await members.LoadAsync(Of(1, "B", 10))).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to   | is_current | version
            A     | 2024-01-01 | 2024-01-10 | false      | 1
            B     | 2024-01-10 | NULL       | true       | 2
            """);
    }

    [Fact]
    public async Task X03_A_sequence_decides_between_a_delete_and_a_row_of_one_instant()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, SequencedOperations);
        await members.LoadAsync(Of(1, "A", 1, lsn: 1), Of(2, "A", 1, lsn: 2));
        var report = await members.LoadAsync(Gone(1, 10, lsn: 1), Of(1, "A", 10, lsn: 2), Gone(2, 10, lsn: 4), Of(2, "B", 10, lsn: 3));
        report.Counts.Should().Be(new LoadCounts { Read = 4, Duplicates = 2, Unchanged = 1, Expired = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to   | is_current
            1  | A     | 2024-01-01 | NULL       | true
            2  | A     | 2024-01-01 | 2024-01-10 | false
            """);
    }

    [Fact]
    public async Task X04_A_second_delete_is_nothing()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Of(1, "A", 1), Gone(1, 10));
        (await members.ExpectNothingChangesAsync(Gone(1, 12))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1 });
        (await members.ExpectNothingChangesAsync(Gone(1, 12), Gone(1, 13))).Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 2 });
    }

    [Fact]
    public async Task X05_A_delete_of_a_member_never_seen_is_nothing()
    {
        await using var members = await OpenAsync();
        (await members.ExpectNothingChangesAsync(Gone(1, 10))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1 });
        await members.ExpectAsync("id | value");
    }

    [Fact]
    public async Task X15_A_deleted_column_mapped_as_an_attribute_is_an_ordinary_change()
    {
        await using var members = await ScdDimension.OpenAsync<FlaggedEvent>(store, d => d
            .NaturalKey(e => e.Id)
            .Type2(e => e.IsDeleted)
            .EffectiveFrom(e => e.At));
        await members.LoadAsync(new FlaggedEvent(1, false, Day(1)));
        await members.LoadAsync(new FlaggedEvent(1, true, Day(10)));
        await members.ExpectAsync("""
            is_deleted | valid_from | valid_to   | is_current
            false      | 2024-01-01 | 2024-01-10 | false
            true       | 2024-01-10 | NULL       | true
            """);
    }

    [Fact]
    public async Task A_delete_and_a_later_return_leave_a_gap()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Of(1, "A", 1));
        await members.LoadAsync(Gone(1, 10));
        (await members.LoadAsync(Of(1, "A", 20))).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to   | is_current | version
            A     | 2024-01-01 | 2024-01-10 | false      | 1
            A     | 2024-01-20 | NULL       | true       | 2
            """);
    }

    [Fact]
    public async Task A_whole_life_in_one_batch()
    {
        await using var members = await OpenAsync();
        var report = await members.LoadAsync(Gone(1, 40), Of(1, "A", 20), Gone(1, 10), Of(1, "B", 30), Of(1, "A", 1), Gone(1, 15), Gone(2, 5));
        report.Counts.Should().Be(new LoadCounts { Read = 7, NewMembers = 1, NewVersions = 2, Expired = 2, Unchanged = 2 });
        await members.ExpectAsync("""
            value | valid_from | valid_to   | is_current | version
            A     | 2024-01-01 | 2024-01-10 | false      | 1
            A     | 2024-01-20 | 2024-01-30 | false      | 2
            B     | 2024-01-30 | 2024-02-09 | false      | 3
            """);
        await members.ExpectNothingChangesAsync(Of(1, "A", 1), Gone(1, 10), Of(1, "A", 20), Of(1, "B", 30), Gone(1, 40));
    }

    [Fact]
    public async Task An_overwrite_of_a_deleted_member_arrives_with_its_return()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        await members.LoadAsync(ScdMixedEvent.Gone(1, 10));
        var report = await members.LoadAsync(ScdMixedEvent.Of(1, "p", "y", "A", "S", 20));
        report.Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            origin | email | town | segment | previous_segment | valid_from | valid_to   | version
            o      | y     | A    | S       | N                | 2024-01-01 | 2024-01-10 | 1
            o      | y     | A    | S       | N                | 2024-01-20 | NULL       | 2
            """);
    }

    [Fact]
    public async Task X07_Deletes_mark_a_version_where_the_dimension_keeps_deleted_members()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            WithOperations(d);
            d.WhenAbsent(Absent.MarkDeleted);
        });
        await members.LoadAsync(Of(1, "A", 1));
        (await members.LoadAsync(Gone(1, 10))).Counts.Should().Be(new LoadCounts { Read = 1, Expired = 1 });
        await members.ExpectNothingChangesAsync(Gone(1, 12));
        await members.LoadAsync(Of(1, "B", 20));
        await members.ExpectAsync("""
            value | is_deleted | valid_from | valid_to   | is_current | version
            A     | false      | 2024-01-01 | 2024-01-10 | false      | 1
            A     | true       | 2024-01-10 | 2024-01-20 | false      | 2
            B     | false      | 2024-01-20 | NULL       | true       | 3
            """);
        await members.ExpectNothingChangesAsync(Of(1, "A", 1));
        await members.ExpectNothingChangesAsync(Gone(1, 10));
        await members.ExpectNothingChangesAsync(Of(1, "B", 20));
    }

    [Fact]
    public async Task A_mark_cannot_be_undone_at_its_own_instant_by_a_later_load_where_late_rows_are_rejected()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            WithOperations(d);
            d.WhenAbsent(Absent.MarkDeleted).LateEvents(LateEvents.Reject);
        });
        await members.LoadAsync(Of(1, "A", 1), Gone(1, 10));
        await members.ExpectRefusalAsync(Of(1, "A", 10));
        await members.ExpectRefusalAsync(Of(1, "B", 10));
        await members.LoadAsync(Of(2, "A", 1), Gone(2, 10), Of(2, "A", 10), Gone(3, 1), Of(3, "A", 1));
        await members.ExpectAsync("""
            id | value | is_deleted | valid_from | valid_to
            1  | A     | false      | 2024-01-01 | 2024-01-10
            1  | A     | true       | 2024-01-10 | NULL
            2  | A     | false      | 2024-01-01 | NULL
            3  | A     | false      | 2024-01-01 | NULL
            """);
    }

    [Fact]
    public async Task A_delete_at_the_instant_of_a_change_is_not_decided_without_the_sequence_of_that_change()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, SequencedOperations);
        await members.LoadAsync(Of(1, "A", 1, lsn: 1), Of(1, "B", 10, lsn: 2));
        await members.ExpectRefusalAsync(Gone(1, 10, lsn: 3));
    }

    [Fact]
    public async Task A_delete_older_than_the_member_says_what_its_history_says()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Of(1, "A", 10));
        (await members.ExpectNothingChangesAsync(Gone(1, 5))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to | is_current
            A     | 2024-01-10 | NULL     | true
            """);
    }

    [Fact]
    public async Task A_full_snapshot_with_operations_is_a_mistake_of_the_caller()
    {
        await using var members = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => members.LoadAsync(Snapshot(1), Of(1, "A", 1)));
    }

    private Task<ScdDimension<ScdEvent>> OpenAsync() => ScdDimension.OpenAsync<ScdEvent>(store, WithOperations);
}
