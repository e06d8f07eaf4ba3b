namespace Warehouse.Sdk.Tests;

public sealed class IntervalSetTests
{
    [Fact]
    public void Stretches_that_overlap_or_touch_become_one_in_any_order()
        => IntervalSet.Merge([Of(5, 7), Of(1, 2), Of(6, 9), Of(2, 3), Of(6, 7)]).Should().Equal(Of(1, 3), Of(5, 9));

    [Theory]
    [InlineData(1, 9, "3-5")]
    [InlineData(0, 12, "0-1, 3-5, 9-12")]
    [InlineData(3, 4, "3-4")]
    [InlineData(6, 8, "")]
    [InlineData(20, 22, "20-22")]
    public void Holes_are_what_no_stretch_covers(long from, long to, string expected)
        => string.Join(", ", IntervalSet.Holes([Of(5, 9), Of(1, 3)], from, to).Select(hole => $"{hole.From}-{hole.To}")).Should().Be(expected);

    [Fact]
    public void Where_nothing_was_loaded_everything_is_a_hole() => IntervalSet.Holes([], 1L, 5L).Should().Equal(Of(1, 5));

    private static LoadedInterval Of(long from, long to) => new(from, to);
}
