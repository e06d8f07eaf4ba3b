namespace Warehouse.Sdk.Tests;

/// <summary>The model whose SQL the golden files show: small, and every feature in it once.</summary>
internal sealed class GoldenModel
{
    public GoldenModel() => Model = DimensionalModel.Create("shop", model =>
    {
        Date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2025, 12, 31));
        LandedCustomer = model.Landing<CustomerRow>("customer");
        EnterpriseCustomer = model.Enterprise<CustomerRow>("customer", t => t.Key(c => c.CustomerId));
        Customer = model.Dimension<CustomerRow>("dim_customer", d => d
            .NaturalKey(c => c.CustomerId)
            .Type0(c => c.CreatedOn)
            .Type1(c => c.FirstName, c => c.Email)
            .Type2(c => c.City, c => c.StoreId)
            .Type3(c => c.Segment)
            .EffectiveFrom(c => c.ChangedAt)
            .Compare(c => c.City, Equality.IgnoreCase | Equality.TrimEnd)
            .FirstVersionFrom(new DateTime(2000, 1, 1))
            .WhenAbsent(Absent.Expire)
            .Comment("One row per customer and version."));
        Tag = model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label));
        Account = model.Dimension<AccountRow>("dim_account", d => d
            .NaturalKey(a => new { a.BankCode, a.AccountNo })
            .Type2(a => a.Owner)
            .EffectiveFrom(a => a.ChangedAt)
            .Sequence(a => a.Lsn)
            .Operation(a => a.Op));
        Product = model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type2(p => p.Title).WhenAbsent(Absent.MarkDeleted, maxExpireFraction: 0.1));
        Sale = model.Fact<SaleRow>("fact_sale", f => f
            .Grain("one line of a receipt", s => s.SaleId)
            .Date(Date, s => s.SoldAt, role: "sold")
            .Date(Date, s => s.ReturnedAt, role: "returned", whenNull: DefaultMember.NotHappenedYet)
            .Dimension(Customer, s => s.CustomerId, asOf: s => s.SoldAt, whenUnknown: UnknownMember.InferMember)
            .Dimension(Product, s => s.Sku, asOf: s => s.SoldAt, whenUnknown: UnknownMember.Reject)
            .Degenerate(s => s.Channel)
            .Measure(s => s.Quantity)
            .Measure(s => s.Amount)
            .FromWatermark(s => s.SoldAt, overlap: TimeSpan.FromDays(3), maxFuture: TimeSpan.FromDays(1)));
        Return = model.Fact<SaleRow>("fact_return", f => f
            .Grain("one returned sale", s => s.SaleId)
            .Date(Date, s => s.ReturnedAt)
            .Dimension(Tag, s => s.CustomerId, role: "reason")
            .Measure(s => s.Amount)
            .Ignore(s => new { s.Sku, s.SoldAt, s.Quantity, s.Channel }));
        Stock = model.Fact<SaleRow>("fact_stock", f => f
            .Grain("one product", s => s.Sku)
            .Dimension(Product, s => s.Sku, asOf: s => s.SoldAt)
            .Measure(s => s.Quantity, Additivity.SemiAdditive)
            .FullRefresh()
            .Ignore(s => new { s.SaleId, s.CustomerId, s.ReturnedAt, s.Amount, s.Channel }));
        ProductTag = model.Bridge<ProductTagRow>("bridge_product_tag", b => b.Group(Product, r => r.Sku).Member(Tag, r => r.TagId).Ignore(r => r.Share));
        WeightedProductTag = model.Bridge<ProductTagRow>("bridge_weighted", b => b.Group(Product, r => r.Sku).Member(Tag, r => r.TagId).Weight(r => r.Share));
    });

    public DimensionalModel Model { get; }

    public DateDimension Date { get; private set; } = null!;

    public ZoneTable<CustomerRow> LandedCustomer { get; private set; } = null!;

    public ZoneTable<CustomerRow> EnterpriseCustomer { get; private set; } = null!;

    public Dimension<CustomerRow> Customer { get; private set; } = null!;

    public Dimension<TagRow> Tag { get; private set; } = null!;

    public Dimension<AccountRow> Account { get; private set; } = null!;

    public Dimension<ProductRow> Product { get; private set; } = null!;

    public Fact<SaleRow> Sale { get; private set; } = null!;

    public Fact<SaleRow> Return { get; private set; } = null!;

    public Fact<SaleRow> Stock { get; private set; } = null!;

    public Bridge<ProductTagRow> ProductTag { get; private set; } = null!;

    public Bridge<ProductTagRow> WeightedProductTag { get; private set; } = null!;
}
