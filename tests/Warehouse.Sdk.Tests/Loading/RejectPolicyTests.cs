using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Tests;

public sealed class RejectPolicyTests
{
    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(1, 100, false)]
    public void The_first_bad_row_fails_a_load_by_default(long rejected, long read, bool allowed)
    {
        LoadOptions.Default.Rejects.Should().Be(RejectPolicy.FailOnFirst);
        RejectPolicy.FailOnFirst.Allows(rejected, read).Should().Be(allowed);
    }

    [Fact]
    public void A_count_or_a_part_can_be_allowed()
    {
        RejectPolicy.UpTo(2).Allows(2, 2).Should().BeTrue();
        RejectPolicy.UpTo(2).Allows(3, 1_000_000).Should().BeFalse();
        RejectPolicy.UpToFraction(0.1).Allows(10, 100).Should().BeTrue();
        RejectPolicy.UpToFraction(0.1).Allows(11, 100).Should().BeFalse();
        RejectPolicy.UpToFraction(0).Allows(1, 1_000_000).Should().BeFalse();
        RejectPolicy.UpToFraction(0).Allows(0, 0).Should().BeTrue();
        RejectPolicy.KeepAll.Allows(5, 5).Should().BeTrue();
    }

    [Fact]
    public void A_policy_says_what_it_allows()
    {
        RejectPolicy.FailOnFirst.ToString().Should().Be("none");
        RejectPolicy.UpTo(0).Should().Be(RejectPolicy.FailOnFirst);
        RejectPolicy.UpTo(25).ToString().Should().Be("up to 25");
        RejectPolicy.UpToFraction(0.05).ToString().Should().Be("up to 5 % of the rows");
        RejectPolicy.UpToFraction(0.001).ToString().Should().Be("up to 0.1 % of the rows");
        RejectPolicy.KeepAll.ToString().Should().Be("any number");
    }

    [Fact]
    public void Nobody_allows_less_than_nothing_or_more_than_everything()
    {
        Action[] refused = [() => RejectPolicy.UpTo(-1), () => RejectPolicy.UpToFraction(-0.1), () => RejectPolicy.UpToFraction(1.1), () => RejectPolicy.UpToFraction(double.NaN)];

        foreach (Action policy in refused)
            policy.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void The_refusal_names_the_rows_without_their_values()
    {
        var rejects = new RejectedRows(RejectPolicy.UpTo(1));
        rejects.Add(new RejectedRow("x.csv", 2, "amount", "expected a number", "1,secret"));
        Action second = () => rejects.Add(new RejectedRow("x.csv", 5, null, "1 fields, expected 2", "secret"));

        WarehouseLoadException refused = second.Should().Throw<WarehouseLoadException>().WithMessage("""
            2 row(s) cannot be loaded; the load's reject policy allows up to 1:
              x.csv, line 2, column amount: expected a number
              x.csv, line 5: 1 fields, expected 2
            Nothing was loaded. Correct the rows, or allow rejects in LoadOptions.Rejects to keep them in the reject table and load the others.
            """).Which;
        (refused.File, refused.Line, refused.Column).Should().Be(("x.csv", 2, "amount"));
        refused.Rejects.Should().HaveCount(2);
    }

    [Fact]
    public void A_refusal_shows_ten_rows_and_counts_the_others()
    {
        RejectedRow[] rows = [.. Enumerable.Range(1, 12).Select(line => new RejectedRow(null, line, null, "bad", null))];

        WarehouseLoadException refused = RejectedRows.Refusal(RejectPolicy.FailOnFirst, 1_200, rows);

        refused.Message.Should().Contain("1200 row(s) cannot be loaded; the load's reject policy allows none:\n  line 1: bad\n").And.Contain("\n  line 10: bad\n  ... and 1190 more\nNothing was loaded.");
        refused.Rejects.Should().HaveCount(10);
    }

    [Fact]
    public void A_rejected_row_without_a_place_is_its_reason()
    {
        new RejectedRow(null, null, null, "bad", null).ToString().Should().Be("bad");
        new RejectedRow(null, null, "amount", "bad", null).ToString().Should().Be("column amount: bad");
    }
}
