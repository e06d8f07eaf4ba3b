using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>The ways of writing down when a version ends.</summary>
public static class ScdConventions
{
    public static TheoryData<IntervalStyle, OpenEnd> All => new()
    {
        { IntervalStyle.HalfOpen, OpenEnd.Null },
        { IntervalStyle.HalfOpen, OpenEnd.FarFuture },
        { IntervalStyle.ClosedByDay, OpenEnd.Null },
        { IntervalStyle.ClosedByDay, OpenEnd.FarFuture },
    };
}

/// <summary>The main cases in every way of writing down when a version ends. The history is the same; only its columns look different.</summary>
public abstract class ScdConventionTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Theory]
    [MemberData(nameof(ScdConventions.All), MemberType = typeof(ScdConventions))]
    public async Task P03_Versions_end_where_the_next_begins(IntervalStyle intervals, OpenEnd openEnd)
    {
        await using var members = await OpenAsync(WithOperations, intervals, openEnd);
        await members.LoadAsync(Of(1, "A", 1), Of(1, "B", 10));
        await members.LoadAsync(Of(1, "C", 20));
        await members.ExpectAsync($"""
            value | valid_from | valid_to               | is_current | version
            A     | 2024-01-01 | {Drawn(10, intervals)} | false      | 1
            B     | 2024-01-10 | {Drawn(20, intervals)} | false      | 2
            C     | 2024-01-20 | {Drawn(openEnd)}       | true       | 3
            """);
    }

    [Theory]
    [MemberData(nameof(ScdConventions.All), MemberType = typeof(ScdConventions))]
    public async Task Members_end_and_return(IntervalStyle intervals, OpenEnd openEnd)
    {
        await using var members = await OpenAsync(WithOperations, intervals, openEnd);
        await members.LoadAsync(Of(1, "A", 1), Of(2, "A", 1), Of(3, "A", 1));
        (await members.LoadAsync(Gone(1, 10), Gone(2, 10), Gone(3, 10))).Counts.Should().Be(new LoadCounts { Read = 3, Expired = 3 });
        var report = await members.LoadAsync(Of(1, "A", 20), Of(2, "A", 10), Of(3, "B", 10));
        report.Counts.Should().Be(new LoadCounts { Read = 3, NewVersions = 2, Reopened = 1 });
        await members.ExpectAsync($"""
            id | value | valid_from | valid_to             | is_current | version
            1  | A     | 2024-01-01 | {Drawn(10, intervals)} | false    | 1
            1  | A     | 2024-01-20 | {Drawn(openEnd)}       | true     | 2
            2  | A     | 2024-01-01 | {Drawn(openEnd)}       | true     | 1
            3  | A     | 2024-01-01 | {Drawn(10, intervals)} | false    | 1
            3  | B     | 2024-01-10 | {Drawn(openEnd)}       | true     | 2
            """);
        await members.ExpectNothingChangesAsync(Of(1, "A", 1), Of(2, "A", 1), Of(3, "A", 1));
        await members.ExpectNothingChangesAsync(Gone(1, 10), Gone(2, 10), Gone(3, 10));
        await members.ExpectNothingChangesAsync(Of(1, "A", 20), Of(2, "A", 10), Of(3, "B", 10));
    }

    [Theory]
    [MemberData(nameof(ScdConventions.All), MemberType = typeof(ScdConventions))]
    public async Task Replays_change_nothing_and_contradictions_are_late(IntervalStyle intervals, OpenEnd openEnd)
    {
        await using var members = await OpenAsync(Under<ScdEvent>(LateEvents.Reject, WithOperations), intervals, openEnd);
        await members.LoadAsync(Of(1, "A", 1), Of(1, "C", 20));
        await members.ExpectNothingChangesAsync(Of(1, "A", 1));
        await members.ExpectNothingChangesAsync(Of(1, "A", 19));
        await members.ExpectNothingChangesAsync(Of(1, "C", 20));
        await members.ExpectRefusalAsync(Of(1, "C", 19));
        await members.ExpectRefusalAsync(Of(1, "B", 10));
        await members.ExpectRefusalAsync(Gone(1, 10));
    }

    [Theory]
    [MemberData(nameof(ScdConventions.All), MemberType = typeof(ScdConventions))]
    public async Task Snapshots_end_and_overwrite(IntervalStyle intervals, OpenEnd openEnd)
    {
        await using var members = await OpenAsync<ScdMixedEvent>(
            d => d.NaturalKey(e => e.Id).Type1(e => e.Email).Type2(e => e.Town).Ignore(e => e.Origin, e => e.Segment, e => e.At, e => e.Op).WhenAbsent(Absent.Expire),
            intervals,
            openEnd);
        await members.LoadAsync(Snapshot(1), ScdMixedEvent.Of(1, null, "x", "A", null, 0), ScdMixedEvent.Of(2, null, "x", "A", null, 0));
        await members.LoadAsync(Snapshot(10), ScdMixedEvent.Of(1, null, "y", "A", null, 0));
        await members.LoadAsync(Snapshot(20), ScdMixedEvent.Of(1, null, "z", "B", null, 0), ScdMixedEvent.Of(2, null, "x", "A", null, 0));
        await members.ExpectAsync($"""
            id | email | town | valid_from | valid_to               | version
            1  | z     | A    | 2024-01-01 | {Drawn(20, intervals)} | 1
            1  | z     | B    | 2024-01-20 | {Drawn(openEnd)}       | 2
            2  | x     | A    | 2024-01-01 | {Drawn(10, intervals)} | 1
            2  | x     | A    | 2024-01-20 | {Drawn(openEnd)}       | 2
            """);
        await members.ExpectNothingChangesAsync(Snapshot(20), ScdMixedEvent.Of(1, null, "z", "B", null, 0), ScdMixedEvent.Of(2, null, "x", "A", null, 0));
        await members.ExpectRefusalAsync(Snapshot(10), ScdMixedEvent.Of(1, null, "y", "A", null, 0));
    }

    [Theory]
    [MemberData(nameof(ScdConventions.All), MemberType = typeof(ScdConventions))]
    public async Task First_versions_may_begin_early(IntervalStyle intervals, OpenEnd openEnd)
    {
        await using var members = await OpenAsync(
            d =>
            {
                Delta(d);
                d.FirstVersionFrom(new DateTime(1900, 1, 1));
            },
            intervals,
            openEnd);
        await members.LoadAsync(Of(1, "A", 10));
        await members.LoadAsync(Of(1, "B", 20));
        await members.ExpectNothingChangesAsync(Of(1, "A", 10));
        await members.Warehouse.ExpectAsync("SELECT value, valid_from FROM business.dim_member WHERE member_key > 0 ORDER BY version", """
            value | valid_from
            A     | 1900-01-01
            B     | 2024-01-20
            """);
    }

    [Theory]
    [InlineData(OpenEnd.Null)]
    [InlineData(OpenEnd.FarFuture)]
    public async Task Where_days_count_the_time_of_day_does_not(OpenEnd openEnd)
    {
        await using var members = await OpenAsync(Sequenced, IntervalStyle.ClosedByDay, openEnd);
        var report = await members.LoadAsync(
            new ScdEvent(1, "A", Day(1).AddHours(9), Lsn: 1), new ScdEvent(1, "B", Day(1).AddHours(17), Lsn: 2), new ScdEvent(1, "C", Day(2).AddHours(8), Lsn: 3));
        report.Counts.Should().Be(new LoadCounts { Read = 3, Duplicates = 1, NewMembers = 1, NewVersions = 1 });
        await members.Warehouse.ExpectAsync("SELECT value, valid_from, coalesce(nullif(valid_to, DATE '9999-12-31'), DATE '2000-01-01') AS valid_to FROM business.dim_member WHERE member_key > 0 ORDER BY version", """
            value | valid_from | valid_to
            B     | 2024-01-01 | 2024-01-01
            C     | 2024-01-02 | 2000-01-01
            """);
        await members.ExpectRefusalAsync(new ScdEvent(1, "D", Day(2).AddHours(20), Lsn: 4));
    }

    private static string Drawn(OpenEnd openEnd) => openEnd == OpenEnd.FarFuture ? "9999-12-31" : "NULL";

    private static string Drawn(int changeDay, IntervalStyle intervals)
        => Day(intervals == IntervalStyle.ClosedByDay ? changeDay - 1 : changeDay).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    private Task<ScdDimension<TRow>> OpenAsync<TRow>(Action<DimensionBuilder<TRow>> define, IntervalStyle intervals, OpenEnd openEnd)
        => ScdDimension.OpenAsync(store, define, names => names with { Intervals = intervals, OpenEnd = openEnd });

    private Task<ScdDimension<ScdEvent>> OpenAsync(Action<DimensionBuilder<ScdEvent>> define, IntervalStyle intervals, OpenEnd openEnd)
        => OpenAsync<ScdEvent>(define, intervals, openEnd);
}
