namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>A value of each type that is encoded in a way of its own.</summary>
internal sealed record ValueRow(
    bool IsTrue, long Whole, decimal Amount, double Weight, string Comment, DateOnly Day, DateTime At, Guid Id, string Document, byte[] Content)
{
    private static readonly DateOnly FirstDay = new(2020, 1, 1);

    /// <summary>Whole microseconds and four places, as columns keep them.</summary>
    public static ValueRow Make(int i) => new(
        i % 2 == 0,
        i * 7919L,
        new decimal((i * 104_729) & int.MaxValue, 0, 0, i % 5 == 0, 4),
        i * 0.37,
        i % 3 == 0 ? "short" : i % 3 == 1 ? "a comment of more than twelve characters" : "a \"quoted\" comment, with a comma",
        FirstDay.AddDays(i % 2000),
        FirstDay.AddDays(i % 2000).ToDateTime(new TimeOnly(i % 24, i % 60)).AddMicroseconds(i * 77 % 1_000_000),
        new Guid(i, (short)i, (short)(i >> 4), 1, 2, 3, 4, 5, 6, 7, 8),
        FormattableString.Invariant($$"""{"id": {{i}}, "tags": ["a", "b"]}"""),
        [(byte)i, (byte)(i >> 8), .. "sixteen bytes."u8]);
}
