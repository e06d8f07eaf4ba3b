namespace Warehouse.Sdk.Conformance;

/// <summary>Other deliveries of the same events, after which a dimension that remembers them must hold the same.</summary>
internal static class ScdTransformation
{
    /// <summary>Everything at once, in the order of time.</summary>
    public static ScdStream AtOnce(ScdStream stream) => new([[.. stream.Events.Distinct().OrderBy(e => e.At).ThenBy(e => e.Id)]]);

    /// <summary>The same batch sizes, other events in them.</summary>
    public static ScdStream Shuffled(ScdStream stream)
    {
        Queue<ScdRandomEvent> events = new(ByChance(stream, 1));
        return new([.. stream.Batches.Select(batch => batch.Select(_ => events.Dequeue()).ToArray())]);
    }

    /// <summary>Six batches, whatever they were before.</summary>
    public static ScdStream Recut(ScdStream stream)
    {
        ScdRandomEvent[] events = ByChance(stream, 2);
        return new([.. Enumerable.Range(0, 6).Select(number => events.Where((_, index) => index % 6 == number).ToArray())]);
    }

    /// <summary>Every event twice in its batch and once more in the next.</summary>
    public static ScdStream Doubled(ScdStream stream)
        => new([.. stream.Batches.Select((batch, number) => batch.Concat(batch).Concat(number == 0 ? [] : stream.Batches[number - 1]).ToArray()), stream.Batches[^1]]);

    /// <summary>Half a day after each event that left somebody there, the same is told again; in batches of their own, before and after.</summary>
    public static ScdStream WithIdleEvents(ScdStream stream, ScdRules rules)
    {
        ScdRandomEvent[] idle =
        [
            .. ScdReferenceModel.Instants(stream.Events, rules)
                .GroupBy(e => (e.Id, e.At))
                .Where(instant => instant.Any(e => !e.IsDelete))
                .Select(instant => instant.First(e => !e.IsDelete))
                .Select(e => e with { At = e.At.AddHours(12), Op = "U" }),
        ];
        return new([[.. idle.Where((_, index) => index % 2 == 0)], .. stream.Batches, [.. idle.Where((_, index) => index % 2 == 1)]]);
    }

    public static ScdStream Shifted(ScdStream stream, TimeSpan by) => new([.. stream.Batches.Select(batch => batch.Select(e => e with { At = e.At + by }).ToArray())]);

    // By the events themselves, so that a stream is always dealt the same way.
    private static ScdRandomEvent[] ByChance(ScdStream stream, int salt)
    {
        ScdRandomEvent[] events = [.. stream.Events];
        new Random((events.Length * 31) + salt).Shuffle(events);
        return events;
    }
}
