using CsCheck;

namespace Warehouse.Sdk.Conformance;

/// <summary>Random streams against models of the rules in plain C#. After every load all invariants are held against the whole dimension.</summary>
public abstract class ScdPropertyTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Theory]
    [MemberData(nameof(ScdMixes.InAnyOrder), MemberType = typeof(ScdMixes))]
    public Task Streams_in_any_order_say_what_the_model_says_after_every_batch(string mix)
        => HoldAsync(mix, ScdMixes.LateStreams, rules => ScdStreams.InAnyOrder(rules), _ => true, ScdMixes.StreamsInAnyOrder, new ScdTrial(store));

    [Theory]
    [MemberData(nameof(ScdMixes.InOrder), MemberType = typeof(ScdMixes))]
    public Task Streams_in_order_say_what_the_events_say_and_come_again_without_effect(string mix)
        => HoldAsync(mix, ScdMixes.OrderedStreams, ScdStreams.InOrder, stream => stream.IsInOrder, ScdMixes.StreamsInOrder, new ScdTrial(store) { FollowsEvents = true, RunsAgain = true });

    [Theory]
    [MemberData(nameof(ScdMixes.Scheduled), MemberType = typeof(ScdMixes))]
    public Task Snapshots_and_deltas_in_turn_say_what_the_model_says_after_every_batch(string mix)
        => HoldAsync(mix, ScdMixes.Schedules, ScdStreams.Scheduled, _ => true, ScdMixes.ScheduledStreams, new ScdTrial(store));

    [Theory]
    [MemberData(nameof(ScdMixes.WithFacts), MemberType = typeof(ScdMixes))]
    public Task Facts_meet_the_version_of_their_own_time_whatever_comes_when(string mix)
    {
        ScdRules rules = ScdMixes.FactStreams.Single(one => one.ToString() == mix);
        return new SideBySide<ScdFactStream>
        {
            Claim = $"Under {rules}, every fact meets the version that the model has at the fact's own time.",
            Cases = ScdFactStream.Of(rules),
            Try = cases => new ScdFactTrial(store).RunAsync(rules, cases),
            Simpler = stream => stream.Simpler(rules),
            Size = stream => stream.Size,
            Draw = stream => stream.Draw(),
        }.HoldAsync(ScdMixes.SeedOf(mix), ScdMixes.StreamsWithFacts);
    }

    private static Task HoldAsync(string mix, IReadOnlyList<ScdRules> mixes, Func<ScdRules, Gen<ScdStream>> streams, Func<ScdStream, bool> isLegal, int cases, ScdTrial trial)
    {
        ScdRules rules = mixes.Single(one => one.ToString() == mix);
        return new SideBySide<ScdStream>
        {
            Claim = $"Under {rules}, the dimension says after every batch what the model says.",
            Cases = streams(rules),
            Try = cases => trial.RunAsync(rules, cases),
            Simpler = stream => stream.Simpler(rules.Schedule.Count > 0).Where(simpler => isLegal(simpler) && ScdStreams.IsAnswerable(simpler, rules)),
            Size = stream => stream.Size,
            Draw = stream => stream.Draw(),
        }.HoldAsync(ScdMixes.SeedOf(mix), cases);
    }
}
