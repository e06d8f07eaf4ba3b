using System.Globalization;
using System.Text;

namespace Warehouse.Sdk.Tests;

public sealed class PlainDoubleTests
{
    [Fact]
    public void The_short_way_gives_the_text_of_the_general_one()
    {
        var random = new Random(64);
        Span<byte> text = stackalloc byte[PlainDouble.MaximumLength];
        int shortWays = 0;
        for (int i = 0; i < 200_000; i++)
        {
            double value = Draw(random, i);
            if (!PlainDouble.TryFormat(value, text, out int length))
                continue;
            shortWays++;
            Encoding.ASCII.GetString(text[..length]).Should().Be(value.ToString(CultureInfo.InvariantCulture));
        }

        shortWays.Should().BeGreaterThan(50_000);
    }

    [Theory]
    [InlineData(0.0001, "0.0001")]
    [InlineData(-0.5, "-0.5")]
    [InlineData(120, "120")]
    [InlineData(-9_999_999_999.9999, "-9999999999.9999")]
    public void Up_to_ten_digits_and_four_places_go_the_short_way(double value, string expected)
    {
        Span<byte> text = stackalloc byte[PlainDouble.MaximumLength];
        PlainDouble.TryFormat(value, text, out int length).Should().BeTrue();
        Encoding.ASCII.GetString(text[..length]).Should().Be(expected);
    }

    [Theory]
    [InlineData(-0.0)]
    [InlineData(1e10)]
    [InlineData(0.00001)]
    [InlineData(1.0 / 3)]
    [InlineData(0.30000000000000004)]
    [InlineData(double.Epsilon)]
    [InlineData(double.MaxValue)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void Others_do_not(double value) => PlainDouble.TryFormat(value, stackalloc byte[PlainDouble.MaximumLength], out _).Should().BeFalse();

    // Numbers of few places, their neighbours, and any bits at all.
    private static double Draw(Random random, int i)
    {
        double value = random.NextInt64(-100_000_000_000_000, 100_000_000_000_000) / Math.Pow(10, random.Next(0, 16));
        return (i % 4) switch
        {
            0 => Math.BitIncrement(value),
            1 when i % 3 == 0 => BitConverter.Int64BitsToDouble(random.NextInt64()),
            _ => Math.Round(value, random.Next(0, 5)),
        };
    }
}
