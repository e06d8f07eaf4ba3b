using CsCheck;

namespace Warehouse.Sdk.Conformance;

/// <summary>Generators of random streams. A life is drawn step by step; what makes a batch of it differs.</summary>
internal static class ScdStreams
{
    /// <summary>Events in any order, cut anyhow, some of them several times. Where events are forgotten, one instant comes as a whole.</summary>
    public static Gen<ScdStream> InAnyOrder(ScdRules rules, int atMost = 4)
        => Gen.Select(Gen.Int[2, atMost], Lives(rules), (batches, lives) => Cut(rules, lives, batches)).Where(stream => IsAnswerable(stream, rules));

    /// <summary>Events as time brings them, with a few that were told before.</summary>
    public static Gen<ScdStream> InOrder(ScdRules rules)
        => Gen.Select(Gen.Int[1, 15].Array[1, 3], Lives(rules), (cuts, lives) => InOrder(lives, [.. cuts.Order()])).Where(stream => IsAnswerable(stream, rules));

    /// <summary>What the source sends on the days of the schedule: everything it holds, or what changed since the batch before. Only snapshots tell who is gone.</summary>
    public static Gen<ScdStream> Scheduled(ScdRules rules) => Lives(rules).Select(lives => Scheduled(rules, lives));

    /// <summary>What the models have an answer to.</summary>
    public static bool IsAnswerable(ScdStream stream, ScdRules rules)
        => rules.LateEvents == LateEvents.Reconcile
            || ((!rules.BeginsEarly || stream.BeginsWithRows(rules)) && (!rules.HasSequence || stream.KeepsInstantsTogether(rules)));

    private static Gen<Step[][]> Lives(ScdRules rules)
    {
        Gen<string?> value = Gen.OneOf(Values(rules));
        Gen<Step> step = Gen.Select(
            Gen.Int[0, 4],
            Gen.Int[0, 9],
            Gen.Int[0, 15],
            value.Array[4],
            Gen.Select(Gen.Int[0, 999], Gen.Int[0, 5], Gen.Int[0, 999]),
            Gen.Int[0, 99],
            (gap, kind, changes, values, place, rank) => new Step(gap, kind, changes, values, place.Item1, place.Item2, place.Item3, rank));
        return step.Array[1, 8].Array[1, 3].Select(lives => lives.Select((life, member) => Live(rules, member + 1, life)).ToArray());
    }

    private static string?[] Values(ScdRules rules) => rules.Equality switch
    {
        var equality when equality.HasFlag(Equality.UnicodeNfc) => ["\u00e9", "e\u0301", "e", "b", null],
        var equality when equality.HasFlag(Equality.TrimEnd) => ["a", "a ", "b", "A", "", null],
        _ => ["a", "b", "c", "A", "", null],
    };

    // Where a sequence decides, several rows may stand at one instant, and one day may have two times.
    private static Step[] Live(ScdRules rules, int member, Step[] life)
    {
        ScdRandomEvent now = Changed(rules, new ScdRandomEvent(0, member, null, null, null, null, ScdEvent.Day(0), null), life[0] with { Changes = 15 });
        int day = 0;
        List<Step> told = [];
        foreach (Step step in life)
        {
            day += rules.HasSequence && told.Count > 0 ? step.Gap : step.Gap + 1;
            now = now with
            {
                At = ScdEvent.Day(day).AddHours(rules.HasSequence && rules.Intervals == IntervalStyle.ClosedByDay ? step.Rank % 2 * 12 : 0),
                Lsn = rules.HasSequence ? (step.Rank * 100) + told.Count : null,
                Op = step.Kind % 2 == 0 ? "U" : null,
            };
            ScdRandomEvent gone = ScdRandomEvent.Gone(member, now.At, now.Lsn);
            if (step.Kind < 2)
            {
                told.Add(step with { Event = gone });
                continue;
            }

            if (step.Kind > 3)
                now = Changed(rules, now, step);
            told.Add(step with { Event = now });
            // Gone and back at one instant may be told in two batches, in either order.
            if (step.Kind >= 8 && !rules.HasSequence)
                told.Add(step with { Event = gone, Batch = step.Order, Order = step.Batch });
        }

        return [.. told];
    }

    private static ScdRandomEvent Changed(ScdRules rules, ScdRandomEvent e, Step step) => e with
    {
        Origin = Value(rules, ScdType.Type0, step, 0, e.Origin),
        Email = Value(rules, ScdType.Type1, step, 1, e.Email),
        Town = Value(rules, ScdType.Type2, step, 2, e.Town),
        Segment = Value(rules, ScdType.Type3, step, 3, e.Segment),
    };

    private static string? Value(ScdRules rules, ScdType type, Step step, int index, string? old)
        => !rules.Types.Contains(type) ? null : (step.Changes & (1 << index)) != 0 ? step.Values[index] : old;

    private static ScdStream Cut(ScdRules rules, Step[][] lives, int batches)
    {
        List<(int Order, ScdRandomEvent Event)>[] cut = [.. Enumerable.Range(0, batches).Select(_ => new List<(int, ScdRandomEvent)>())];
        foreach (Step[] life in lives)
        {
            foreach (var instant in life.GroupBy(step => rules.LateEvents == LateEvents.Reconcile || !rules.HasSequence ? (object)step : rules.Instant(step.Event!.At)))
            {
                Step place = instant.First();
                foreach (Step step in instant)
                {
                    cut[place.Batch % batches].Add((step.Order, step.Event!));
                    if (place.Again == 0)
                        cut[place.Order % batches].Add((step.Batch, step.Event!));
                }
            }
        }

        return new ScdStream([.. cut.Select(batch => batch.OrderBy(row => row.Order).Select(row => row.Event).ToArray())]);
    }

    private static ScdStream InOrder(Step[][] lives, int[] cuts)
    {
        Step[] steps = [.. lives.SelectMany(life => life)];
        List<ScdRandomEvent[]> batches = [];
        DateTime after = DateTime.MinValue;
        foreach (DateTime until in cuts.Select(ScdEvent.Day).Append(DateTime.MaxValue))
        {
            Step[] news = [.. steps.Where(step => step.Event!.At.Date > after && step.Event.At.Date <= until)];
            // Some of what came before comes again with the news; what one instant said, as a whole.
            DateTime before = after;
            HashSet<(int, DateTime)> again = [.. steps.Where(step => step.Event!.At.Date <= before && step.Again == batches.Count % 6).Select(step => (step.Event!.Id, step.Event.At.Date))];
            Step[] repeated = [.. steps.Where(step => step.Event!.At.Date <= before && again.Contains((step.Event.Id, step.Event.At.Date)))];
            batches.Add([.. news.Concat(news.Where(step => step.Again == 5)).Concat(repeated).OrderBy(step => step.Order).Select(step => step.Event!)]);
            after = until;
        }

        return new ScdStream(batches);
    }

    private static ScdStream Scheduled(ScdRules rules, Step[][] lives)
    {
        List<ScdRandomEvent[]> batches = [];
        DateTime after = DateTime.MinValue;
        foreach (var (kind, day) in rules.Schedule)
        {
            DateTime until = ScdEvent.Day(day);
            DateTime before = after;
            batches.Add(kind == BatchKind.FullSnapshot
                ? [.. lives.Select(life => Held(life, until)).OfType<ScdRandomEvent>()]
                : [.. lives.SelectMany(life => life).Where(step => !step.Event!.IsDelete && step.Event.At <= until && (step.Event.At > before || step.Again == batches.Count % 6)).OrderBy(step => step.Order).Select(step => step.Event!)]);
            after = until;
        }

        return new ScdStream(batches);
    }

    // A member that came back unchanged may have its old time still.
    private static ScdRandomEvent? Held(Step[] life, DateTime until)
    {
        Step[] past = [.. life.Where(step => step.Event!.At <= until).OrderBy(step => step.Event!.At).ThenBy(step => !step.Event!.IsDelete)];
        if (past.Length == 0 || past[^1].Event!.IsDelete)
            return null;
        Step? old = past[..^1].LastOrDefault(step => !step.Event!.IsDelete);
        ScdRandomEvent now = past[^1].Event!;
        return (old is not null && past[^1].Again < 3 && now with { At = old.Event!.At, Op = old.Event.Op } == old.Event ? old.Event : now) with { Op = null };
    }

    /// <summary>One step of a life: what happens after how many days, and into which batches it falls.</summary>
    private sealed record Step(int Gap, int Kind, int Changes, string?[] Values, int Batch, int Again, int Order, int Rank)
    {
        public ScdRandomEvent? Event { get; init; }
    }
}
