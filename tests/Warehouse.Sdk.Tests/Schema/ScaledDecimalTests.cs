namespace Warehouse.Sdk.Tests;

public sealed class ScaledDecimalTests
{
    [Fact]
    public void The_short_way_gives_the_digits_of_the_general_one()
    {
        var random = new Random(64);
        int shortWays = 0;
        for (int i = 0; i < 100_000; i++)
        {
            decimal value = Draw(random);
            int precision = random.Next(1, 39);
            int scale = random.Next(precision + 1);
            if (!ScaledDecimal.TryOf(value, precision, scale, out long unscaled))
                continue;
            shortWays++;
            ((Int128)unscaled).Should().Be(Numeric.FromDecimal(value).UnscaledAt(precision, scale), "{0} as decimal({1},{2})", value, precision, scale);
        }

        shortWays.Should().BeGreaterThan(10_000);
    }

    [Fact]
    public void The_short_way_refuses_nothing_that_fits_into_64_bits_and_the_column()
    {
        var random = new Random(65);
        for (int i = 0; i < 100_000; i++)
        {
            decimal value = Draw(random);
            int precision = random.Next(1, 19);
            int scale = random.Next(precision + 1);
            Func<Int128> general = () => Numeric.FromDecimal(value).UnscaledAt(precision, scale);
            Func<long> shorter = () => ScaledDecimal.Of(value, precision, scale);
            (Outcome(() => shorter()), value).Should().Be((Outcome(general), value));
        }
    }

    private static string Outcome(Func<Int128> convert)
    {
        try
        {
            return convert().ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (OverflowException error)
        {
            return error.Message;
        }
    }

    private static decimal Draw(Random random)
        => new(random.Next(), random.Next(3) == 0 ? random.Next() : 0, random.Next(6) == 0 ? random.Next() : 0, random.Next(2) == 0, (byte)random.Next(29));
}
