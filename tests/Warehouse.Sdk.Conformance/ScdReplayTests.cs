using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>Batches that come again, whatever the policy for late rows, and rows that come late where those are rejected.</summary>
public abstract class ScdReplayTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    [Theory]
    [InlineData(LateEvents.Reject)]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task C01_Every_earlier_batch_may_come_again_and_changes_nothing(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, Under<ScdMixedEvent>(policy, ScdMixedEvent.Mixed));
        ScdMixedEvent[][] batches =
        [
            [ScdMixedEvent.Of(1, "o", "x", "A", "N", 1), ScdMixedEvent.Of(2, "o", "x", "A", "N", 1), ScdMixedEvent.Of(2, "o", "x", "B", "S", 2)],
            [ScdMixedEvent.Of(1, "p", "y", "A", "S", 5)],
            [ScdMixedEvent.Of(1, "o", "z", "B", "W", 10), ScdMixedEvent.Of(2, "o", "x", "B", "S", 10), ScdMixedEvent.Gone(3, 10)],
            [ScdMixedEvent.Gone(1, 15), ScdMixedEvent.Of(3, "o", "x", "A", "N", 15)],
            [ScdMixedEvent.Of(1, "q", "u", "B", "E", 20), ScdMixedEvent.Gone(2, 20)],
            [ScdMixedEvent.Of(1, "o", "v", "C", "N", 25), ScdMixedEvent.Of(1, "o", "w", "C", "N", 26)],
        ];
        foreach (ScdMixedEvent[] batch in batches)
            await members.LoadAsync(batch);
        foreach (ScdMixedEvent[] batch in batches.Concat(batches.Reverse()))
        {
            LoadReport report = await members.ExpectNothingChangesAsync(batch);
            report.Counts.Should().Be(new LoadCounts { Read = batch.Length, Unchanged = batch.Length });
        }

        await members.ExpectNothingChangesAsync([.. batches.SelectMany(batch => batch)]);
    }

    [Fact]
    public async Task An_older_overwrite_never_undoes_a_newer_one()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "z", "A", "W", 20));
        (await members.ExpectNothingChangesAsync(ScdMixedEvent.Of(1, "o", "y", "A", "S", 10))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            email | segment | previous_segment | changed_at
            z     | W       | N                | 2024-01-20
            """);
    }

    [Fact]
    public async Task An_older_overwrite_that_comes_with_newer_rows_undoes_nothing()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "z", "A", "W", 20));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "y", "A", "S", 10), ScdMixedEvent.Of(1, "o", "z", "B", "W", 30));
        await members.ExpectAsync("""
            email | town | segment | previous_segment | valid_from
            z     | A    | W       | N                | 2024-01-01
            z     | B    | W       | N                | 2024-01-30
            """);
    }

    [Fact]
    public async Task An_overwrite_there_and_back_in_one_batch_is_not_undone_by_its_middle_alone()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        var report = await members.LoadAsync(ScdMixedEvent.Of(1, "o", "y", "A", "N", 5), ScdMixedEvent.Of(1, "o", "x", "A", "N", 8));
        report.Counts.Should().Be(new LoadCounts { Read = 2, Overwritten = 2 });
        await members.ExpectNothingChangesAsync(ScdMixedEvent.Of(1, "o", "y", "A", "N", 5), ScdMixedEvent.Of(1, "o", "x", "A", "N", 8));
        await members.ExpectNothingChangesAsync(ScdMixedEvent.Of(1, "o", "y", "A", "N", 5));
        await members.ExpectAsync("""
            email | changed_at
            x     | 2024-01-08
            """);
    }

    [Fact]
    public async Task A_delete_undone_in_its_own_batch_may_come_again_after_an_overwrite()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        ScdMixedEvent[] undone = [ScdMixedEvent.Gone(1, 10), ScdMixedEvent.Of(1, "o", "x", "A", "N", 10)];
        await members.ExpectNothingChangesAsync(undone);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "y", "A", "N", 20));
        (await members.ExpectNothingChangesAsync(undone)).Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 2 });
    }

    [Fact]
    public async Task An_older_overwrite_before_a_delete_undoes_nothing()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "z", "A", "W", 20));
        var report = await members.LoadAsync(ScdMixedEvent.Of(1, "o", "y", "A", "S", 10), ScdMixedEvent.Gone(1, 30), ScdMixedEvent.Of(1, "o", "z", "A", "W", 40));
        report.Counts.Should().Be(new LoadCounts { Read = 3, Unchanged = 1, Expired = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            email | segment | previous_segment | valid_from | valid_to
            z     | W       | N                | 2024-01-01 | 2024-01-30
            z     | W       | N                | 2024-02-09 | NULL
            """);
    }

    [Fact]
    public async Task A_replay_of_one_member_goes_with_news_of_another()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.LoadAsync(Of(1, "A", 1));
        await members.LoadAsync(Of(1, "B", 10));
        var report = await members.LoadAsync(Of(1, "A", 1), Of(1, "B", 10), Of(2, "A", 1), Of(1, "C", 20));
        report.Counts.Should().Be(new LoadCounts { Read = 4, Unchanged = 2, NewMembers = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to   | load_id
            1  | A     | 2024-01-01 | 2024-01-10 | $2
            1  | B     | 2024-01-10 | 2024-01-20 | $3
            1  | C     | 2024-01-20 | NULL       | $3
            2  | A     | 2024-01-01 | NULL       | $3
            """);
    }

    [Theory]
    [InlineData("A10", "B5", "older than the first version")]
    [InlineData("A1 C20", "B10", "between two versions")]
    [InlineData("A1 B10", "C1", "another value where a version begins")]
    [InlineData("A1 B10", "C10", "another value where the last version begins")]
    [InlineData("A1 x20", "B10", "before a delete")]
    [InlineData("A1 x20 A30", "B25", "in a gap")]
    [InlineData("A1 x10 C30", "C20", "in a gap, with the value that follows it")]
    [InlineData("A1 B30", "x20", "a delete before the last version")]
    [InlineData("A1 x20", "x10", "a delete before the delete")]
    [InlineData("A10", "A5", "the same value, but the member began later")]
    public async Task A_late_row_that_contradicts_newer_history_is_rejected_with_its_reason(string history, string late, string because)
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(LateEvents.Reject, WithOperations));
        await members.LoadAsync(Events(history));
        await members.ExpectRefusalAsync(Events(late));

        string before = await members.DrawAsync();
        var report = await members.LoadAsync(Tolerant, Events(late));
        report.Counts.Should().Be(new LoadCounts { Read = 1, Rejected = 1 }, because);
        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        (await members.DrawAsync()).Should().Be(before);
        await members.Warehouse.ExpectAsync("SELECT target, line FROM warehouse.reject WHERE reason LIKE 'late%(id = 1)' AND raw_row IS NOT NULL", """
            target              | line
            business.dim_member | 1
            """);
    }

    [Theory]
    [InlineData(LateEvents.Reject, "A1 C20: A10 | A1 C20: A1 | A1 C20: A19 | A1 x20 A30: A19 | A1 x20 A30: x20 | A1 x20: A10 | A1 x20: x25 | A10: x5 | A10: x10 | A1 B30: x30 | A1 x10 A20: x15")]
    [InlineData(LateEvents.Split, "A1 C20: A10 | A1 C20: A1 | A1 C20: A19 | A1 x20 A30: A19 | A1 x20 A30: x20 | A1 x20: A10 | A1 x20: x25 | A10: x5 | A10: x10 | A1 B30: x30 | A1 x10 A20: x15")]
    [InlineData(LateEvents.Reconcile, "A1 C20: A10 | A1 C20: A1 | A1 C20: A19 | A1 x20 A30: A19 | A1 x20 A30: x20 | A1 x20: A10 | A1 x20: x25 | A10: x5 | A10: x10 | A1 B30: x30 | A1 x10 A20: x15")]
    public async Task A_late_row_that_agrees_changes_nothing(LateEvents policy, string historiesAndLateRows)
    {
        string[][] told = [.. historiesAndLateRows.Split('|').Select(member => member.Split(':'))];
        ScdEvent[] Of(int part) => [.. told.SelectMany((member, index) => Events(member[part]).Select(e => e with { Id = index + 1 }))];
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(policy, WithOperations));
        await members.LoadAsync(Of(0));
        (await members.ExpectNothingChangesAsync(Of(1))).Counts.Should().Be(new LoadCounts { Read = told.Length, Unchanged = told.Length });
    }

    [Fact]
    public async Task A_row_older_than_the_last_overwrite_cannot_change_what_that_overwrite_confirmed()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, Under<ScdMixedEvent>(LateEvents.Reject, ScdMixedEvent.Mixed));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "y", "A", "N", 20));
        await members.ExpectRefusalAsync(ScdMixedEvent.Of(1, "o", "x", "B", "N", 10));
        await members.ExpectRefusalAsync(ScdMixedEvent.Gone(1, 10));
        await members.ExpectRefusalAsync(ScdMixedEvent.Of(1, "o", "y", "B", "N", 20));
    }

    [Fact]
    public async Task L19_Late_rows_go_to_the_reject_table_and_the_rest_is_loaded()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(LateEvents.Reject, Delta));
        await members.LoadAsync(Of(1, "A", 1), Of(1, "C", 20), Of(2, "A", 1));
        var report = await members.LoadAsync(Tolerant, Of(1, "B", 10), Of(1, "D", 30), Of(1, "A", 5), Of(2, "B", 10));
        report.Counts.Should().Be(new LoadCounts { Read = 4, Rejected = 1, Unchanged = 1, NewVersions = 2 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to
            1  | A     | 2024-01-01 | 2024-01-20
            1  | C     | 2024-01-20 | 2024-01-30
            1  | D     | 2024-01-30 | NULL
            2  | A     | 2024-01-01 | 2024-01-10
            2  | B     | 2024-01-10 | NULL
            """);
    }

    [Fact]
    public async Task A_delete_whose_member_came_back_at_its_very_instant_may_come_again()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, WithOperations);
        await members.LoadAsync(Of(1, "A", 1), Of(2, "A", 1));
        await members.LoadAsync(Gone(1, 10), Gone(2, 10));
        await members.LoadAsync(Of(1, "A", 10), Of(2, "B", 10));
        await members.ExpectNothingChangesAsync(Gone(1, 10));
        await members.ExpectNothingChangesAsync(Gone(2, 10));
        await members.ExpectAsync("""
            id | value | valid_from | valid_to
            1  | A     | 2024-01-01 | NULL
            2  | A     | 2024-01-01 | 2024-01-10
            2  | B     | 2024-01-10 | NULL
            """);
    }
}
