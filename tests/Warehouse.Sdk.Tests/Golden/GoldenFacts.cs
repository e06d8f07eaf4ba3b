namespace Warehouse.Sdk.Tests;

/// <summary>Every way in which a fact grows, each in one small table.</summary>
internal sealed class GoldenFacts
{
    public GoldenFacts() => Model = DimensionalModel.Create("facts", model =>
    {
        Customer = model.Dimension<MemberRow>("dim_customer", d => d.NaturalKey(c => c.CustomerId).Type2(c => c.City).EffectiveFrom(c => c.ChangedAt));
        Append = Fact(model, "fact_append", f => f
            .Grain("one order", o => o.OrderId)
            .Append()
            .Watermark(o => o.OrderedAt)
            .Lookup("customer", BeforeFirstVersion.Unknown, InGap.Reject)
            .Measure(o => o.Amount)
            .Ignore(o => new { o.Channel, o.Lsn, o.Op }));
        Partition = Fact(model, "fact_partition", f => f
            .Grain("one order", o => o.OrderId)
            .ReplacePartition(o => o.OrderedAt, PartitionBy.Month)
            .Within(o => o.Channel)
            .Watermark(o => o.OrderedAt)
            .Measure(o => o.Amount)
            .Ignore(o => new { o.Lsn, o.Op }));
        Sequenced = Fact(model, "fact_sequenced", f => f.Grain("one order", o => o.OrderId).Sequence(o => o.Lsn).Operation(o => o.Op).Measure(o => o.Amount).Ignore(o => o.Channel));
        Reversal = Fact(model, "fact_reversal", f => f.Grain("one order", o => o.OrderId).Corrections(Corrections.Reversal).Operation(o => o.Op).Measure(o => o.Amount).Ignore(o => new { o.Channel, o.Lsn }));
        Combined = Fact(model, "fact_combined", f => f
            .Grain("one customer a moment", o => o.CustomerId, o => o.OrderedAt)
            .SourceGrain(o => o.OrderId)
            .Degenerate(o => o.Channel)
            .Measure(o => o.Amount, Combine.Sum)
            .Measure(o => o.Lsn, Combine.Last, by: o => o.OrderId)
            .Ignore(o => o.Op));
        ByLine = Fact(model, "fact_by_line", f => f.GrainByLine("one line").Measure(o => o.Amount).Ignore(o => new { o.OrderId, o.Channel, o.Lsn, o.Op }));
        Scoped = Fact(model, "fact_scoped", f => f
            .Grain("one order", o => o.OrderId)
            .FromWatermark(o => o.OrderedAt)
            .Within(o => o.Channel)
            .Measure(o => o.Amount)
            .Ignore(o => new { o.Lsn, o.Op }));
    });

    public DimensionalModel Model { get; }

    public Dimension<MemberRow> Customer { get; private set; } = null!;

    public Fact<OrderRow> Append { get; private set; } = null!;

    public Fact<OrderRow> Partition { get; private set; } = null!;

    public Fact<OrderRow> Sequenced { get; private set; } = null!;

    public Fact<OrderRow> Reversal { get; private set; } = null!;

    public Fact<OrderRow> Combined { get; private set; } = null!;

    public Fact<OrderRow> ByLine { get; private set; } = null!;

    public Fact<OrderRow> Scoped { get; private set; } = null!;

    private Fact<OrderRow> Fact(DimensionalModelBuilder model, string name, Action<FactBuilder<OrderRow>> define)
        => model.Fact<OrderRow>(name, fact =>
        {
            fact.Dimension(Customer, o => o.CustomerId, asOf: o => o.OrderedAt);
            define(fact);
        });

    internal sealed record MemberRow(int CustomerId, string City, DateTime ChangedAt);

    internal sealed record OrderRow(long OrderId, int CustomerId, DateTime OrderedAt, string Channel, decimal Amount, long Lsn, string Op);
}
