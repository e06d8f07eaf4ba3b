namespace Warehouse.Sdk.Tests;

public sealed class OtherTableSchemaTests
{
    [Fact]
    public void A_bridge_has_the_groups_key_the_members_surrogate_key_and_a_weight()
    {
        Bridge<ProductTagRow> bridge = CreateBridge(b => b.Weight(row => row.Share));

        bridge.DrawWithComments().Should().Be("""
            business.bridge_product_tag (sku, tag_key)
            sku text not null: 
            tag_key bigint not null: Surrogate key of dim_tag.
            share decimal(18,9) not null: The member's share of its group; sums to 1.
            load_id bigint not null: The load that last wrote the row.
            """);
        bridge.Schema.Comment.Should().Be("Members of dim_tag in each member of dim_product, weighted.");
    }

    [Fact]
    public void A_bridge_without_given_weights_computes_them()
    {
        Bridge<ProductTagRow> bridge = CreateBridge(b => b.Ignore(row => row.Share));

        bridge.Draw().Should().Be("""
            business.bridge_product_tag (sku, tag_key)
            sku text not null
            tag_key bigint not null
            weight decimal(18,9) not null
            load_id bigint not null
            """);
        bridge.DrawSource().Should().Be("""
            sku text
            tag_id integer
            """);
    }

    [Fact]
    public void A_landing_table_keeps_rows_as_received_with_load_file_and_line()
    {
        ZoneTable<TagRow> landing = null!;
        DimensionalModel.Create("shop", model => landing = model.Landing<TagRow>("tag"));

        landing.DrawWithComments().Should().Be("""
            landing.tag ()
            tag_id integer: 
            label text: 
            source_file text: The file the row came from.
            source_line bigint: Its line in the file, or its number in the batch, from 1.
            load_id bigint not null: The load that last wrote the row.
            """);
        landing.Key.Should().BeEmpty();
        landing.Zone.Should().Be(Zone.Landing);
    }

    [Fact]
    public void An_enterprise_table_has_one_row_per_key_and_leaves_out_what_is_ignored()
    {
        ZoneTable<CustomerRow> table = null!;
        DimensionalModel.Create("shop", model => table = model.Enterprise<CustomerRow>("customer", t => t
            .Key(c => c.CustomerId)
            .Column(c => c.FirstName, ColumnType.Varchar(50), name: "given_name")
            .Ignore(c => new { c.CreatedOn, c.Email, c.City, c.StoreId, c.Segment })));

        table.Draw().Should().Be("""
            enterprise.customer (customer_id)
            customer_id integer not null
            given_name varchar(50)
            changed_at timestamp
            load_id bigint not null
            """);
        table.Key.Select(column => column.Name.Value).Should().Equal("customer_id");
    }

    [Fact]
    public void A_date_dimension_has_a_column_for_everything_known_about_a_day()
    {
        DateDimension date = null!;
        DimensionalModel.Create("shop", model => date = model.DateDimension("dim_date", new DateOnly(2024, 2, 28), new DateOnly(2024, 3, 1), fiscalStartMonth: 7));

        date.Draw().Should().Be("""
            business.dim_date (date_key)
            date_key integer not null
            date date
            day_of_month integer
            day_of_year integer
            iso_weekday integer
            weekday_name text
            is_weekend boolean
            iso_year integer
            iso_week integer
            iso_year_week text
            sunday_week integer
            sunday_week_start date
            month integer
            month_name text
            year_month text
            month_start date
            month_end date
            is_month_end boolean
            quarter integer
            year_quarter text
            year integer
            fiscal_year integer
            fiscal_quarter integer
            fiscal_month integer
            """);
        date.DefaultMembers.Select(member => member.Key).Should().Equal(-1, -2, -4);
        date.Days().Select(day => day.DateKey).Should().Equal(20240228, 20240229, 20240301);
        date.Days().Should().OnlyContain(day => day.FiscalYear == 2024 && day.FiscalQuarter == 3);
    }

    [Fact]
    public void The_first_and_the_last_day_of_time_can_be_in_a_date_dimension()
    {
        DateDimension first = null!;
        DateDimension last = null!;
        DimensionalModel.Create("shop", model =>
        {
            first = model.DateDimension("dim_first", DateOnly.MinValue, DateOnly.MinValue.AddDays(1));
            last = model.DateDimension("dim_last", DateOnly.MaxValue.AddDays(-1), DateOnly.MaxValue);
        });

        first.Days().Select(day => day.DateKey).Should().Equal(10101, 10102);
        last.Days().Select(day => day.DateKey).Should().Equal(99991230, 99991231);
    }

    private static Bridge<ProductTagRow> CreateBridge(Action<BridgeBuilder<ProductTagRow>> more)
    {
        Bridge<ProductTagRow> bridge = null!;
        DimensionalModel.Create("shop", model =>
        {
            var product = model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type2(p => p.Title));
            var tag = model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label));
            bridge = model.Bridge<ProductTagRow>("bridge_product_tag", b =>
            {
                b.Group(product, row => row.Sku).Member(tag, row => row.TagId);
                more(b);
            });
        });
        return bridge;
    }
}
