namespace Warehouse.Sdk.Tests;

/// <summary>A dimension with a mini-dimension, and a fact with its keys and a junk dimension.</summary>
internal sealed class GoldenCallModel
{
    public GoldenCallModel() => Model = DimensionalModel.Create("calls", model =>
    {
        Usage = model.MiniDimension<SubscriberRow>("dim_usage", m => m
            .Band(s => s.Minutes, "minutes_band", bands => bands.Below(10, "few").Range(10, 100, "some").From(100, "many"))
            .Flag(s => s.IsPrepaid)
            .Attribute(s => s.Region, s => s.Level));
        Subscriber = model.Dimension<SubscriberRow>("dim_subscriber", d => d
            .NaturalKey(s => s.SubscriberId)
            .Type2(s => s.City)
            .EffectiveFrom(s => s.ChangedAt)
            .Operation(s => s.Op)
            .MiniDimension(Usage, currentKey: true));
        JunkDimension<CallRow> flags = model.JunkDimension<CallRow>("dim_call_flags", j => j.Flag(c => c.IsFree, "free", "charged").Attribute(c => c.Network));
        Call = model.Fact<CallRow>("fact_call", f => f
            .Grain("one call", c => c.CallId)
            .Dimension(Subscriber, c => c.SubscriberId, asOf: c => c.CalledAt, whenUnknown: UnknownMember.InferMember)
            .MiniDimension(Usage)
            .JunkDimension(flags)
            .Measure(c => c.Seconds));
    });

    public DimensionalModel Model { get; }

    public MiniDimension<SubscriberRow> Usage { get; private set; } = null!;

    public Dimension<SubscriberRow> Subscriber { get; private set; } = null!;

    public Fact<CallRow> Call { get; private set; } = null!;
}
