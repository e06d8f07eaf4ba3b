using System.Globalization;

namespace Warehouse.Sdk.Tests;

public sealed class LoadReportTests
{
    [Fact]
    public void A_report_is_one_line_for_people_whatever_their_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("da-DK");
            Report(LoadOutcome.Loaded, new LoadCounts { Read = 1_234_567, NewMembers = 1_200, NewVersions = 30, Unchanged = 4, Rejected = 1 }, ("customer", 12), ("product", 0)).ToString()
                .Should().Be("business.fact_sale: loaded, 1,234,567 read, 1,200 new members, 30 new versions, 4 unchanged, 1 rejected, 12 with unknown customer");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData(LoadOutcome.Loaded, "loaded")]
    [InlineData(LoadOutcome.NothingChanged, "nothing changed")]
    [InlineData(LoadOutcome.AlreadyLoaded, "already loaded")]
    public void It_says_how_the_load_ended(LoadOutcome outcome, string words)
        => Report(outcome, new LoadCounts()).ToString().Should().Be($"business.fact_sale: {words}, 0 read");

    [Fact]
    public void Everything_that_happened_is_told()
        => Report(LoadOutcome.Loaded, new LoadCounts
        {
            Read = 1,
            NewMembers = 2,
            NewVersions = 3,
            Overwritten = 4,
            Expired = 5,
            Reopened = 6,
            Resolved = 7,
            Inserted = 8,
            Updated = 9,
            Deleted = 10,
            Unchanged = 11,
            Duplicates = 12,
            BelowWatermark = 13,
            MissedBelowWatermark = 14,
            Inferred = 15,
            EmptyGroups = 16,
            Rejected = 17,
        }).ToString().Should().Be(
            "business.fact_sale: loaded, 1 read, 2 new members, 3 new versions, 4 overwritten, 5 expired, 6 reopened, 7 inferred members filled in, 8 inserted, 9 updated, "
            + "10 deleted, 11 unchanged, 12 duplicates, 13 below the watermark, 14 missed below the watermark, 15 members inferred, 16 empty groups, 17 rejected");

    private static LoadReport Report(LoadOutcome outcome, LoadCounts counts, params (string Role, long Count)[] unknown) => new()
    {
        LoadId = 1,
        Target = "business.fact_sale",
        Source = "rows of SaleRow",
        Outcome = outcome,
        Counts = counts,
        UnknownMembers = unknown.ToDictionary(pair => pair.Role, pair => pair.Count),
        Steps = [],
        Elapsed = TimeSpan.Zero,
    };
}
