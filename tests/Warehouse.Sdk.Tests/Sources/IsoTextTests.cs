using System.Globalization;

namespace Warehouse.Sdk.Tests;

/// <summary>The short way must take what the general one takes, as the same value, and nothing else.</summary>
public sealed class IsoTextTests
{
    private const string Letters = "0123456789-:. TZ+/";

    private static readonly string[] Timestamps = ["yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ss.FFFFFFF"];

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    [InlineData("2024-02-29")]
    [InlineData("2023-02-29")]
    [InlineData("1900-02-29")]
    [InlineData("2000-02-29")]
    [InlineData("0000-01-01")]
    [InlineData("2024-00-10")]
    [InlineData("2024-13-10")]
    [InlineData("2024-04-31")]
    [InlineData("2024-01-00")]
    [InlineData("2024/01/01")]
    [InlineData("2024-1-01")]
    [InlineData("２０２４-01-01")]
    [InlineData("2024-01-01 ")]
    [InlineData("")]
    [InlineData("2024--1-01")]
    public void Dates_are_those_of_the_general_way(string text) => ExpectSameDate(text);

    [Theory]
    [InlineData("2024-01-31 23:59:59", true)]
    [InlineData("2024-01-31T23:59:59", true)]
    [InlineData("2024-01-31 23:59:59.1", true)]
    [InlineData("2024-01-31 23:59:59.9999999", true)]
    [InlineData("9999-12-31 23:59:59.9999999", true)]
    [InlineData("0001-01-01 00:00:00.0000000", true)]
    [InlineData("2024-01-31 23:59:59.99999999", false)]
    [InlineData("2024-01-31 23:59:59.", false)]
    [InlineData("2024-01-31 23:59:59,5", false)]
    [InlineData("2024-01-31 24:00:00", false)]
    [InlineData("2024-01-31 23:60:00", false)]
    [InlineData("2024-01-31 23:59:60", false)]
    [InlineData("2024-01-31t23:59:59", false)]
    [InlineData("2024-01-31 23:59:59Z", false)]
    [InlineData("2024-01-31 23:59:59+01:00", false)]
    [InlineData("2024-01-31 23:59", false)]
    [InlineData("2024-01-31", false)]
    [InlineData("2024-01-31 23:59:59.12a", false)]
    [InlineData("2024-02-30 00:00:00", false)]
    public void Timestamps_are_taken_in_the_one_form_and_left_to_the_general_way_in_others(string text, bool isTaken)
    {
        IsoText.TryTimestamp(text, out _).Should().Be(isTaken);
        ExpectSameTimestamp(text);
    }

    [Fact]
    public void Random_and_damaged_texts_are_those_of_the_general_way()
    {
        var random = new Random(8601);
        for (int i = 0; i < 100_000; i++)
        {
            var time = new DateTime(random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc);
            string text = time.ToString(Timestamps[random.Next(2)], CultureInfo.InvariantCulture);
            ExpectSameTimestamp(text);
            IsoText.TryTimestamp(text, out DateTime read).Should().BeTrue();
            (read, read.Kind).Should().Be((time, DateTimeKind.Utc));

            ExpectSameTimestamp(Damaged(text, random));
            ExpectSameDate(text[..10]);
            ExpectSameDate(Damaged(text[..10], random));
        }
    }

    private static string Damaged(string text, Random random)
    {
        char[] letters = text.ToCharArray();
        for (int damages = random.Next(1, 3); damages > 0; damages--)
            letters[random.Next(letters.Length)] = Letters[random.Next(Letters.Length)];
        string damaged = new(letters);
        return random.Next(4) == 0 ? damaged[..random.Next(damaged.Length)] : damaged;
    }

    private static void ExpectSameDate(string text)
    {
        bool isDate = DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly expected);
        IsoText.TryDate(text, out DateOnly date).Should().Be(isDate, "of '{0}'", text);
        date.Should().Be(expected, "of '{0}'", text);
    }

    // What the short way does not take may be a timestamp all the same; what it takes must be one, and that one.
    private static void ExpectSameTimestamp(string text)
    {
        if (!IsoText.TryTimestamp(text, out DateTime time))
            return;
        DateTime.TryParseExact(text, Timestamps, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime expected).Should().BeTrue("of '{0}'", text);
        time.Should().Be(expected, "of '{0}'", text);
    }
}
