using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>Full snapshots: what becomes of members that are no longer there.</summary>
public abstract class ScdSnapshotTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    public sealed record Line(int? Id, string? Value);

    [Fact]
    public async Task X08_Absent_members_end_at_the_snapshots_time()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Snapshot(1), new Line(1, "A"), new Line(2, "B"));
        var report = await members.LoadAsync(Snapshot(10), new Line(1, "A"));
        report.Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1, Expired = 1, ExpiredByAbsence = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to   | is_current
            1  | A     | 2024-01-01 | NULL       | true
            2  | B     | 2024-01-01 | 2024-01-10 | false
            """);
    }

    [Fact]
    public async Task X09_A_delta_ends_nothing()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Snapshot(1), new Line(1, "A"), new Line(2, "B"));
        await members.ExpectNothingChangesAsync(Snapshot(10) with { Kind = BatchKind.Delta }, new Line(1, "A"));
    }

    [Fact]
    public async Task Absence_means_nothing_where_it_is_ignored()
    {
        await using var members = await OpenAsync(Absent.Ignore);
        await members.LoadAsync(Snapshot(1), new Line(1, "A"), new Line(2, "B"));
        await members.ExpectNothingChangesAsync(Snapshot(10), new Line(1, "A"));
    }

    [Fact]
    public async Task B10_A_value_that_changed_and_changed_back_between_snapshots_was_never_seen()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Snapshot(1), new Line(1, "A"));
        await members.ExpectNothingChangesAsync(Snapshot(20), new Line(1, "A"));
    }

    [Fact]
    public async Task C03_The_same_snapshot_again_changes_nothing()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Snapshot(1), new Line(1, "A"), new Line(2, "B"));
        await members.LoadAsync(Snapshot(10), new Line(1, "C"));
        (await members.ExpectNothingChangesAsync(Snapshot(10), new Line(1, "C"))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1 });
    }

    [Fact]
    public async Task A_member_that_returns_leaves_a_gap()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Snapshot(1), new Line(1, "A"), new Line(2, "B"));
        await members.LoadAsync(Snapshot(10), new Line(1, "A"));
        (await members.LoadAsync(Snapshot(20), new Line(1, "A"), new Line(2, "B"))).Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to   | is_current | version
            1  | A     | 2024-01-01 | NULL       | true       | 1
            2  | B     | 2024-01-01 | 2024-01-10 | false      | 1
            2  | B     | 2024-01-20 | NULL       | true       | 2
            """);
        await members.ExpectNothingChangesAsync(Snapshot(20), new Line(1, "A"), new Line(2, "B"));
    }

    [Fact]
    public async Task X11_An_empty_snapshot_is_refused()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Snapshot(1), new Line(1, "A"), new Line(2, "B"));
        var refusal = await members.ExpectRefusalAsync(Snapshot(10));
        refusal.Message.Should().Contain("empty");
    }

    [Fact]
    public async Task X11_An_empty_snapshot_ends_everyone_where_that_is_allowed()
    {
        await using var members = await OpenAsync(allowEmpty: true);
        await members.LoadAsync(Snapshot(1), new Line(1, "A"), new Line(2, "B"));
        var report = await members.LoadAsync(Snapshot(10));
        report.Counts.Should().Be(new LoadCounts { Expired = 2, ExpiredByAbsence = 2 });
        await members.ExpectAsync("""
            id | valid_to   | is_current
            1  | 2024-01-10 | false
            2  | 2024-01-10 | false
            """);
        (await members.ExpectNothingChangesAsync(Snapshot(20))).Counts.Should().Be(new LoadCounts());
    }

    [Fact]
    public async Task An_empty_snapshot_of_an_empty_dimension_is_nothing()
    {
        await using var members = await OpenAsync();
        await members.ExpectNothingChangesAsync(Snapshot(1));
    }

    [Theory]
    [InlineData(0.5, 5, true)]
    [InlineData(0.5, 6, false)]
    [InlineData(0.0, 0, true)]
    [InlineData(0.0, 1, false)]
    [InlineData(0.3, 3, true)]
    [InlineData(0.3, 4, false)]
    [InlineData(1.0, 9, true)]
    public async Task X12_A_snapshot_that_would_end_more_than_the_fraction_is_refused(double fraction, int absent, bool isAccepted)
    {
        await using var members = await OpenAsync(fraction: fraction);
        Line[] all = [.. Enumerable.Range(1, 10).Select(id => new Line(id, "A"))];
        await members.LoadAsync(Snapshot(1), all);
        Line[] rest = [.. all.Skip(absent)];
        if (isAccepted)
        {
            (await members.LoadAsync(Snapshot(10), rest)).Counts.Should().Be(new LoadCounts { Read = 10 - absent, Unchanged = 10 - absent, Expired = absent, ExpiredByAbsence = absent });
        }
        else
        {
            var refusal = await members.ExpectRefusalAsync(Snapshot(10), rest);
            refusal.Message.Should().Contain("maxExpireFraction");
        }
    }

    [Fact]
    public async Task Members_that_ended_before_do_not_count_towards_the_fraction()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Snapshot(1), new Line(1, "A"), new Line(2, "A"), new Line(3, "A"), new Line(4, "A"));
        await members.LoadAsync(Snapshot(10), new Line(1, "A"), new Line(2, "A"));
        await members.LoadAsync(Snapshot(20), new Line(1, "A"));
        await members.ExpectRefusalAsync(Snapshot(30), new Line(9, "A"));
    }

    [Fact]
    public async Task X13_A_member_that_returns_with_its_old_timestamp_returned_when_the_snapshot_was_taken()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.WhenAbsent(Absent.Expire, allowEmpty: true);
        });
        await members.LoadAsync(Snapshot(1), Of(1, "A", 1));
        await members.LoadAsync(Snapshot(10));
        (await members.LoadAsync(Snapshot(20), Of(1, "A", 1))).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        const string gap = """
            value | valid_from | valid_to   | is_current | version
            A     | 2024-01-01 | 2024-01-10 | false      | 1
            A     | 2024-01-20 | NULL       | true       | 2
            """;
        await members.ExpectAsync(gap);
        await members.ExpectNothingChangesAsync(Snapshot(20), Of(1, "A", 1));
        await members.ExpectNothingChangesAsync(Snapshot(30), Of(1, "A", 1));
        await members.ExpectAsync(gap);
    }

    [Fact]
    public async Task Marked_members_stay_as_a_version_that_says_so()
    {
        await using var members = await OpenAsync(Absent.MarkDeleted, allowEmpty: true);
        await members.LoadAsync(Snapshot(1), new Line(1, "A"));
        (await members.LoadAsync(Snapshot(10))).Counts.Should().Be(new LoadCounts { Expired = 1, ExpiredByAbsence = 1 });
        await members.ExpectNothingChangesAsync(Snapshot(15));
        (await members.LoadAsync(Snapshot(20), new Line(1, "B"))).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            value | is_deleted | valid_from | valid_to   | is_current | version
            A     | false      | 2024-01-01 | 2024-01-10 | false      | 1
            A     | true       | 2024-01-10 | 2024-01-20 | false      | 2
            B     | false      | 2024-01-20 | NULL       | true       | 3
            """);
    }

    [Fact]
    public async Task Marked_members_return_with_their_old_timestamp_when_the_snapshot_was_taken()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.WhenAbsent(Absent.MarkDeleted, allowEmpty: true);
        });
        await members.LoadAsync(Snapshot(1), Of(1, "A", 1));
        await members.LoadAsync(Snapshot(10));
        await members.LoadAsync(Snapshot(20), Of(1, "A", 1));
        await members.ExpectAsync("""
            value | is_deleted | valid_from | valid_to   | version
            A     | false      | 2024-01-01 | 2024-01-10 | 1
            A     | true       | 2024-01-10 | 2024-01-20 | 2
            A     | false      | 2024-01-20 | NULL       | 3
            """);
        await members.ExpectNothingChangesAsync(Snapshot(30), Of(1, "A", 1));
    }

    [Fact]
    public async Task X20_A_stale_snapshot_is_refused()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Snapshot(20), new Line(1, "B"), new Line(2, "C"));
        var refusal = await members.ExpectRefusalAsync(Snapshot(10), new Line(1, "A"));
        refusal.Message.Should().Contain("2024-01-10").And.Contain("2024-01-20");
    }

    [Fact]
    public async Task A_snapshot_with_rejected_rows_is_refused_because_nobody_knows_who_is_absent()
    {
        await using var members = await OpenAsync();
        await members.LoadAsync(Snapshot(1), new Line(1, "A"), new Line(2, "B"));
        var tolerant = Snapshot(10) with { Rejects = RejectPolicy.KeepAll };
        var refusal = await members.ExpectRefusalAsync(tolerant, new Line(1, "A"), new Line(null, "B"));
        refusal.Message.Should().Contain("rejected");
    }

    [Fact]
    public async Task A_snapshot_with_rejected_rows_is_taken_where_absence_means_nothing()
    {
        await using var members = await OpenAsync(Absent.Ignore);
        var report = await members.LoadAsync(Snapshot(10) with { Rejects = RejectPolicy.KeepAll }, new Line(1, "A"), new Line(null, "B"));
        report.Counts.Should().Be(new LoadCounts { Read = 2, Rejected = 1, NewMembers = 1 });
    }

    [Fact]
    public async Task Repeated_lines_of_a_snapshot_collapse()
    {
        await using var members = await OpenAsync();
        (await members.LoadAsync(Snapshot(1), new Line(1, "A"), new Line(1, "A"))).Counts.Should().Be(new LoadCounts { Read = 2, Duplicates = 1, NewMembers = 1 });
        await members.ExpectRefusalAsync(Snapshot(10), new Line(1, "A"), new Line(1, "B"));
    }

    [Fact]
    public async Task Snapshots_of_thousands_of_members()
    {
        await using var members = await OpenAsync();
        Line[] all = [.. Enumerable.Range(1, 5_000).Select(id => new Line(id, "A"))];
        await members.LoadAsync(Snapshot(1), all);
        Line[] next = [.. all.Skip(2_500).Select(line => line.Id % 10 == 0 ? line with { Value = "B" } : line), .. Enumerable.Range(5_001, 500).Select(id => new Line(id, "N"))];
        var report = await members.LoadAsync(Snapshot(10), next);
        report.Counts.Should().Be(new LoadCounts { Read = 3_000, NewMembers = 500, NewVersions = 250, Unchanged = 2_250, Expired = 2_500, ExpiredByAbsence = 2_500 });
        await members.ExpectNothingChangesAsync(Snapshot(10), next);
    }

    private Task<ScdDimension<Line>> OpenAsync(Absent absent = Absent.Expire, double fraction = 0.5, bool allowEmpty = false)
        => ScdDimension.OpenAsync<Line>(store, d => d.NaturalKey(e => e.Id).Type2(e => e.Value).WhenAbsent(absent, fraction, allowEmpty));
}
