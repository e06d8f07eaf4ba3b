using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>What stands in one batch, and that it does not matter how rows are cut into batches.</summary>
public abstract class ScdBatchTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string ThreeVersions = """
        member_key | id | value | valid_from | valid_to   | is_current | version
        $1         | 1  | A     | 2024-01-01 | 2024-01-10 | false      | 1
        $2         | 1  | B     | 2024-01-10 | 2024-01-20 | false      | 2
        $3         | 1  | C     | 2024-01-20 | NULL       | true       | 3
        """;

    [Fact]
    public async Task C02_An_empty_batch_changes_nothing()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        (await members.ExpectNothingChangesAsync()).Counts.Should().Be(new LoadCounts());
        await members.LoadAsync(Of(1, "A", 1));
        (await members.ExpectNothingChangesAsync()).Counts.Should().Be(new LoadCounts());
    }

    [Theory]
    [InlineData("A1 B10 C20")]
    [InlineData("C20 A1 B10")]
    [InlineData("B10 C20 A1")]
    [InlineData("A1|B10|C20")]
    [InlineData("B10 A1|C20")]
    [InlineData("A1|C20 B10")]
    [InlineData("A1 A1|A1 B10 B10|C20 B10 A1")]
    [InlineData("A1|A5 B10 B15|B17 C20 C30")]
    public async Task B01_B02_Several_versions_become_history_however_they_are_cut_and_ordered(string batches)
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        foreach (string batch in batches.Split('|'))
            await members.LoadAsync(Events(batch));
        await members.ExpectAsync(ThreeVersions);
    }

    [Fact]
    public async Task B03_Exact_duplicates_collapse()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        var report = await members.LoadAsync(Events("A1 A1 A1"));
        report.Counts.Should().Be(new LoadCounts { Read = 3, Duplicates = 2, NewMembers = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to
            1  | A     | 2024-01-01 | NULL
            """);
    }

    [Fact]
    public async Task B06_A_value_that_comes_back_makes_three_versions()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        var report = await members.LoadAsync(Events("A20 B10 A1"));
        report.Counts.Should().Be(new LoadCounts { Read = 3, NewMembers = 1, NewVersions = 2 });
        await members.ExpectAsync("""
            value | valid_from | valid_to   | is_current
            A     | 2024-01-01 | 2024-01-10 | false
            B     | 2024-01-10 | 2024-01-20 | false
            A     | 2024-01-20 | NULL       | true
            """);
    }

    [Fact]
    public async Task B07_A_value_that_stays_makes_one_version()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.LoadAsync(Of(1, "A", 1));
        (await members.ExpectNothingChangesAsync(Of(1, "A", 10))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to
            A     | 2024-01-01 | NULL
            """);
    }

    [Fact]
    public async Task B13_An_unchanged_and_a_changed_row_of_one_member()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.LoadAsync(Events("A1"));
        (await members.LoadAsync(Events("A5 B10"))).Counts.Should().Be(new LoadCounts { Read = 2, NewVersions = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to
            A     | 2024-01-01 | 2024-01-10
            B     | 2024-01-10 | NULL
            """);
    }

    [Fact]
    public async Task B14_The_first_row_equals_the_current_version_and_the_second_goes_back()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.LoadAsync(Events("A1 B10"));
        (await members.LoadAsync(Events("B15 A20"))).Counts.Should().Be(new LoadCounts { Read = 2, NewVersions = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to
            A     | 2024-01-01 | 2024-01-10
            B     | 2024-01-10 | 2024-01-20
            A     | 2024-01-20 | NULL
            """);
    }

    [Fact]
    public async Task B15_Equal_rows_that_differ_from_the_current_version_make_one_version()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.LoadAsync(Events("A1"));
        (await members.LoadAsync(Events("B20 B10"))).Counts.Should().Be(new LoadCounts { Read = 2, NewVersions = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to
            A     | 2024-01-01 | 2024-01-10
            B     | 2024-01-10 | NULL
            """);
    }

    [Fact]
    public async Task B05_The_last_by_sequence_wins_at_one_instant()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Sequenced);
        var report = await members.LoadAsync(Of(1, "B", 1, lsn: 2), Of(1, "A", 1, lsn: 1));
        report.Counts.Should().Be(new LoadCounts { Read = 2, Duplicates = 1, NewMembers = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to
            B     | 2024-01-01 | NULL
            """);
    }

    [Fact]
    public async Task B09_A_sequence_that_leads_back_to_the_old_value_leaves_no_trace()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Sequenced);
        var report = await members.LoadAsync(Of(1, "A", 1, lsn: 1), Of(1, "B", 10, lsn: 1), Of(1, "A", 10, lsn: 2));
        report.Counts.Should().Be(new LoadCounts { Read = 3, Duplicates = 1, NewMembers = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to
            A     | 2024-01-01 | NULL
            """);
    }

    [Fact]
    public async Task A_sequence_that_is_NULL_loses_to_one_that_is_not()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Sequenced);
        await members.LoadAsync(Of(1, "A", 1), Of(1, "B", 1, lsn: 1));
        await members.ExpectAsync("""
            value | valid_from
            B     | 2024-01-01
            """);
    }

    [Fact]
    public async Task A_sequence_that_repeats_decides_nothing()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Sequenced);
        var refusal = await members.ExpectRefusalAsync(Of(1, "A", 1, lsn: 7), Of(1, "B", 1, lsn: 7));
        refusal.Message.Should().Contain("id = 1").And.Contain("value");
    }

    [Fact]
    public async Task Different_rows_of_one_member_at_one_time_are_refused_by_name()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        var refusal = await members.ExpectRefusalAsync(
            ScdMixedEvent.Of(2, "o", "x", "A", "N", 10),
            ScdMixedEvent.Of(7, "o", "x", "A", "N", 10),
            ScdMixedEvent.Of(7, "o", "y", "A", "S", 10));
        refusal.Message.Should().Contain("id = 7").And.Contain("email").And.Contain("segment").And.NotContain("town");
        refusal.Rejects.Should().HaveCount(2);
    }

    [Fact]
    public async Task Conflicting_rows_are_kept_aside_and_the_others_are_loaded_when_rejects_are_allowed()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        var report = await members.LoadAsync(
            new LoadOptions { Rejects = RejectPolicy.UpTo(3) },
            Of(1, "A", 1), Of(7, "A", 10), Of(7, "B", 10), Of(7, "B", 10), Of(7, "C", 20), Of(2, "A", 1), Of(2, "A", 1));
        report.Counts.Should().Be(new LoadCounts { Read = 7, Rejected = 3, Duplicates = 1, NewMembers = 3 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to
            1  | A     | 2024-01-01 | NULL
            2  | A     | 2024-01-01 | NULL
            7  | C     | 2024-01-20 | NULL
            """);
        await members.ExpectRejectsAsync("""
            target              | line | column_name
            business.dim_member | 2    | value
            business.dim_member | 3    | value
            business.dim_member | 4    | value
            """);
        IReadOnlyList<string> reasons = await members.Warehouse.QueryAsync<string>("SELECT reason FROM warehouse.reject");
        reasons.Should().AllSatisfy(reason => reason.Should().Contain("id = 7"));
    }

    [Fact]
    public async Task More_conflicting_rows_than_allowed_refuse_the_load()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.ExpectRefusalAsync(new LoadOptions { Rejects = RejectPolicy.UpTo(1) }, Of(1, "A", 1), Of(7, "A", 10), Of(7, "B", 10));
    }

    [Fact]
    public async Task NULL_against_a_value_at_one_time_is_a_conflict_too()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        var refusal = await members.ExpectRefusalAsync(Of(1, null, 1), Of(1, "A", 1));
        refusal.Column.Should().Be("value");
    }

    [Fact]
    public async Task Rows_that_differ_only_in_what_is_ignored_are_no_conflict()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.Compare(e => e.Value, Equality.TrimEnd);
        });
        (await members.LoadAsync(Of(1, "A ", 1), Of(1, "A", 1))).Counts.Should().Be(new LoadCounts { Read = 2, Duplicates = 1, NewMembers = 1 });
    }

    [Fact]
    public async Task Rows_that_differ_only_in_ignored_case_are_no_conflict()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.Compare(e => e.Value, Equality.IgnoreCase);
        });
        (await members.LoadAsync(Of(1, "A", 1), Of(1, "a", 1))).Counts.Should().Be(new LoadCounts { Read = 2, Duplicates = 1, NewMembers = 1 });
    }

    [Fact]
    public async Task B11_A_thousand_versions_of_one_member_in_one_batch()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        ScdEvent[] rows = [.. Enumerable.Range(1, 1_000).Select(day => Of(1, $"v{day}", day))];
        var report = await members.LoadAsync(Shuffled(rows));
        report.Counts.Should().Be(new LoadCounts { Read = 1_000, NewMembers = 1, NewVersions = 999 });
        await members.Warehouse.ExpectAsync("""
            SELECT count(*) AS versions, min(valid_from) AS first_from, max(valid_from) AS last_from, count(valid_to) AS closed,
                   sum(CASE WHEN value = 'v' || CAST(version AS varchar(10)) THEN 1 ELSE 0 END) AS in_order
            FROM business.dim_member WHERE member_key > 0
            """, """
            versions | first_from | last_from  | closed | in_order
            1000     | 2024-01-01 | 2026-09-26 | 999    | 1000
            """);
        await members.ExpectNothingChangesAsync(Shuffled(rows));
    }

    [Fact]
    public async Task Five_thousand_members_over_several_chunks()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        ScdEvent[] first = [.. Enumerable.Range(1, 5_000).Select(id => Of(id, $"a{id % 7}", 1))];
        (await members.LoadAsync(Shuffled(first))).Counts.Should().Be(new LoadCounts { Read = 5_000, NewMembers = 5_000 });
        ScdEvent[] second = [.. Enumerable.Range(1, 6_000).Select(id => Of(id, id % 5 == 0 ? "b" : $"a{id % 7}", 10))];
        (await members.LoadAsync(Shuffled(second))).Counts.Should().Be(new LoadCounts { Read = 6_000, NewMembers = 1_000, NewVersions = 1_000, Unchanged = 4_000 });
        await members.Warehouse.ExpectAsync("""
            SELECT count(*) AS versions, count(DISTINCT id) AS members, count(DISTINCT member_key) AS surrogate_keys, min(member_key) AS lowest, max(member_key) AS highest,
                   sum(CASE WHEN is_current THEN 1 ELSE 0 END) AS current_versions, sum(CASE WHEN value = 'b' THEN 1 ELSE 0 END) AS changed
            FROM business.dim_member WHERE member_key > 0
            """, """
            versions | members | surrogate_keys | lowest | highest | current_versions | changed
            7000     | 6000    | 7000           | 1      | 7000    | 6000             | 1200
            """);
        await members.ExpectNothingChangesAsync(second);
    }

    [Fact]
    public async Task Surrogate_keys_are_given_in_the_order_of_effective_time_and_natural_key()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.LoadAsync(Of(3, "A", 1), Of(1, "A", 10), Of(2, "A", 1), Of(1, "B", 20), Of(4, "A", 5));
        await members.ExpectAsync("""
            id | value | member_key
            1  | A     | 4
            1  | B     | 5
            2  | A     | 1
            3  | A     | 2
            4  | A     | 3
            """);
    }

    [Fact]
    public async Task A_batch_id_that_was_loaded_before_is_recognised_and_does_nothing()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        var options = new LoadOptions { BatchId = "2024-01-01" };
        var first = await members.LoadAsync(options, Of(1, "A", 1));
        string before = await members.DrawAsync();
        var again = await members.LoadAsync(options, Of(1, "B", 10), Of(2, "A", 1));
        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        again.LoadId.Should().Be(first.LoadId);
        again.Counts.Should().Be(new LoadCounts());
        (await members.DrawAsync()).Should().Be(before);
        (await members.LoadAsync(options with { BatchId = "2024-01-10" }, Of(1, "B", 10))).Outcome.Should().Be(LoadOutcome.Loaded);
    }

    [Fact]
    public async Task A_batch_id_that_failed_may_come_again()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        var options = new LoadOptions { BatchId = "2024-01-01" };
        await members.ExpectRefusalAsync(options, Of(1, "A", 1), Of(1, "B", 1));
        (await members.LoadAsync(options, Of(1, "A", 1))).Outcome.Should().Be(LoadOutcome.Loaded);
    }

    private static ScdEvent[] Events(string batch) => [.. batch.Split(' ').Select(text => Of(1, text[..1], int.Parse(text[1..], System.Globalization.CultureInfo.InvariantCulture)))];

    private static ScdEvent[] Shuffled(ScdEvent[] rows)
    {
        ScdEvent[] shuffled = [.. rows];
        new Random(20240101).Shuffle(shuffled);
        return shuffled;
    }
}
