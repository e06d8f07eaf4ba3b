using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>A dimension with every type of attribute and everything that follows from versions, once with its history in one table and once apart.</summary>
internal static class GoldenTypes
{
    private static readonly Types Together = new(d => d.DurableKey());
    private static readonly Types Apart = new(d => d.SeparateHistory().LateEvents(LateEvents.Reconcile).NullDates(new DateOnly(9999, 12, 31)));

    public static IReadOnlyList<DimensionalModel> Models => [Together.Model, Apart.Model];

    public static IReadOnlyDictionary<string, Func<ISqlDialect, SqlScript>> Scripts { get; } = new Dictionary<string, Func<ISqlDialect, SqlScript>>
    {
        ["scd_all_types"] = dialect => dialect.Merge(new ScdMergePlan(Together.Model, Together.Customer, BatchKind.Delta, null)),
        ["scd_separate_history"] = dialect => dialect.Merge(new ScdMergePlan(Apart.Model, Apart.Customer, BatchKind.FullSnapshot, null)),
        ["deploy_separate_history"] = dialect => dialect.Deploy(new DeployPlan(Apart.Model) { MissingTables = [.. Apart.Model.Schemas], MissingColumns = [] }),
        ["refill_added_columns"] = RefillAddedColumns,
        ["refill_collapsed_history"] = RefillCollapsedHistory,
        ["fact_durable_keys"] = dialect => dialect.Load(new IncrementalPlan(Apart.Sale, null)),
        ["verify_separate_history"] = dialect => dialect.Verify(new VerifyPlan(Apart.Customer, Apart.Model)),
        ["verify_durable_keys"] = dialect => dialect.Verify(new VerifyPlan(Together.Sale, Together.Model)),
        ["history_views_durable_key"] = dialect => dialect.CreateHistoryViews(new HistoryViewPlan(Together.Customer, [.. Together.Customer.Schema.Columns.Select(column => column.Name)])),
    };

    private static SqlScript RefillAddedColumns(ISqlDialect dialect) => dialect.Refill(new DeployPlan(Together.Model)
    {
        MissingTables = [],
        MissingColumns =
        [
            .. from table in Together.Model.Schemas
               from column in table.Columns
               where column.IsDerived
               select (table, column),
        ],
        Unnoted = [Together.Customer],
    });

    private static SqlScript RefillCollapsedHistory(ISqlDialect dialect)
    {
        DimensionAttribute Of(string column) => Apart.Customer.Attributes.Single(attribute => attribute.Column.Name == column);
        return dialect.Refill(new DeployPlan(Apart.Model)
        {
            MissingTables = [],
            MissingColumns = [],
            Retyped = [new RetypedAttribute(Apart.Customer, Of("email"), ScdType.Type2), new RetypedAttribute(Apart.Customer, Of("created_on"), ScdType.Type2), new RetypedAttribute(Apart.Customer, Of("city"), ScdType.Type1)],
            Unnoted = [Apart.Customer],
            Collapsed = [Apart.Customer],
        });
    }

    private sealed class Types
    {
        public Types(Action<DimensionBuilder<CustomerRow>> define) => Model = DimensionalModel.Create("types", model =>
        {
            Customer = model.Dimension<CustomerRow>("dim_customer", d =>
            {
                d.NaturalKey(c => c.CustomerId)
                    .Type0(c => c.CreatedOn).FillWhenNull(c => c.CreatedOn)
                    .Type1(c => c.FirstName, c => c.Email)
                    .Type2(c => c.City)
                    .Type3(c => c.Segment)
                    .Type6(c => c.StoreId)
                    .EffectiveFrom(c => c.ChangedAt)
                    .Compare(c => c.City, Equality.IgnoreCase)
                    .RecordChangeReason()
                    .WhenAbsent(Absent.MarkDeleted);
                define(d);
            });
            Sale = model.Fact<SaleRow>("fact_sale", f => f
                .Grain("one sale", s => s.SaleId)
                .Dimension(Customer, s => s.CustomerId, asOf: s => s.SoldAt, whenUnknown: UnknownMember.InferMember, durableKey: true)
                .Dimension(Customer, s => s.CustomerId, role: "household")
                .Measure(s => s.Amount)
                .Ignore(s => new { s.Sku, s.ReturnedAt, s.Quantity, s.Channel }));
        });

        public DimensionalModel Model { get; }

        public Dimension<CustomerRow> Customer { get; private set; } = null!;

        public Fact<SaleRow> Sale { get; private set; } = null!;
    }
}
