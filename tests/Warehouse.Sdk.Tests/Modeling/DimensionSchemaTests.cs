using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

public sealed class DimensionSchemaTests
{
    [Fact]
    public void A_dimension_has_its_key_its_attributes_in_order_and_its_housekeeping()
    {
        Dimension<CustomerRow> customer = null!;
        DimensionalModel.Create("shop", model => customer = model.Dimension<CustomerRow>("dim_customer", d => d
            .NaturalKey(c => c.CustomerId)
            .Type0(c => c.CreatedOn)
            .Type1(c => c.FirstName, c => c.Email)
            .Type2(c => c.City, c => c.StoreId)
            .Type3(c => c.Segment)
            .EffectiveFrom(c => c.ChangedAt)));

        customer.Draw().Should().Be("""
            business.dim_customer (customer_key)
            customer_key bigint not null
            customer_id integer
            created_on date
            first_name text
            email text
            city text
            store_id integer
            segment text
            previous_segment text
            valid_from timestamp not null
            valid_to timestamp
            is_current boolean not null
            version integer not null
            changed_at timestamp
            is_inferred boolean not null
            load_id bigint not null
            """);
        customer.DrawSource().Should().Be("""
            customer_id integer
            created_on date
            first_name text
            email text
            city text
            store_id integer
            segment text
            changed_at timestamp
            """);
        customer.IsVersioned.Should().BeTrue();
        customer.Attributes.Select(attribute => attribute.Type).Should().Equal(
            ScdType.Type0, ScdType.Type1, ScdType.Type1, ScdType.Type2, ScdType.Type2, ScdType.Type3);
        customer.DefaultMembers.Select(member => member.Key).Should().Equal(-1, -2);
    }

    [Fact]
    public void Type_6_durable_key_and_change_reason_have_columns_of_their_own()
    {
        Dimension<ProductRow> product = null!;
        DimensionalModel.Create("shop", model => product = model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type6(p => p.Title).DurableKey().RecordChangeReason()));

        product.Draw().Should().Be("""
            business.dim_product (product_key)
            product_key bigint not null
            product_durable_key bigint not null
            sku text
            title text
            current_title text
            valid_from timestamp not null
            valid_to timestamp
            is_current boolean not null
            version integer not null
            changed_at timestamp
            change_reason text
            is_inferred boolean not null
            load_id bigint not null
            """);
        product.DurableKey.Should().Be(new Identifier("product_durable_key"));
        product.HistoryTable.Should().Be(product.Name);
        product.IsVersioned.Should().BeTrue();
    }

    [Fact]
    public void A_separate_history_leaves_one_row_per_member_by_its_durable_key()
    {
        Dimension<ProductRow> product = null!;
        DimensionalModel model = DimensionalModel.Create("shop", m => product = m.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type6(p => p.Title).DurableKey("product_id").SeparateHistory()));

        product.Draw().Should().Be("""
            business.dim_product (product_id)
            product_id bigint not null
            sku text
            title text
            valid_from timestamp not null
            valid_to timestamp
            is_current boolean not null
            version integer not null
            changed_at timestamp
            is_inferred boolean not null
            load_id bigint not null
            """);
        product.HistoryTable.ToString().Should().Be("business.dim_product_history");
        model.Schemas.Select(table => $"{table.Name} ({string.Join(", ", table.PrimaryKey)})").Should().Equal("business.dim_product (product_id)", "business.dim_product_history (product_key)");
    }

    [Fact]
    public void Every_column_but_the_hosts_own_attributes_explains_itself()
    {
        Dimension<ProductRow> product = null!;
        DimensionalModel.Create("shop", model => product = model.Dimension<ProductRow>("dim_product", d => d
            .NaturalKey(p => p.Sku)
            .Type3(p => p.Title)
            .WhenAbsent(Absent.MarkDeleted)
            .Column(p => p.Title, comment: "As printed on the box.")
            .Comment("One row per product and version.")));

        product.DrawWithComments().Should().Be("""
            business.dim_product (product_key)
            product_key bigint not null: Surrogate key; meaningless, one per version.
            sku text: Natural key: identifies the member in the source.
            title text: As printed on the box.
            previous_title text: The value of title before its last change.
            valid_from timestamp not null: The version is true from here on, in UTC.
            valid_to timestamp: The version is true until just before this instant, in UTC; open when NULL.
            is_current boolean not null: True exactly when the version is open.
            version integer not null: 1, 2, 3 ... per member by valid_from.
            changed_at timestamp: The effective time of the latest event that changed the row, in UTC; older events overwrite nothing.
            is_inferred boolean not null: True for a placeholder that a fact asked for before its member arrived.
            is_deleted boolean not null: True for a version in which the member is gone from the source.
            load_id bigint not null: The load that last wrote the row.
            """);
        product.Schema.Comment.Should().Be("One row per product and version.");
        product.IsVersioned.Should().BeFalse();
    }

    [Fact]
    public void ClosedByDay_makes_the_ends_of_versions_dates()
    {
        Dimension<ProductRow> product = null!;
        DimensionalModel.Create("shop", model =>
        {
            model.Conventions(c => c with { Intervals = IntervalStyle.ClosedByDay });
            product = model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type2(p => p.Title));
        });

        product.Schema.Columns.Where(column => column.Type == ColumnType.Date).Select(column => column.Name.Value)
            .Should().Equal("valid_from", "valid_to", "changed_at");
        product.Schema.Columns.Single(column => column.Name == "valid_to").Comment.Should().Be("The last day on which the version is true.");
    }

    [Theory]
    [InlineData("dim_customer", "customer_key")]
    [InlineData("DIM_Customer", "Customer_key")]
    [InlineData("customer", "customer_key")]
    public void The_surrogate_key_is_named_after_the_table(string table, string key)
    {
        Dimension<ProductRow> product = null!;
        DimensionalModel.Create("shop", model => product = model.Dimension<ProductRow>(table, d => d.NaturalKey(p => p.Sku).Type1(p => p.Title)));

        product.SurrogateKey.Value.Should().Be(key);
    }

    [Fact]
    public void The_surrogate_key_can_be_named()
    {
        Dimension<ProductRow> product = null!;
        DimensionalModel.Create("shop", model => product = model.Dimension<ProductRow>("dim_product", d => d.SurrogateKey("product_sk").NaturalKey(p => p.Sku).Type1(p => p.Title)));

        product.Schema.PrimaryKey.Should().Equal("product_sk");
        product.Schema.Columns[0].Name.Value.Should().Be("product_sk");
    }

    [Fact]
    public void A_composite_natural_key_may_be_written_as_one_or_as_several()
    {
        Dimension<AccountRow> one = null!;
        Dimension<AccountRow> several = null!;
        DimensionalModel.Create("bank", model =>
        {
            one = model.Dimension<AccountRow>("dim_a", d => d.NaturalKey(a => new { a.BankCode, a.AccountNo }).Type1(a => a.Owner).Ignore(a => new { a.Lsn, a.Op, a.ChangedAt }));
            several = model.Dimension<AccountRow>("dim_b", d => d.NaturalKey(a => a.BankCode, a => a.AccountNo).Type1(a => a.Owner).Ignore(a => a.Lsn, a => a.Op, a => a.ChangedAt));
        });

        one.NaturalKey.Select(column => column.Name.Value).Should().Equal("bank_code", "account_no");
        several.NaturalKey.Should().Equal(one.NaturalKey);
    }

    [Fact]
    public void Columns_that_only_steer_the_merge_are_read_but_not_kept()
    {
        Dimension<AccountRow> account = null!;
        DimensionalModel.Create("bank", model => account = model.Dimension<AccountRow>("dim_account", d => d
            .NaturalKey(a => new { a.BankCode, a.AccountNo })
            .Type2(a => a.Owner)
            .EffectiveFrom(a => a.ChangedAt)
            .Sequence(a => a.Lsn)
            .Operation(a => a.Op)));

        account.SourceColumns.Select(column => column.Name.Value).Should().Equal("bank_code", "account_no", "owner", "changed_at", "lsn", "op");
        account.Schema.Columns.Select(column => column.Name.Value).Should().NotContain(["lsn", "op"]);
    }
}
