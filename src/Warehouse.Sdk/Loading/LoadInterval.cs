namespace Warehouse.Sdk;

/// <summary>
/// A stretch of a fact's watermark, half-open: <see cref="From"/> belongs to it, <see cref="To"/> does not. The bounds are of the watermark's own
/// type: <see cref="DateOnly"/>, <see cref="DateTime"/> or <see cref="DateTimeOffset"/> (UTC) for times, a whole number for numbers.
/// </summary>
/// <param name="From">The first value; <see langword="null"/> has no lower bound.</param>
/// <param name="To">The first value behind it; <see langword="null"/> has no upper bound.</param>
public sealed record LoadInterval(object? From, object? To)
{
    /// <summary>One day.</summary>
    /// <param name="day">The day, in UTC.</param>
    public static LoadInterval Day(DateOnly day) => new(day, day.AddDays(1));

    /// <summary>Everything before a bound: freezes how far a load goes, whatever the source gains meanwhile.</summary>
    /// <param name="to">The first value that is left for the next load.</param>
    public static LoadInterval Until(object to) => new(null, to);

    /// <summary>The interval in words.</summary>
    public override string ToString() => $"[{Sql.InvariantText.Of(From ?? "...")}, {Sql.InvariantText.Of(To ?? "...")})";
}
