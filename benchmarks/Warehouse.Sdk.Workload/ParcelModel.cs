namespace Warehouse.Sdk.Workload;

/// <summary>A parcel service: clients with history, depots, and the parcels that clients send from depots.</summary>
internal sealed class ParcelModel(WorkloadOptions options) : IDimensionalModelDefinition
{
    public const int LongestCity = 20;

    /// <summary>Where every client's first version begins, so that each parcel meets one.</summary>
    public static readonly DateTime Beginning = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public DateDimension Date { get; private set; } = null!;

    public Dimension<ClientRow> Client { get; private set; } = null!;

    public Dimension<DepotRow> Depot { get; private set; } = null!;

    public Fact<ParcelRow> Parcel { get; private set; } = null!;

    public void Define(DimensionalModelBuilder model)
    {
        model.Named("parcels");
        Date = model.DateDimension("dim_date", DateOnly.FromDateTime(WorkloadOptions.DateOf(-WorkloadOptions.HistoryDays)), DateOnly.FromDateTime(WorkloadOptions.DateOf(options.Days)));
        Client = model.Dimension<ClientRow>("dim_client", d => d
            .NaturalKey(c => c.ClientId)
            .Type1(c => c.Email)
            .Type2(c => c.City, c => c.Tier)
            .Column(c => c.City, ColumnType.Varchar(LongestCity))
            .EffectiveFrom(c => c.ChangedAt)
            .Operation(c => c.Operation)
            .FirstVersionFrom(Beginning)
            .LateEvents(LateEvents.Reconcile));
        Depot = model.Dimension<DepotRow>("dim_depot", d => d.NaturalKey(s => s.DepotId).Type1(s => s.Name));
        Parcel = model.Fact<ParcelRow>("fact_parcel", f => f
            .Grain("one parcel", p => p.ParcelId)
            .Degenerate(p => p.SentAt)
            .Date(Date, p => p.SentAt)
            .Dimension(Client, p => p.ClientId, asOf: p => p.SentAt, whenUnknown: UnknownMember.InferMember)
            .Dimension(Depot, p => p.DepotId)
            .Measure(p => p.Grams)
            .Measure(p => p.Price, type: ColumnType.Decimal(10, 2))
            .Upsert());
    }
}
