namespace Warehouse.Sdk.Conformance;

internal sealed record KeyedCustomerRow(int CustomerId, string? City, DateTime ChangedAt, string? Op = null, long? Lsn = null);

/// <summary>A shop whose payments carry the durable key of the customer beside that of the version, and whose visits carry it alone.</summary>
internal sealed class KeyedShop
{
    public KeyedShop(LateEvents lateEvents = LateEvents.Split, UnknownMember whenUnknown = UnknownMember.UseUnknown, Action<DimensionBuilder<KeyedCustomerRow>>? more = null, bool separateHistory = false, bool sequenced = false)
    {
        Model = DimensionalModel.Create("keyed shop", model =>
        {
            Customer = model.Dimension<KeyedCustomerRow>("dim_customer", dimension =>
            {
                dimension
                    .NaturalKey(customer => customer.CustomerId)
                    .Type6(customer => customer.City)
                    .EffectiveFrom(customer => customer.ChangedAt)
                    .Operation(customer => customer.Op)
                    .RecordChangeReason()
                    .LateEvents(lateEvents);
                _ = sequenced ? dimension.Sequence(customer => customer.Lsn!) : dimension.Ignore(customer => customer.Lsn);
                if (separateHistory)
                    dimension.SeparateHistory();
                else
                    dimension.DurableKey();
                more?.Invoke(dimension);
            });
            Payment = model.Fact<PaymentRow>("fact_payment", fact => fact
                .Grain("one payment", payment => payment.PaymentId)
                .Dimension(Customer, payment => payment.CustomerId, asOf: payment => payment.PaidAt, whenUnknown: whenUnknown, durableKey: true)
                .Measure(payment => payment.Amount, type: ColumnType.Decimal(10, 2)));
            Visit = model.Fact<PaymentRow>("fact_visit", fact => fact
                .Grain("one visit", visit => visit.PaymentId)
                .Dimension(Customer, visit => visit.CustomerId, whenUnknown: whenUnknown)
                .Ignore(visit => visit.PaidAt, visit => visit.Amount));
        });
    }

    /// <summary>Each payment with what its customer was like then, and is like now.</summary>
    public const string ThenAndNow = """
        SELECT payment.payment_id, past.city AS city_then, present.city AS city_now, present.is_current
        FROM business.fact_payment AS payment
        JOIN business.dim_customer AS past ON past.customer_key = payment.customer_key
        JOIN business.dim_customer_current AS present ON present.customer_durable_key = payment.customer_durable_key
        ORDER BY payment.payment_id
        """;

    public DimensionalModel Model { get; }

    public Dimension<KeyedCustomerRow> Customer { get; private set; } = null!;

    public Fact<PaymentRow> Payment { get; private set; } = null!;

    public Fact<PaymentRow> Visit { get; private set; } = null!;

    public static KeyedCustomerRow Lives(int customer, string? city, double since) => new(customer, city, Shop.Day(since));

    public static KeyedCustomerRow Gone(int customer, double since) => new(customer, null, Shop.Day(since), "D");

    /// <summary>Loads customers and holds every rule against the whole warehouse.</summary>
    public async Task<LoadReport> LoadAsync(IWarehouse warehouse, params KeyedCustomerRow[] rows) => await LoadAsync(warehouse, Customer, rows);

    public static async Task<LoadReport> LoadAsync<TRow>(IWarehouse warehouse, LoadTarget target, params TRow[] rows)
    {
        LoadReport report = await warehouse.LoadAsync(target, Source.Rows(rows));
        report.Counts.IsConserved.Should().BeTrue("every row read has one outcome, but the counts are {0}", report.Counts);
        VerifyReport verified = await warehouse.VerifyAsync();
        verified.IsSound.Should().BeTrue("the warehouse is as its rules have it, but {0}", verified);
        return report;
    }
}
