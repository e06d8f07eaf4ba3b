using Microsoft.Extensions.Time.Testing;
using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>Ends, late events and placeholders, by the numbers of the case catalogue: what sections 4, 5, 7 and 15 ask beyond the other suites.</summary>
public abstract class CaseHistoryTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    public sealed record RegionEvent(int Id, string? Region, string? Value, DateTime At);

    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    [Fact]
    public async Task X19_A_snapshot_of_a_part_ends_nobody_outside_it()
    {
        await using var members = await OpenRegionsAsync(Absent.Expire);
        await members.LoadAsync(In(1, "EU", 1), In(2, "EU", 1), In(3, "US", 1), In(4, null, 1), In(5, "EU", 1));
        await members.LoadAsync(In(5, "US", 5));
        (await members.LoadAsync(Part(10, "EU"), In(1, "EU", 1))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1, Expired = 1, ExpiredByAbsence = 1 });
        await members.ExpectNothingChangesAsync(Part(10, "EU"), In(1, "EU", 1));
        await members.ExpectAsync("""
            id | region | valid_from | valid_to
            1  | EU     | 2024-01-01 | NULL
            2  | EU     | 2024-01-01 | 2024-01-10
            3  | US     | 2024-01-01 | NULL
            4  | NULL   | 2024-01-01 | NULL
            5  | EU     | 2024-01-01 | 2024-01-05
            5  | US     | 2024-01-05 | NULL
            """);
        // One that the former part no longer holds and the new one brings at the same instant has never ended.
        await members.LoadAsync(In(6, "EU", 10), In(7, "EU", 10));
        await members.LoadAsync(Part(20, "EU"), In(1, "EU", 1), In(7, "EU", 10));
        await members.LoadAsync(Part(20, "US"), In(3, "US", 1), In(5, "US", 5), In(6, "US", 20));
        await members.Warehouse.ExpectAsync("SELECT region, valid_from, valid_to FROM business.dim_member WHERE id = 6 ORDER BY version", """
            region | valid_from | valid_to
            EU     | 2024-01-10 | 2024-01-20
            US     | 2024-01-20 | NULL
            """);
    }

    [Fact]
    public async Task X19_The_guards_of_snapshots_hold_for_the_part()
    {
        await using var members = await OpenRegionsAsync(Absent.MarkDeleted);
        await members.LoadAsync(In(1, "EU", 1), In(2, "EU", 1), In(3, "US", 1), In(4, "US", 1), In(5, "US", 1));
        (await members.ExpectRefusalAsync(Part(10, "EU"))).Message.Should().Contain("the full snapshot is empty");
        (await members.ExpectRefusalAsync(Part(10, "US"), In(3, "US", 1))).Message.Should().Contain("would expire more than 0.5 of the current members");
        (await members.ExpectRefusalAsync(Part(10, "EU"), In(1, "EU", 1), In(3, "US", 1))).Message.Should().Contain("rows of the snapshot are outside the parts");
        await Assert.ThrowsAsync<ArgumentException>(() => members.LoadAsync(new LoadOptions { Scope = ["EU"] }, In(1, "EU", 1)));
        await members.LoadAsync(Part(10, "EU", "US"), In(1, "EU", 1), In(3, "US", 1), In(4, "US", 1));
        await members.Warehouse.ExpectAsync("SELECT id, valid_from FROM business.dim_member WHERE is_deleted ORDER BY id", """
            id | valid_from
            2  | 2024-01-10
            5  | 2024-01-10
            """);
    }

    [Fact]
    public async Task X19_X20_Parts_need_not_come_in_order_but_each_of_them_must()
    {
        await using var members = await OpenRegionsAsync(Absent.Expire);
        await members.LoadAsync(Part(20, "EU"), In(1, "EU", 1));
        await members.LoadAsync(Part(10, "US"), In(2, "US", 1));
        (await members.ExpectRefusalAsync(Part(19, "EU"), In(1, "EU", 1))).Message.Should().Contain("one as of 2024-01-20 00:00:00 is loaded already");
        (await members.ExpectRefusalAsync(Snapshot(15), In(1, "EU", 1), In(2, "US", 1))).Message.Should().Contain("one as of 2024-01-20 00:00:00 is loaded already");
        await members.LoadAsync(Snapshot(30), In(1, "EU", 1), In(2, "US", 1));
        (await members.ExpectRefusalAsync(Part(25, "US"), In(2, "US", 1))).Message.Should().Contain("one as of 2024-01-30 00:00:00 is loaded already");
        (await members.ExpectRefusalAsync(Part(25, "APAC"), In(3, "APAC", 1))).Message.Should().Contain("one as of 2024-01-30 00:00:00 is loaded already");
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    [InlineData(LateEvents.Reject)]
    public async Task L15_An_event_beyond_the_horizon_is_too_late(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync(store, Under<ScdEvent>(policy, d =>
        {
            WithOperations(d);
            d.LateHorizon(TimeSpan.FromDays(365));
        }));
        LoadOptions today = Tolerant with { AsOf = new DateTimeOffset(Day(801), TimeSpan.Zero) };
        await members.LoadAsync(today, Of(1, "A", 1), Of(1, "B", 700), Of(2, "A", 1));
        (await members.LoadAsync(today, Of(1, "X", 400), Of(2, "Z", 300), Of(3, "old, but new", 5), Of(1, "A", 1), Gone(1, 399))).Counts.Should().Be(new LoadCounts { Read = 5, NewMembers = 1, Unchanged = 1, Rejected = 3 });
        await members.Warehouse.ExpectAsync("SELECT count(*) AS too_late FROM warehouse.reject WHERE reason LIKE 'TooLate: %'", "too_late\n3");
    }

    [Fact]
    public async Task L15_What_is_within_the_horizon_is_taken_in()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.LateHorizon(TimeSpan.FromDays(365));
        });
        LoadOptions today = Tolerant with { AsOf = new DateTimeOffset(Day(801), TimeSpan.Zero) };
        await members.LoadAsync(today, Of(1, "A", 1), Of(1, "B", 700));
        (await members.LoadAsync(today, Of(1, "X", 435), Of(1, "Y", 436))).Counts.Should().Be(new LoadCounts { Read = 2, Split = 1, Rejected = 1 });
        await members.ExpectRejectsAsync("""
            line | reason
            1    | TooLate: the event would change history older than the horizon (id = 1)
            """);
        await members.ExpectAsync("""
            value | valid_from | valid_to
            A     | 2024-01-01 | 2025-03-11
            Y     | 2025-03-11 | 2025-11-30
            B     | 2025-11-30 | NULL
            """);
        await members.LoadAsync(Tolerant with { AsOf = new DateTimeOffset(Day(800), TimeSpan.Zero) }, Of(1, "X", 435));
        await members.Warehouse.ExpectAsync("SELECT count(*) AS versions FROM business.dim_member WHERE member_key > 0", "versions\n4");
    }

    [Fact]
    public async Task L13_The_current_version_is_the_open_one_and_as_of_now_is_the_one_valid_now()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.LoadAsync(Of(1, "A", 1), Of(1, "B", 100));
        await members.LoadAsync(Of(1, "C", 60));
        await members.Warehouse.ExpectAsync("SELECT value FROM business.dim_member_current WHERE member_key > 0", "value\nB");
        await members.Warehouse.ExpectAsync("SELECT value FROM business.dim_member_asof(TIMESTAMP '2024-03-05') WHERE member_key > 0", "value\nC");
    }

    [Fact]
    public async Task I07_I08_A_placeholder_is_not_absent_and_may_be_deleted()
    {
        Dimension<RegionEvent> snapshots = null!;
        Dimension<ScdEvent> deltas = null!;
        Fact<RegionEvent> fact = null!;
        Fact<ScdEvent> other = null!;
        await using IWarehouse warehouse = await store.OpenAsync(DimensionalModel.Create("m", model =>
        {
            snapshots = model.Dimension<RegionEvent>("dim_snapshot", d => d.NaturalKey(e => e.Id).Type2(e => e.Value, e => e.Region).EffectiveFrom(e => e.At).WhenAbsent(Absent.Expire));
            deltas = model.Dimension<ScdEvent>("dim_delta", WithOperations);
            fact = model.Fact<RegionEvent>("fact_region", f => f.Grain("one", e => e.At).Dimension(snapshots, e => e.Id, asOf: e => e.At, whenUnknown: UnknownMember.InferMember).Ignore(e => new { e.Region, e.Value }));
            other = model.Fact<ScdEvent>("fact_other", f => f.Grain("one", e => e.At).Dimension(deltas, e => e.Id, asOf: e => e.At, whenUnknown: UnknownMember.InferMember).Ignore(e => new { e.Op, e.Lsn, e.Value }));
        }));
        await warehouse.LoadAsync(snapshots, [In(1, "EU", 1)]);
        await warehouse.LoadAsync(fact, [In(9, null, 5)]);
        await warehouse.LoadAsync(other, [Of(9, null, 5)]);

        await warehouse.LoadAsync(snapshots, [In(1, "EU", 1)], Snapshot(10));
        await warehouse.ExpectAsync("SELECT id, is_inferred, is_current FROM business.dim_snapshot WHERE snapshot_key > 0 ORDER BY id", """
            id | is_inferred | is_current
            1  | false       | true
            9  | true        | true
            """);

        (await warehouse.LoadAsync(deltas, [Gone(9, 10)])).Counts.Should().Be(new LoadCounts { Read = 1, Expired = 1 });
        await warehouse.ExpectAsync("SELECT d.id, d.value, d.valid_from, d.valid_to FROM business.fact_other AS f JOIN business.dim_delta AS d ON d.delta_key = f.delta_key", """
            id | value | valid_from | valid_to
            9  | NULL  | 2024-01-05 | 2024-01-10
            """);
    }

    [Fact]
    public async Task C14_A_clock_that_goes_back_makes_a_late_event_and_no_inverted_interval()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(Day(20), TimeSpan.Zero));
        await using var members = await ScdDimension.OpenAsync<Plain>(store, d => d.NaturalKey(e => e.Id).Type2(e => e.Value), time: clock);
        await members.LoadAsync(new Plain(1, "A"));
        clock.AdjustTime(new DateTimeOffset(Day(15), TimeSpan.Zero));
        (await members.LoadAsync(new Plain(1, "B"))).Counts.Should().Be(new LoadCounts { Read = 1, Split = 1 });
        await members.ExpectAsync("""
            value | valid_from | valid_to
            B     | 2024-01-15 | 2024-01-20
            A     | 2024-01-20 | NULL
            """);
    }

    public sealed record Plain(int Id, string? Value);

    private static RegionEvent In(int id, string? region, int day) => new(id, region, null, Day(day));

    private static LoadOptions Part(int day, params object[] parts) => Snapshot(day) with { Scope = parts };

    private Task<ScdDimension<RegionEvent>> OpenRegionsAsync(Absent absent)
        => ScdDimension.OpenAsync<RegionEvent>(store, d => d.NaturalKey(e => e.Id).Type2(e => e.Region, e => e.Value).EffectiveFrom(e => e.At).WhenAbsent(absent).SnapshotScope(e => e.Region));
}
