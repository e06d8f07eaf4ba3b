namespace Warehouse.Sdk.Tests;

public sealed class FactSchemaTests
{
    private Dimension<CustomerRow> _customer = null!;
    private Dimension<ProductRow> _product = null!;
    private DateDimension _date = null!;

    [Fact]
    public void A_fact_has_keys_first_then_what_it_keeps_then_measures()
    {
        Fact<SaleRow> sale = Create(f => f
            .Grain("one line of a receipt", s => s.SaleId)
            .Date(_date, s => s.SoldAt, role: "sold")
            .Date(_date, s => s.ReturnedAt, role: "returned", whenNull: DefaultMember.NotHappenedYet)
            .Dimension(_customer, s => s.CustomerId, asOf: s => s.SoldAt)
            .Dimension(_product, s => s.Sku)
            .Degenerate(s => s.Channel)
            .Measure(s => s.Quantity)
            .Measure(s => s.Amount, type: ColumnType.Decimal(10, 2))
            .FromWatermark(s => s.SoldAt));

        sale.DrawWithComments().Should().Be("""
            business.fact_sale (sale_id)
            sold_date_key integer not null: dim_date of sold_at.
            returned_date_key integer not null: dim_date of returned_at.
            customer_key bigint not null: Surrogate key of dim_customer.
            product_key bigint not null: Surrogate key of dim_product.
            sale_id bigint not null: 
            channel text: 
            sold_at timestamp: 
            quantity smallint: 
            amount decimal(10,2): 
            load_id bigint not null: The load that last wrote the row.
            """);
        sale.Schema.Comment.Should().Be("Grain: one line of a receipt.");
        sale.Grain.Should().Be("one line of a receipt");
        sale.Strategy.Should().Be(FactStrategy.FromWatermark);
        sale.Kind.Should().Be(FactKind.Transaction);
        sale.DrawSource().Should().Be("""
            sale_id bigint
            sold_at timestamp
            returned_at timestamp
            customer_id integer
            sku text
            channel text
            quantity smallint
            amount decimal(10,2)
            """);
    }

    [Fact]
    public void The_grain_and_the_time_of_a_link_are_kept_even_when_nothing_else_asks_for_them()
    {
        Fact<SaleRow> sale = Create(f => f
            .Grain("one sale", s => s.SaleId)
            .Dimension(_customer, s => s.CustomerId, asOf: s => s.SoldAt)
            .Measure(s => s.Amount)
            .Ignore(s => new { s.Sku, s.ReturnedAt, s.Quantity, s.Channel }));

        sale.Schema.Columns.Select(column => column.Name.Value).Should().Equal("customer_key", "sale_id", "sold_at", "amount", "load_id");
    }

    [Fact]
    public void A_measure_in_the_grain_stands_there_once()
    {
        Fact<SaleRow> sale = Create(f => f
            .Grain("one quantity of a sale", s => s.SaleId, s => s.Quantity)
            .Dimension(_product, s => s.Sku)
            .Measure(s => s.Quantity)
            .Ignore(s => new { s.CustomerId, s.SoldAt, s.ReturnedAt, s.Amount, s.Channel }));

        sale.Schema.Columns.Select(column => column.Name.Value).Should().Equal("product_key", "sale_id", "quantity", "load_id");
    }

    [Fact]
    public void Roles_tell_two_links_to_one_dimension_apart()
    {
        Fact<SaleRow> sale = Create(f => f
            .Grain("one sale", s => s.SaleId)
            .Dimension(_product, s => s.Sku, role: "sold_product")
            .Dimension(_product, s => s.Channel, role: "advertised_product")
            .Ignore(s => new { s.CustomerId, s.SoldAt, s.ReturnedAt, s.Quantity, s.Amount }));

        sale.Dimensions.Select(link => link.KeyColumn.Value).Should().Equal("sold_product_key", "advertised_product_key");
        sale.Measures.Should().BeEmpty("a factless fact is a fact");
    }

    [Fact]
    public void A_single_date_keeps_the_name_of_the_date_dimensions_key()
    {
        Fact<SaleRow> sale = Create(f => f
            .Grain("one sale", s => s.SaleId)
            .Date(_date, s => s.SoldAt)
            .Measure(s => s.Amount, Additivity.SemiAdditive)
            .Kind(FactKind.PeriodicSnapshot)
            .Comment("Sales as of closing time.")
            .Ignore(s => new { s.CustomerId, s.Sku, s.ReturnedAt, s.Quantity, s.Channel }));

        sale.Schema.Columns[0].Name.Value.Should().Be("date_key");
        sale.Schema.Comment.Should().Be("Sales as of closing time.");
        sale.Kind.Should().Be(FactKind.PeriodicSnapshot);
        sale.Measures.Single().Additivity.Should().Be(Additivity.SemiAdditive);
        sale.Strategy.Should().Be(FactStrategy.Upsert);
    }

    private Fact<SaleRow> Create(Action<FactBuilder<SaleRow>> define)
    {
        Fact<SaleRow> sale = null!;
        DimensionalModel.Create("shop", model =>
        {
            _date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2025, 12, 31));
            _customer = model.Dimension<CustomerRow>("dim_customer", d => d
                .NaturalKey(c => c.CustomerId)
                .Type2(c => c.City)
                .EffectiveFrom(c => c.ChangedAt)
                .Ignore(c => new { c.CreatedOn, c.FirstName, c.Email, c.StoreId, c.Segment }));
            _product = model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type1(p => p.Title));
            sale = model.Fact("fact_sale", define);
        });
        return sale;
    }
}
