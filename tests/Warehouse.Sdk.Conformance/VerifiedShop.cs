using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

internal sealed record MemberRow(int? CustomerId, string? City, string? Email, DateTime ChangedAt, string? Operation);

internal sealed record TagRow(int TagId, string Label);

internal sealed record CustomerTagRow(int CustomerId, int TagId);

/// <summary>
/// A shop with something for every rule: customer 1 moves, customer 2 is deleted on the 12th and comes back on the 20th, customer 3 buys nothing,
/// and customer 9 is known from a payment only.
/// </summary>
internal sealed class VerifiedShop
{
    public VerifiedShop() => Model = DimensionalModel.Create("shop", model =>
    {
        model.Conventions(conventions => conventions with { DecimalType = ColumnType.Decimal(10, 2) });
        LandedTag = model.Landing<TagRow>("tag");
        CleanTag = model.Enterprise<TagRow>("tag", table => table.Key(tag => tag.TagId));
        Date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));
        Customer = model.Dimension<MemberRow>("dim_customer", dimension => dimension
            .NaturalKey(customer => customer.CustomerId)
            .Type1(customer => customer.Email)
            .Type2(customer => customer.City)
            .EffectiveFrom(customer => customer.ChangedAt)
            .Operation(customer => customer.Operation));
        Tag = model.Dimension<TagRow>("dim_tag", dimension => dimension.NaturalKey(tag => tag.TagId).Type1(tag => tag.Label));
        CustomerTag = model.Bridge<CustomerTagRow>("bridge_customer_tag", bridge => bridge.Group(Customer, row => row.CustomerId).Member(Tag, row => row.TagId));
        Payment = model.Fact<PaymentRow>("fact_payment", fact => fact
            .Grain("one payment", payment => payment.PaymentId)
            .Date(Date, payment => payment.PaidAt)
            .Dimension(Customer, payment => payment.CustomerId, asOf: payment => payment.PaidAt, whenUnknown: UnknownMember.InferMember)
            .Measure(payment => payment.Amount)
            .FromWatermark(payment => payment.PaidAt));
    });

    public DimensionalModel Model { get; }

    public ZoneTable<TagRow> LandedTag { get; private set; } = null!;

    public ZoneTable<TagRow> CleanTag { get; private set; } = null!;

    public DateDimension Date { get; private set; } = null!;

    public Dimension<MemberRow> Customer { get; private set; } = null!;

    public Dimension<TagRow> Tag { get; private set; } = null!;

    public Bridge<CustomerTagRow> CustomerTag { get; private set; } = null!;

    public Fact<PaymentRow> Payment { get; private set; } = null!;

    public async Task LoadAsync(IWarehouse warehouse)
    {
        TagRow[] tags = [new(1, "early"), new(2, "often")];
        await warehouse.LoadAsync(LandedTag, tags);
        await warehouse.LoadAsync(CleanTag, Source.Landed(LandedTag));
        await warehouse.LoadAsync(Tag, tags);
        await warehouse.LoadAsync(Customer,
        [
            new(1, "Aarhus", "ann@example.org", Day(1), "I"),
            new(2, "Ribe", "bob@example.org", Day(2), "I"),
            new(3, "Skagen", "eve@example.org", Day(3), "I"),
            new(1, "Odense", "ann@example.com", Day(10), "U"),
            new(2, null, null, Day(12), "D"),
            new(2, "Ribe", "bob@example.org", Day(20), "I"),
        ]);
        await warehouse.LoadAsync(CustomerTag, [new(1, 1), new(1, 2), new(2, 1)]);
        await warehouse.LoadAsync(Payment, [Paid(1, 5, 1), Paid(2, 15, 2), Paid(3, 13, 3, customer: 2), Paid(4, 20, 4, customer: 2), Paid(5, 4, 5, customer: 9), Paid(6, 6, 6, customer: null)]);
    }
}
