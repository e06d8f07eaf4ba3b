using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>The kinds of facts and bridges that sum up, fold or expand what they are given, each once.</summary>
internal sealed class GoldenKinds
{
    public GoldenKinds() => Model = DimensionalModel.Create("kinds", model =>
    {
        DateDimension date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2025, 12, 31));
        Calendar = model.Enterprise<CalendarRow>("calendar", t => t.Key(row => row.TimeId));
        Store = model.Dimension<StoreRow>("dim_store", d => d.NaturalKey(row => row.StoreId).Type1(row => row.Region).Type2(row => row.Name).WhenAbsent(Absent.MarkDeleted));
        Holder = model.Dimension<HolderRow>("dim_holder", d => d.NaturalKey(row => row.HolderId).Type1(row => row.Name));
        Order = Orders(model, date, "fact_order", hasSequence: true);
        UnorderedOrder = Orders(model, date, "fact_unordered", hasSequence: false);
        Movement = model.Fact<MovementRow>("fact_movement", f => f
            .Grain("one movement", row => row.MovementId)
            .Date(date, row => row.Day)
            .Dimension(Store, row => row.StoreId, asOf: row => row.Day)
            .Degenerate(row => row.StoreId)
            .Measure(row => row.Amount)
            .Ignore(row => new { row.Opening, row.OnHand, row.IsLow }));
        StockWeek = model.Fact<MovementRow>("fact_stock_week", f => f
            .Grain("one store at the end of one week", row => row.StoreId)
            .PeriodicSnapshot(SnapshotPeriod.Week, date, row => row.Day, p => p
                .Last(row => row.OnHand).Sum(row => row.Amount).Any(row => row.IsLow).Count("days").Ratio("weeks_of_supply", "on_hand", "amount").RowKey(row => row.MovementId))
            .Ignore(row => row.Opening));
        Balance = model.Fact<MovementRow>("fact_balance", f => f
            .Grain("one store at the end of one month", row => row.StoreId)
            .PeriodicSnapshot(SnapshotPeriod.Month, date, row => row.Day, p => p.Balance(row => row.Amount, opening: row => row.Opening).Last(row => row.OnHand).Any(row => row.IsLow).Max(row => row.OnHand, "most").Dense(Store))
            .Dimension(Store, row => row.StoreId, asOf: row => row.Day)
            .Ignore(row => row.MovementId));
        DerivedBalance = model.Fact<MovementRow>("fact_derived_balance", f => f
            .Grain("one store at the end of one day", row => row.StoreId)
            .PeriodicSnapshot(SnapshotPeriod.Day, date, row => row.Day, p => p.Balance(row => row.Amount).Dense().From(Movement))
            .Ignore(row => new { row.MovementId, row.Opening, row.OnHand, row.IsLow }));
        Month = model.Aggregate("agg_month", Movement, a => a
            .Grain("one region in one month").Date(string.Empty, d => d.Year, d => d.YearMonth).Attributes(Store, row => row.Region).Sum(row => row.Amount).Max(row => row.Amount, "largest"));
        Total = model.Aggregate("agg_total", Movement, a => a.Grain("one store").Key(Store).Degenerate(row => row.StoreId).Sum(row => row.Amount));
        Ownership = model.Bridge<OwnershipRow>("bridge_ownership", b => b.Group(Store, row => row.StoreId).Member(Holder, row => row.HolderId).Versioned(new DateTime(2000, 1, 1)));
        Hierarchy = model.Hierarchy<ParentRow>("bridge_store", Store, h => h.Child(row => row.StoreId).Parent(row => row.ParentId));
        Day = model.Fact<DayRow>("fact_day", f => f.Grain("one store on one day", row => row.StoreId, row => row.Day).Date(date, row => row.Day).Degenerate(row => row.Channel).Measure(row => row.Sold).Measure(row => row.OnHand));
    });

    public DimensionalModel Model { get; }

    public ZoneTable<CalendarRow> Calendar { get; private set; } = null!;

    public Dimension<StoreRow> Store { get; private set; } = null!;

    public Dimension<HolderRow> Holder { get; private set; } = null!;

    public Fact<OrderRow> Order { get; private set; } = null!;

    public Fact<OrderRow> UnorderedOrder { get; private set; } = null!;

    public Fact<MovementRow> Movement { get; private set; } = null!;

    public Fact<MovementRow> StockWeek { get; private set; } = null!;

    public Fact<MovementRow> Balance { get; private set; } = null!;

    public Fact<MovementRow> DerivedBalance { get; private set; } = null!;

    public AggregateFact Month { get; private set; } = null!;

    public AggregateFact Total { get; private set; } = null!;

    public Bridge<OwnershipRow> Ownership { get; private set; } = null!;

    public HierarchyBridge Hierarchy { get; private set; } = null!;

    public Fact<DayRow> Day { get; private set; } = null!;

    public static SqlScript Derive(ISqlDialect dialect, LoadTarget target)
    {
        SqlScript stage = dialect.Stage(new StagePlan(target) { IsDerived = true });
        SqlScript load = target is Fact fact ? dialect.Load(new IncrementalPlan(fact, null)) : dialect.Load(new AggregatePlan((AggregateFact)target));
        return load with { Statements = [.. stage.Statements, .. load.Statements] };
    }

    public static SqlScript Combine(ISqlDialect dialect, LoadTarget target, LoadSource source)
    {
        IEnumerable<SqlStatement> steps = new SourceComposition(dialect).Steps((ComposedLoadSource)source, target).SelectMany(step => step.Script.Statements);
        return new SqlScript($"stage {target.Name}", [.. steps, dialect.PlaceRejects("warehouse", ((ComposedLoadSource)source).PartNumbers)]);
    }

    public static LoadSource Union { get; } = Source.Union("channel", ("shop", Source.Rows<DayRow>([])), ("it's web", Source.Query("SELECT * FROM elsewhere.web")));

    public LoadSource Joined => Source.FullOuterJoin<SoldRow, StockRow>(
        Source.Rows<SoldRow>([]),
        Source.Mapped<NumberedRow, CalendarRow>(Source.Rows<NumberedRow>([]), Calendar, key: row => row.TimeId, mapKey: map => map.TimeId, values: map => map.Day),
        on: row => new { row.StoreId, row.Day },
        leftZero: row => row.Sold);

    private static Fact<OrderRow> Orders(DimensionalModelBuilder model, DateDimension date, string name, bool hasSequence) => model.Fact<OrderRow>(name, f =>
    {
        f.Grain("one order", row => row.OrderId)
            .AccumulatingSnapshot(a => a
                .Milestone(date, row => row.PlacedAt, "placed")
                .Milestone(date, row => row.ShippedAt, "shipped", retracted: row => row.IsRetracted)
                .Milestone(date, row => row.ClosedAt, "closed", whenNull: MilestoneNull.Retract)
                .Lag("ship_lag_days", "placed", "shipped")
                .Lag("close_lag_hours", "shipped", "closed", LagUnit.Hours)
                .Reopen("closed", row => row.IsReopened))
            .Measure(row => row.Quantity);
        if (hasSequence)
            f.Sequence(row => row.Lsn);
        else
            f.Ignore(row => row.Lsn);
    });

    internal sealed record CalendarRow(int TimeId, DateTime Day);

    internal sealed record StoreRow(int StoreId, string Region, string Name);

    internal sealed record HolderRow(int HolderId, string Name);

    internal sealed record OrderRow(int OrderId, long Lsn, DateTime? PlacedAt, DateTime? ShippedAt, DateTime? ClosedAt, bool? IsRetracted, bool? IsReopened, int? Quantity);

    internal sealed record MovementRow(long MovementId, int StoreId, DateTime Day, decimal Amount, decimal? Opening, int? OnHand, bool? IsLow);

    internal sealed record OwnershipRow(int StoreId, int HolderId);

    internal sealed record ParentRow(int StoreId, int? ParentId);

    internal sealed record DayRow(int StoreId, DateTime Day, string? Channel, int? Sold, int? OnHand);

    internal sealed record SoldRow(int StoreId, DateTime Day, string? Channel, int? Sold);

    internal sealed record StockRow(int StoreId, DateTime Day, int? OnHand);

    internal sealed record NumberedRow(int StoreId, int TimeId, int? OnHand);
}
