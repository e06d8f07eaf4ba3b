namespace Warehouse.Sdk.Tests;

public sealed class LoadCountsTests
{
    [Fact]
    public void What_was_accepted_and_changed_nothing_is_unchanged()
    {
        LoadCounts counts = From(("rows_read", 10), ("rejected", 1), ("duplicates", 2), ("accepted", 7), ("new_members", 1), ("new_versions", 2), ("overwritten", 1), ("reopened", 1), ("resolved", 1));

        counts.Unchanged.Should().Be(1);
        counts.IsConserved.Should().BeTrue();
    }

    [Fact]
    public void Members_that_no_row_ended_are_no_rows()
    {
        LoadCounts counts = From(("rows_read", 3), ("accepted", 3), ("new_members", 1), ("expired", 5), ("expired_by_absence", 4));

        (counts.Expired, counts.ExpiredByAbsence, counts.Unchanged).Should().Be((5, 4, 1));
        counts.IsConserved.Should().BeTrue();
    }

    [Fact]
    public void Rows_that_no_source_row_asked_for_do_not_count()
    {
        LoadCounts counts = From(("rows_read", 5), ("accepted", 4), ("below_watermark", 1), ("missed_below_watermark", 1), ("inserted", 4), ("deleted", 3), ("inferred", 2), ("empty_groups", 9));

        counts.IsConserved.Should().BeTrue();
        (counts.Deleted, counts.Inferred, counts.EmptyGroups, counts.MissedBelowWatermark).Should().Be((3, 2, 9, 1));
    }

    [Fact]
    public void A_lost_row_is_seen()
    {
        From(("rows_read", 5), ("accepted", 4), ("inserted", 4)).IsConserved.Should().BeFalse();
        From(("rows_read", 4), ("accepted", 4), ("inserted", 5)).IsConserved.Should().BeFalse();
        (new LoadCounts { Read = 1, Unchanged = 1 } with { Rejected = 1 }).IsConserved.Should().BeFalse();
    }

    [Fact]
    public void Nothing_counted_is_nothing() => From().Should().Be(new LoadCounts());

    private static LoadCounts From(params (string Name, long Value)[] counters) => LoadCounts.From(counters.ToDictionary(counter => counter.Name, counter => counter.Value));
}
