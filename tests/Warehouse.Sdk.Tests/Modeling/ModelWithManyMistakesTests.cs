namespace Warehouse.Sdk.Tests;

public sealed class ModelWithManyMistakesTests
{
    [Fact]
    public void All_mistakes_of_a_model_are_told_at_once()
    {
        Dimension<TagRow> foreign = null!;
        DimensionalModel.Create("other", model => foreign = model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label)));

        Action create = () => DimensionalModel.Create("shop", model =>
        {
            var date = model.DateDimension("dim_date", new DateOnly(2025, 1, 1), new DateOnly(2024, 1, 1), fiscalStartMonth: 13);
            model.Conventions(c => c with { LoadId = "run" });
            model.Dimension<ProductRow>("dim_product", d => d.Type1(p => p.Title));
            model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type2(p => p.Title).WithDefaultMember(new DefaultMember(7, "Seven")));
            var customer = model.Dimension<CustomerRow>("dim_customer", d => d
                .NaturalKey(c => c.CustomerId)
                .Type2(c => c.City)
                .EffectiveFrom(c => c.Email)
                .Column(c => c.City, name: "version")
                .Ignore(c => new { c.CreatedOn, c.FirstName, c.StoreId, c.Segment, c.ChangedAt }));
            model.Fact<SaleRow>("fact_sale", f => f
                .Date(date, s => s.Quantity)
                .Dimension(customer, s => s.Sku)
                .Dimension(foreign, s => s.CustomerId)
                .Measure(s => s.Channel)
                .FullRefresh()
                .FromWatermark(s => s.Amount, overlap: TimeSpan.FromDays(3)));
        });

        create.Should().Throw<WarehouseModelException>().Which.Problems.Should().Equal(
            "dim_date: its range begins 2025-01-01 and ends before that, 2024-01-01",
            "dim_date: its fiscal year begins in month 13; 1 to 12 is possible",
            "conventions: they are set after the first table; set them first",
            "dim_product: the property ProductRow.Sku has no part in the table; declare it or Ignore it",
            "dim_product: it has no natural key; add NaturalKey(x => x.Id)",
            "dim_product: the default member 'Seven' has key 7; default members are below zero",
            "dim_customer: EffectiveFrom(email) is text; a date or timestamp is needed",
            "dim_customer: the column version is declared 2 times; rename one of them",
            "fact_sale: it has two strategies, FullRefresh and FromWatermark; choose one",
            "fact_sale: the property SaleRow.SaleId has no part in the table; declare it or Ignore it",
            "fact_sale: the property SaleRow.SoldAt has no part in the table; declare it or Ignore it",
            "fact_sale: the property SaleRow.ReturnedAt has no part in the table; declare it or Ignore it",
            "fact_sale: it has no grain; add Grain(\"one ...\", x => x.Id)",
            "fact_sale: the date quantity is smallint; a date or timestamp is needed",
            "fact_sale.customer_key: sku is text, but business.dim_customer.customer_id is integer",
            "fact_sale.customer_key: business.dim_customer is versioned; say at which time its version is looked up (asOf: x => x.Time)",
            "fact_sale: the measure channel is text; a measure is a number, other values are Degenerate",
            "fact_sale: the watermark amount is decimal(18,4); a date, timestamp or whole number is needed",
            "fact_sale: the watermark amount is decimal(18,4); overlap and maxFuture are for dates and timestamps",
            "business.dim_product: 2 tables have this name",
            "fact_sale: it links to business.dim_tag, which is a table of another model");
    }

    [Fact]
    public void The_message_holds_them_all()
    {
        Action create = () => DimensionalModel.Create("shop", model => model.Dimension<ProductRow>("dim_product", d => d.Type1(p => p.Title)));

        create.Should().Throw<WarehouseModelException>()
            .WithMessage("""
                The model 'shop' has 2 problems:
                  - dim_product: the property ProductRow.Sku has no part in the table; declare it or Ignore it
                  - dim_product: it has no natural key; add NaturalKey(x => x.Id)
                """)
            .Which.Target.Should().Be("shop");
    }

    [Fact]
    public void One_problem_is_one_problem()
    {
        Action create = () => DimensionalModel.Create("shop", _ => { });

        create.Should().Throw<WarehouseModelException>().WithMessage("The model 'shop' has 1 problem:\n  - shop: it has no tables");
    }
}
