namespace Warehouse.Sdk.Conformance;

internal sealed record CustomerRow(int CustomerId, string? City, DateTime ChangedAt);

internal sealed record PaymentRow(int? PaymentId, int? CustomerId, DateTime? PaidAt, decimal? Amount);

/// <summary>The smallest shop: customers who move, and what they pay.</summary>
internal sealed class Shop
{
    public Shop(
        Action<FactBuilder<PaymentRow>>? growth = null, UnknownMember whenUnknown = UnknownMember.UseUnknown, Action<DimensionalModelBuilder>? more = null, LateEvents lateEvents = LateEvents.Split,
        Func<ModelConventions, ModelConventions>? conventions = null)
    {
        Model = DimensionalModel.Create("shop", model =>
        {
            model.Conventions(names => (conventions?.Invoke(names) ?? names) with { DecimalType = ColumnType.Decimal(10, 2) });
            Date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));
            Customer = model.Dimension<CustomerRow>("dim_customer", dimension => dimension
                .NaturalKey(customer => customer.CustomerId)
                .Type2(customer => customer.City)
                .EffectiveFrom(customer => customer.ChangedAt)
                .LateEvents(lateEvents));
            Payment = model.Fact<PaymentRow>("fact_payment", fact =>
            {
                fact.Grain("one payment", payment => payment.PaymentId)
                    .Date(Date, payment => payment.PaidAt)
                    .Dimension(Customer, payment => payment.CustomerId, asOf: payment => payment.PaidAt, whenUnknown: whenUnknown)
                    .Measure(payment => payment.Amount);
                growth?.Invoke(fact);
            });
            more?.Invoke(model);
        });
    }

    public const string Payments = "SELECT payment_id, paid_at, amount FROM business.fact_payment ORDER BY payment_id";

    public const string CitiesOfPayments = """
        SELECT payment.payment_id, customer.city
        FROM business.fact_payment AS payment
        JOIN business.dim_customer AS customer ON customer.customer_key = payment.customer_key
        ORDER BY payment.payment_id
        """;

    public DimensionalModel Model { get; }

    public DateDimension Date { get; private set; } = null!;

    public Dimension<CustomerRow> Customer { get; private set; } = null!;

    public Fact<PaymentRow> Payment { get; private set; } = null!;

    /// <summary>January 2024; <c>Day(2.5)</c> is noon of the second.</summary>
    public static DateTime Day(double day) => new DateTime(2024, 1, 1).AddDays(day - 1);

    public static CustomerRow Lives(int customer, string? city, double since) => new(customer, city, Day(since));

    public static PaymentRow Paid(int payment, double day, decimal? amount, int? customer = 1) => new(payment, customer, Day(day), amount);
}
