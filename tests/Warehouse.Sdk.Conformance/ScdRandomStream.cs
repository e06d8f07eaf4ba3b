namespace Warehouse.Sdk.Conformance;

/// <summary>
/// A seeded stream of events of one to four members, cut into batches, each shuffled. The batches come in the order of time, or everything comes
/// in any order.
/// </summary>
internal sealed class ScdRandomStream
{
    private static readonly string?[] Values = ["a", "b", "c", "A", null];

    public ScdRandomStream(int number, ScdRules rules, bool isInOrder = true)
    {
        var random = new Random(number);
        List<ScdRandomEvent> events = [];
        for (int id = 1, members = random.Next(1, 5); id <= members; id++)
            events.AddRange(Life(random, number, id, rules));

        Number = number;
        int batches = random.Next(1, 6);
        if (!isInOrder)
        {
            Batches = InAnyOrder(random, events, batches + 1);
            return;
        }

        int lastDay = events.Max(e => (e.At - ScdEvent.Day(0)).Days);
        int[] cuts = [.. Enumerable.Range(1, batches - 1).Select(_ => random.Next(1, lastDay + 1)).Order(), lastDay];
        Batches = [.. cuts.Select((cut, index) => Batch(random, events, index == 0 ? DateTime.MinValue : ScdEvent.Day(cuts[index - 1]), ScdEvent.Day(cut)))];
    }

    public int Number { get; }

    public IReadOnlyList<ScdRandomEvent[]> Batches { get; }

    public override string ToString() => string.Join("\n", Batches.Select((batch, index) => $"  batch {index}: {string.Join("  ", batch.Select(e => e.ToString()))}"));

    private static List<ScdRandomEvent> Life(Random random, int stream, int id, ScdRules rules)
    {
        List<ScdRandomEvent> life = [];
        var now = new ScdRandomEvent(stream, id, Any(random), Any(random), Any(random), Any(random), ScdEvent.Day(0), null);
        int day = 0;
        for (int i = 0, events = random.Next(1, 11); i < events; i++)
        {
            day += random.Next(1, 6);
            now = now with { At = ScdEvent.Day(day), Op = random.Next(2) == 0 ? "U" : null };
            // A delete before a member that began early cannot be told from one in its first version.
            bool mayBeDeleted = !rules.BeginsEarly || life.Count > 0;
            int kind = random.Next(10);
            if (kind < 2 && mayBeDeleted)
            {
                life.Add(Gone(now));
                continue;
            }

            if (kind > 3)
                now = Changed(random, now);
            life.Add(now);
            if (kind == 9 && mayBeDeleted)
                life.Add(Gone(now));
        }

        return life;
    }

    private static ScdRandomEvent[][] InAnyOrder(Random random, List<ScdRandomEvent> events, int batches)
    {
        List<ScdRandomEvent>[] cut = [.. Enumerable.Range(0, batches).Select(_ => new List<ScdRandomEvent>())];
        foreach (ScdRandomEvent e in events)
        {
            cut[random.Next(batches)].Add(e);
            if (random.Next(6) == 0)
                cut[random.Next(batches)].Add(e);
        }

        return [.. cut.Select(batch =>
        {
            ScdRandomEvent[] shuffled = [.. batch];
            random.Shuffle(shuffled);
            return shuffled;
        })];
    }

    private static ScdRandomEvent Changed(Random random, ScdRandomEvent e) => e with
    {
        Origin = random.Next(4) == 0 ? Any(random) : e.Origin,
        Email = random.Next(3) == 0 ? Any(random) : e.Email,
        Town = random.Next(2) == 0 ? Any(random) : e.Town,
        Segment = random.Next(3) == 0 ? Any(random) : e.Segment,
    };

    private static ScdRandomEvent Gone(ScdRandomEvent e) => e with { Origin = null, Email = null, Town = null, Segment = null, Op = "D" };

    private static string? Any(Random random) => Values[random.Next(Values.Length)];

    private static ScdRandomEvent[] Batch(Random random, List<ScdRandomEvent> events, DateTime after, DateTime until)
    {
        List<ScdRandomEvent> batch = [];
        foreach (ScdRandomEvent e in events.Where(e => e.At > after && e.At <= until))
        {
            batch.Add(e);
            if (random.Next(8) == 0)
                batch.Add(e);
        }

        // Some of what came before comes again with the news; what one instant said, as a whole.
        batch.AddRange(events.Where(e => e.At <= after).GroupBy(e => (e.Id, e.At)).Where(_ => random.Next(10) == 0).SelectMany(instant => instant));
        ScdRandomEvent[] shuffled = [.. batch];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
