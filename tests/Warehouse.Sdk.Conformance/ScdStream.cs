namespace Warehouse.Sdk.Conformance;

/// <summary>The batches of one random stream, of one to three members.</summary>
internal sealed record ScdStream(IReadOnlyList<ScdRandomEvent[]> Batches)
{
    public IEnumerable<ScdRandomEvent> Events => Batches.SelectMany(batch => batch);

    public IEnumerable<int> Members => Events.Select(e => e.Id).Distinct().Order();

    public int Size => Batches.Count + Events.Sum(e => 4 + (e.Origin is null ? 0 : 1) + (e.Email is null ? 0 : 1) + (e.Town is null ? 0 : 1) + (e.Segment is null ? 0 : 1));

    /// <summary>The batch as rows of the stream with this number.</summary>
    public IEnumerable<ScdRandomEvent> Rows(int batch, int stream) => batch < Batches.Count ? Batches[batch].Select(e => e with { Stream = stream }) : [];

    public string Draw() => ScdDrawing.Table("batch | " + ScdRandomEvent.Header, Batches.SelectMany((batch, number) => batch.Select(e => $"{number} | {e}")));

    /// <summary>No event is older than one of an earlier batch, unless it was told before.</summary>
    public bool IsInOrder
    {
        get
        {
            HashSet<ScdRandomEvent> told = [];
            DateTime until = DateTime.MinValue;
            foreach (ScdRandomEvent[] batch in Batches)
            {
                if (batch.Any(e => !told.Contains(e) && e.At <= until))
                    return false;
                told.UnionWith(batch);
                until = told.Select(e => e.At).DefaultIfEmpty(until).Max();
            }

            return true;
        }
    }

    /// <summary>What one instant says of a member comes as a whole, as often as it comes.</summary>
    public bool KeepsInstantsTogether(ScdRules rules)
    {
        ILookup<(int Id, DateTime), ScdRandomEvent> instants = Events.Distinct().ToLookup(e => (e.Id, rules.Instant(e.At)));
        return Batches.All(batch => batch.All(e => instants[(e.Id, rules.Instant(e.At))].All(batch.Contains)));
    }

    /// <summary>No member's first event is a delete: before a first version that begins early, it cannot be told from one inside it.</summary>
    public bool BeginsWithRows(ScdRules rules) => ScdReferenceModel.Instants(Events, rules).GroupBy(e => e.Id).All(member => member.GroupBy(e => e.At).MinBy(instant => instant.Key)!.Any(e => !e.IsDelete));

    /// <summary>The same stream, a little simpler each; the greatest steps first.</summary>
    public IEnumerable<ScdStream> Simpler(bool keepsBatches)
    {
        for (int i = 0; i < Batches.Count; i++)
        {
            if (Batches[i].Length > 0 || !keepsBatches)
                yield return With(i, []);
        }

        int[] members = [.. Members];
        foreach (int id in members.Where(_ => members.Length > 1))
            yield return Where(e => e.Id != id);
        ScdRandomEvent[] events = [.. Events.Distinct()];
        foreach (ScdRandomEvent[] chunk in events.Chunk(Math.Max(2, events.Length / 4)).Where(_ => events.Length > 4))
            yield return Where(e => !chunk.Contains(e));
        foreach (ScdRandomEvent gone in events)
            yield return Where(e => e != gone);
        for (int i = 1; i < Batches.Count && !keepsBatches; i++)
            yield return new ScdStream([.. Batches.Take(i - 1), [.. Batches[i - 1], .. Batches[i]], .. Batches.Skip(i + 1)]);
        for (int i = 0; i < Batches.Count; i++)
        {
            for (int j = 0; j < Batches[i].Length && Batches[i].Length > 1; j++)
                yield return With(i, [.. Batches[i].Where((_, index) => index != j)]);
        }

        foreach (ScdRandomEvent e in events.Where(e => !e.IsDelete))
        {
            if (e.Origin is not null)
                yield return Replace(e, e with { Origin = null });
            if (e.Email is not null)
                yield return Replace(e, e with { Email = null });
            if (e.Segment is not null)
                yield return Replace(e, e with { Segment = null });
            if (e.Town is not null)
                yield return Replace(e, e with { Town = null });
            if (e.Op is not null)
                yield return Replace(e, e with { Op = null });
        }

        // Nobody needs a first or last batch without rows.
        if (!keepsBatches && Batches.Count > 1 && Batches.Any(batch => batch.Length == 0))
            yield return new ScdStream([.. Batches.Where(batch => batch.Length > 0)]);
    }

    private ScdStream With(int number, ScdRandomEvent[] batch) => new([.. Batches.Select((old, index) => index == number ? batch : old)]);

    private ScdStream Where(Func<ScdRandomEvent, bool> stays) => new([.. Batches.Select(batch => batch.Where(stays).ToArray())]);

    private ScdStream Replace(ScdRandomEvent old, ScdRandomEvent simpler) => new([.. Batches.Select(batch => batch.Select(e => e == old ? simpler : e).ToArray())]);
}
