using System.Numerics;

namespace Warehouse.Sdk.Conformance;

/// <summary>The extremes of every kind of column, and random values between them.</summary>
internal static class EverythingRows
{
    private static readonly Int128 Nines = Int128.Parse(new string('9', 38), System.Globalization.CultureInfo.InvariantCulture);

    // Whole microseconds, which is what columns hold.
    private static readonly TimeSpan LongestSpan = new(TimeSpan.MaxValue.Ticks / 10 * 10);

    public static IReadOnlyList<Everything> Extremes { get; } =
    [
        new() { Id = -3 },
        new()
        {
            Id = -2,
            Flag = false,
            Small = short.MinValue,
            Whole = int.MinValue,
            Big = long.MinValue,
            Price = -99_999_999_999_999.9999m,
            Ratio = float.MinValue,
            Level = double.MinValue,
            Word = string.Empty,
            Letters = string.Empty,
            Day = DateOnly.MinValue,
            Clock = TimeOnly.MinValue,
            Moment = DateTime.MinValue,
            Instant = DateTime.MinValue,
            Span = -LongestSpan,
            Document = "null",
            Token = Guid.Empty,
            Bytes = [],
            Huge = new Numeric(-Nines, 10),
            Tally = -Nines,
            Digits = -(BigInteger)Nines,
        },
        new()
        {
            Id = -1,
            Flag = true,
            Small = short.MaxValue,
            Whole = int.MaxValue,
            Big = long.MaxValue,
            Price = 99_999_999_999_999.9999m,
            Ratio = float.MaxValue,
            Level = double.MaxValue,
            Word = new string('\uffff', 40),
            Letters = "😀😀😀😀😀   ",
            Day = DateOnly.MaxValue,
            Clock = new TimeOnly(863_999_999_990),
            Moment = new DateTime(9999, 12, 31, 23, 59, 59).AddTicks(9_999_990),
            Instant = new DateTime(9999, 12, 31, 23, 59, 59).AddTicks(9_999_990),
            Span = LongestSpan,
            Document = """{"a": [1, -2.50, {"😀": "é\"\\"}, null, true], "text": "123456789012345678901234567890"}""",
            Token = Guid.AllBitsSet,
            Bytes = [0, 255, 0],
            Huge = new Numeric(Nines, 10),
            Tally = Nines,
            Digits = Nines,
        },
        new() { Id = 0, Ratio = float.NaN, Level = double.NaN, Word = "twelve bytes", Letters = "a b", Span = TimeSpan.Zero, Document = "[]", Huge = 0, Tally = 0, Digits = 0 },
        new() { Id = 1, Ratio = float.PositiveInfinity, Level = double.NegativeInfinity, Word = "thirteen byte", Letters = " a", Span = new TimeSpan(-1, -2, -3, -4).Subtract(TimeSpan.FromMicroseconds(5)), Document = "\"text\"" },
        new() { Id = 2, Ratio = float.Epsilon, Level = double.Epsilon, Word = "😀🧑‍🚀\r\n\t\"'\\,", Span = TimeSpan.FromMicroseconds(-1), Document = "{}", Huge = new Numeric(-1, 10), Tally = -1, Digits = -1 },
        new() { Id = 3, Huge = new Numeric(1, 0), Span = TimeSpan.FromHours(-23), Document = "0" },
    ];

    public static IEnumerable<Everything> Random(int count)
    {
        var random = new Random(20240101);
        bool Sometimes() => random.Next(8) > 0;
        for (int id = 10; id < 10 + count; id++)
        {
            yield return new Everything
            {
                Id = id,
                Flag = Sometimes() ? random.Next(2) == 0 : null,
                Small = Sometimes() ? (short)random.Next(short.MinValue, short.MaxValue) : null,
                Whole = Sometimes() ? random.Next(int.MinValue, int.MaxValue) : null,
                Big = Sometimes() ? random.NextInt64(long.MinValue, long.MaxValue) : null,
                Price = Sometimes() ? random.NextInt64(-999_999_999_999_999, 999_999_999_999_999) / 10_000m : null,
                Ratio = Sometimes() ? (float)random.NextDouble() * 1000 : null,
                Level = Sometimes() ? random.NextDouble() * 1e10 : null,
                Word = Sometimes() ? Words(random, 30) : null,
                Letters = Sometimes() ? Words(random, 6) : null,
                Day = Sometimes() ? DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber)) : null,
                Clock = Sometimes() ? new TimeOnly(random.NextInt64(86_400_000_000) * 10) : null,
                Moment = Sometimes() ? new DateTime(random.NextInt64(DateTime.MaxValue.Ticks / 10) * 10) : null,
                Instant = Sometimes() ? new DateTime(random.NextInt64(DateTime.MaxValue.Ticks / 10) * 10) : null,
                Span = Sometimes() ? new TimeSpan(random.NextInt64(-LongestSpan.Ticks / 10, LongestSpan.Ticks / 10) * 10 / (1 << random.Next(40)) / 10 * 10) : null,
                Document = Sometimes() ? FormattableString.Invariant($$"""{"n": {{random.Next()}}, "list": [{{random.Next(10)}}, "{{random.Next(100)}}"]}""") : null,
                Token = Sometimes() ? new Guid(Bytes(random, 16)) : null,
                Bytes = Sometimes() ? Bytes(random, random.Next(20)) : null,
                Huge = Sometimes() ? new Numeric(Wide(random), 10) : null,
                Tally = Sometimes() ? Wide(random) : null,
                Digits = Sometimes() ? Wide(random) : null,
            };
        }
    }

    private static string Words(Random random, int length)
        => string.Concat(Enumerable.Range(0, random.Next(length)).Select(_ => char.ConvertFromUtf32(random.Next(4) == 0 ? random.Next(0x1F600, 0x1F640) : random.Next(0x20, 0x7F))));

    // Of every width, as most of those drawn evenly would have 38 digits.
    private static Int128 Wide(Random random)
    {
        Int128 number = (((Int128)random.NextInt64() << 63) | random.NextInt64()) % (Nines + 1);
        return (random.Next(2) == 0 ? number : -number) >> random.Next(125);
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
