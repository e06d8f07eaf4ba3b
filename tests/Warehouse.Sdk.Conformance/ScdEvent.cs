namespace Warehouse.Sdk.Conformance;

/// <summary>The plainest source row there is: a member, its tracked value, and since when.</summary>
public sealed record ScdEvent(int Id, string? Value, DateTime At, string? Op = null, long? Lsn = null)
{
    public static ScdEvent Of(int id, string? value, int day, long? lsn = null) => new(id, value, Day(day), null, lsn);

    public static ScdEvent Gone(int id, int day, long? lsn = null) => new(id, null, Day(day), "D", lsn);

    /// <summary>Events of member 1 as a text: <c>A1 B10#2 x20</c> is A since day 1, B since day 10 by sequence 2, gone since day 20.</summary>
    public static ScdEvent[] Events(string batch) => [.. batch.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text =>
    {
        string[] parts = text[1..].Split('#');
        int day = int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture);
        long? lsn = parts.Length > 1 ? long.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) : null;
        return text[0] == 'x' ? Gone(1, day, lsn) : Of(1, text[..1], day, lsn);
    })];

    /// <summary>Day 1 is 2024-01-01.</summary>
    public static DateTime Day(int day) => new DateTime(2024, 1, 1).AddDays(day - 1);

    public static LoadOptions Snapshot(int day) => new() { Kind = BatchKind.FullSnapshot, AsOf = new DateTimeOffset(Day(day), TimeSpan.Zero) };

    public static void Delta(DimensionBuilder<ScdEvent> dimension) => Key(dimension).Ignore(e => e.Op, e => e.Lsn);

    public static void Sequenced(DimensionBuilder<ScdEvent> dimension) => Key(dimension).Sequence(e => e.Lsn!).Ignore(e => e.Op);

    public static void WithOperations(DimensionBuilder<ScdEvent> dimension) => Key(dimension).Operation(e => e.Op).Ignore(e => e.Lsn);

    public static void SequencedOperations(DimensionBuilder<ScdEvent> dimension) => Key(dimension).Operation(e => e.Op).Sequence(e => e.Lsn!);

    /// <summary>A definition under another policy for late events.</summary>
    public static Action<DimensionBuilder<TRow>> Under<TRow>(LateEvents lateEvents, Action<DimensionBuilder<TRow>> define) => dimension =>
    {
        define(dimension);
        dimension.LateEvents(lateEvents);
    };

    private static DimensionBuilder<ScdEvent> Key(DimensionBuilder<ScdEvent> dimension)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        return dimension.NaturalKey(e => e.Id).Type2(e => e.Value).EffectiveFrom(e => e.At);
    }
}
