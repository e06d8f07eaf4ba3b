namespace Warehouse.Sdk.Tests;

/// <summary>Each rule of a model by itself; <see cref="ModelWithManyMistakesTests"/> has them together.</summary>
public sealed class ModelValidationTests
{
    [Fact]
    public void A_model_without_tables_is_no_model()
        => ProblemsOf(_ => { }).Should().Equal("shop: it has no tables");

    [Fact]
    public void Two_tables_cannot_have_one_name()
        => ProblemsOf(model =>
        {
            model.Dimension<ProductRow>("dim_product", Product);
            model.Dimension<ProductRow>("DIM_PRODUCT", Product);
        }).Should().Equal("business.dim_product: 2 tables have this name");

    [Fact]
    public void The_events_of_a_dimension_need_a_name_that_no_table_has()
        => ProblemsOf(model =>
        {
            model.Dimension<ProductRow>("dim_product", d =>
            {
                Product(d);
                d.LateEvents(LateEvents.Reconcile);
            });
            model.Dimension<TagRow>("dim_product_event", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label));
        }).Should().Equal("dim_product: it keeps its events in business.dim_product_event, which is the name of another table; rename that one");

    [Fact]
    public void A_separate_history_needs_a_name_of_its_own_and_something_to_keep()
        => ProblemsOf(model =>
        {
            model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type2(p => p.Title).SeparateHistory());
            model.Dimension<TagRow>("dim_product_history", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label).SeparateHistory());
        }).Should().Equal(
            "dim_product_history: SeparateHistory() has no history to keep; give an attribute type 2 or 6",
            "dim_product: it keeps its history in business.dim_product_history, which is the name of another table; rename that one, or choose another suffix in Conventions");

    [Fact]
    public void What_fills_in_is_of_type_0_and_on_all_versions()
        => ProblemsOf(model =>
        {
            model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type1(p => p.Title).FillWhenNull(p => p.Title));
            model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type0(t => t.Label).FillWhenNull(t => t.Label).Overwrite(OverwriteScope.CurrentVersion));
        }).Should().Equal(
            "dim_product: FillWhenNull(Title) names no type 0 attribute of the dimension",
            "dim_tag: FillWhenNull fills all versions, but Overwrite(CurrentVersion) leaves older ones as they were; choose one");

    [Fact]
    public void Days_that_mean_none_are_named_once_and_concern_something()
        => ProblemsOf(model =>
        {
            model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label).NullDates(new DateOnly(9999, 12, 31)));
            model.Dimension<CustomerRow>("dim_customer", d => d
                .NaturalKey(c => c.CustomerId).Type2(c => c.City)
                .EffectiveFrom(c => c.ChangedAt)
                .NullDates(DateOnly.MinValue, new DateOnly(9999, 12, 31), DateOnly.MinValue)
                .MiniDimension(model.MiniDimension<CustomerRow>("dim_start", m => m.Attribute(c => c.CreatedOn)))
                .Ignore(c => new { c.FirstName, c.Email, c.StoreId, c.Segment }));
        }).Should().Equal(
            "dim_tag: NullDates concerns nothing: it has neither EffectiveFrom nor an attribute that is a date or timestamp",
            "dim_customer: NullDates names 0001-01-01 2 times",
            "dim_customer: NullDates does not reach created_on, which a mini-dimension keeps; give the source NULL there, or keep it as an attribute");

    [Fact]
    public void A_fact_carries_a_durable_key_that_is_there()
        => ProblemsOf(model =>
        {
            var product = model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type2(p => p.Title));
            model.Fact<SaleRow>("fact_sale", f => f
                .Grain("one sale", s => s.SaleId)
                .Dimension(product, s => s.Sku, asOf: s => s.SoldAt, durableKey: true)
                .Dimension(product, s => s.Sku, role: "now")
                .Measure(s => s.Amount)
                .Ignore(s => new { s.CustomerId, s.ReturnedAt, s.Quantity, s.Channel }));
        }).Should().Equal(
            "fact_sale.product_key: business.dim_product has no durable key; add DurableKey() to it",
            "fact_sale.now_key: business.dim_product is versioned; say at which time its version is looked up (asOf: x => x.Time)");

    [Fact]
    public void A_current_value_needs_a_name_of_its_own()
        => ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Column(p => p.Sku, name: "current_title").Type6(p => p.Title)))
            .Should().Equal("dim_product: the column current_title is declared 2 times; rename one of them");

    [Fact]
    public void One_name_in_two_zones_is_two_tables()
        => ProblemsOf(model =>
        {
            model.Landing<TagRow>("tag");
            model.Enterprise<TagRow>("tag", t => t.Key(r => r.TagId));
        }).Should().BeEmpty();

    [Fact]
    public void A_history_view_takes_no_name_of_another_table_or_view()
        => ProblemsOf(model =>
        {
            model.Conventions(c => c with { AsOfFunctionSuffix = "_CURRENT" });
            model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type2(p => p.Title));
            model.Dimension<ProductRow>("dim_item", d => d.NaturalKey(p => p.Sku).Type2(p => p.Title).WithoutHistoryViews());
            model.Dimension<TagRow>("dim_product_current", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label));
        }).Should().Equal(
            "dim_product: its history view business.dim_product_current has the name of another table or view; choose other suffixes in Conventions, or add WithoutHistoryViews()",
            "dim_product: its history view business.dim_product_CURRENT has the name of another table or view; choose other suffixes in Conventions, or add WithoutHistoryViews()");

    [Fact]
    public void A_history_view_has_a_name_that_fits()
    {
        string name = new('d', 122);

        ProblemsOf(model => model.Dimension<ProductRow>(name, d => d.NaturalKey(p => p.Sku).Type2(p => p.Title)))
            .Should().Equal($"{name}: its name with _current is longer than 128 characters; shorten it, or add WithoutHistoryViews()");
        ProblemsOf(model => model.Dimension<ProductRow>(name, d => d.NaturalKey(p => p.Sku).Type2(p => p.Title).WithoutHistoryViews())).Should().BeEmpty();
        ProblemsOf(model => model.Dimension<ProductRow>(name, d => d.NaturalKey(p => p.Sku).Type1(p => p.Title))).Should().BeEmpty();
    }

    [Fact]
    public void Conventions_come_first()
        => ProblemsOf(model =>
        {
            model.Landing<TagRow>("tag");
            model.Conventions(c => c with { LoadId = "run" });
        }).Should().Equal("conventions: they are set after the first table; set them first");

    [Fact]
    public void A_dimension_needs_a_natural_key()
        => ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.Type1(p => p.Sku, p => p.Title)))
            .Should().Equal("dim_product: it has no natural key; add NaturalKey(x => x.Id)");

    [Fact]
    public void A_property_is_key_or_attribute_and_that_once()
        => ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type1(p => p.Sku).Type2(p => p.Title))).Should().Equal(
            "dim_product: the property Sku is declared 2 times as key or attribute; it can be one of them",
            "dim_product: the column sku is declared 2 times; rename one of them");

    [Fact]
    public void Every_property_has_a_part_or_is_ignored()
        => ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku)))
            .Should().Equal("dim_product: the property ProductRow.Title has no part in the table; declare it or Ignore it");

    [Fact]
    public void A_property_that_no_column_can_hold_is_named()
        => ProblemsOf(model => model.Landing<LinkRow>("link"))
            .Should().Equal("link: the property LinkRow.Address is a Uri, which no column can hold; convert it in the source");

    [Fact]
    public void Such_a_property_can_be_left_out()
        => ProblemsOf(model => model.Landing<LinkRow>("link", t => t.Ignore(l => l.Address))).Should().BeEmpty();

    [Fact]
    public void Two_columns_cannot_have_one_name()
        => ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type1(p => p.Title).Column(p => p.Title, name: "Version")))
            .Should().Equal("dim_product: the column Version is declared 2 times; rename one of them");

    [Fact]
    public void A_column_of_the_row_cannot_take_the_name_of_a_column_of_the_zone()
        => ProblemsOf(model => model.Landing<LoadedRow>("loaded"))
            .Should().Equal("loaded: the column load_id is declared 2 times; rename one of them");

    [Fact]
    public void Nor_that_of_a_column_that_is_read_and_not_kept()
        => ProblemsOf(model => model.Dimension<AccountRow>("dim_account", d => d
            .NaturalKey(a => new { a.BankCode, a.AccountNo })
            .Type1(a => a.Owner)
            .Sequence(a => a.Lsn)
            .Column(a => a.Lsn, name: "owner")
            .Ignore(a => new { a.Op, a.ChangedAt }))).Should().Equal("dim_account: the column owner is declared 2 times; rename one of them");

    [Fact]
    public void Nor_that_of_the_line_a_row_came_from()
        => ProblemsOf(model => model.Enterprise<LineRow>("line", t => t.Key(r => r.SourceLine)))
            .Should().Equal("line: the column source_line is declared 2 times; rename one of them");

    [Fact]
    public void Nor_one_that_loads_use_for_themselves()
        => ProblemsOf(model =>
        {
            model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type2(p => p.Title).Column(p => p.Title, name: "Kind"));
            model.Enterprise<TagRow>("tag", t => t.Key(r => r.TagId).Column(r => r.TagId, name: "copies").Column(r => r.Label, name: "kind"));
        }).Should().Equal(
            "dim_product: the column Kind has a name that loads use for themselves; rename it: Column(x => x.Property, name: \"...\")",
            "tag: the column copies has a name that loads use for themselves; rename it: Column(x => x.Property, name: \"...\")");

    [Fact]
    public void EffectiveFrom_is_a_time()
        => ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).EffectiveFrom(p => p.Title)))
            .Should().Equal("dim_product: EffectiveFrom(title) is text; a date or timestamp is needed");

    [Fact]
    public void Operation_is_a_text()
        => ProblemsOf(model => model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.Label).Operation(t => t.TagId)))
            .Should().Equal("dim_tag: Operation(tag_id) is integer; a text with I, U or D is needed");

    [Fact]
    public void Compare_is_for_texts()
        => ProblemsOf(model => model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.Label).Type1(t => t.TagId).Compare(t => t.TagId, Equality.IgnoreCase)))
            .Should().Equal("dim_tag: Compare(tag_id) is for texts; the column is integer");

    [Fact]
    public void Compare_names_an_attribute_or_a_part_of_the_key()
    {
        ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Ignore(p => p.Title).Compare(p => p.Title, Equality.IgnoreCase)))
            .Should().Equal("dim_product: Compare(Title) names no attribute of the dimension");
        ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type1(p => p.Title).Compare(p => p.Sku, Equality.IgnoreCase))).Should().BeEmpty();
        ProblemsOf(model => model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label).Compare(t => t.TagId, Equality.TrimEnd)))
            .Should().Equal("dim_tag: Compare(tag_id) is for texts; the column is integer");
    }

    [Fact]
    public void Json_is_compared_in_columns_of_json()
    {
        ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type1(p => p.Title).Compare(p => p.Title, Equality.Json)))
            .Should().Equal("dim_product: Compare(title) asks for JSON; the column is text");
        ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type1(p => p.Title).Column(p => p.Title, ColumnType.Json).Compare(p => p.Title, Equality.Json | Equality.TrimEnd)))
            .Should().Equal("dim_product: Compare(title) is for texts; the column is json");
    }

    [Fact]
    public void Some_part_of_the_key_is_obligatory()
    {
        ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type1(p => p.Title).OptionalKeyPart(p => p.Sku)))
            .Should().Equal("dim_product: every part of its natural key may be NULL; at least one must not, or a row could be nobody's");
        ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type1(p => p.Title).OptionalKeyPart(p => p.Title)))
            .Should().Equal("dim_product: OptionalKeyPart(Title) names no part of the natural key");
    }

    [Fact]
    public void A_scope_is_a_column_that_absence_is_looked_for_in()
    {
        ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type0(p => p.Title).WhenAbsent(Absent.Expire).SnapshotScope(p => p.Title)))
            .Should().Equal("dim_product: SnapshotScope(title) names neither a part of the natural key nor an attribute of type 1 or 2");
        ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d.NaturalKey(p => p.Sku).Type1(p => p.Title).SnapshotScope(p => p.Sku)))
            .Should().Equal("dim_product: SnapshotScope(sku) is declared, but absence means nothing; add WhenAbsent(...)");
    }

    [Fact]
    public void Only_texts_lose_the_character_0()
        => ProblemsOf(model => model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label).RemoveNul(t => t.TagId)))
            .Should().Equal("dim_tag: RemoveNul(TagId) names no text of the table");

    [Fact]
    public void A_default_member_has_a_key_of_its_own_below_zero()
        => ProblemsOf(model => model.Dimension<ProductRow>("dim_product", d => d
            .NaturalKey(p => p.Sku)
            .Type1(p => p.Title)
            .WithDefaultMember(new DefaultMember(-3, "Damaged"))
            .WithDefaultMember(new DefaultMember(-1, "Lost"))
            .WithDefaultMember(new DefaultMember(0, "Zero")))).Should().Equal(
                "dim_product: the default member key -1 is given 2 times",
                "dim_product: the default member 'Zero' has key 0; default members are below zero");

    [Fact]
    public void A_fact_needs_a_grain()
        => ProblemsOfSale(f => f.Dimension(_tag, s => s.TagId).Ignore(s => s.SaleId)).Should().Equal("fact_sale: it has no grain; add Grain(\"one ...\", x => x.Id)");

    [Fact]
    public void A_fact_needs_a_link()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Ignore(s => s.TagId)).Should().Equal("fact_sale: it links to no dimension; add Date(...) or Dimension(...)");

    [Fact]
    public void A_link_to_a_versioned_dimension_says_when()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Dimension(_versionedTag, s => s.TagId))
            .Should().Equal("fact_sale.versioned_tag_key: business.dim_versioned_tag is versioned; say at which time its version is looked up (asOf: x => x.Time)");

    [Fact]
    public void That_is_a_time()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Dimension(_versionedTag, s => s.TagId, asOf: s => s.TagId))
            .Should().Equal("fact_sale.versioned_tag_key: asOf is tag_id, integer; a date or timestamp is needed");

    [Fact]
    public void A_link_gives_the_whole_natural_key()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Dimension(_account, s => s.TagId))
            .Should().Equal("fact_sale.account_key: 1 key columns are given; the natural key of business.dim_account has 2");

    [Fact]
    public void In_the_dimensions_order_and_types()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Dimension(_account, s => new { s.TagId, s.Channel })).Should().Equal(
            "fact_sale.account_key: tag_id is integer, but business.dim_account.bank_code is text",
            "fact_sale.account_key: channel is text, but business.dim_account.account_no is integer");

    [Fact]
    public void A_date_is_a_time()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Date(_date, s => s.TagId))
            .Should().Equal("fact_sale: the date tag_id is integer; a date or timestamp is needed");

    [Fact]
    public void A_NULL_date_links_to_a_member_that_the_date_dimension_has()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Date(_date, s => s.SoldAt, whenNull: new DefaultMember(-9, "Never")).Ignore(s => s.TagId))
            .Should().Equal("fact_sale: NULL in sold_at links to 'Never', which business.dim_date does not have");

    [Fact]
    public void A_measure_is_a_number()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Dimension(_tag, s => s.TagId).Measure(s => s.Channel))
            .Should().Equal("fact_sale: the measure channel is text; a measure is a number, other values are Degenerate");

    [Fact]
    public void A_watermark_is_a_time_or_a_whole_number()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Dimension(_tag, s => s.TagId).FromWatermark(s => s.Channel))
            .Should().Equal("fact_sale: the watermark channel is text; a date, timestamp or whole number is needed");

    [Fact]
    public void A_number_has_no_overlap_in_time()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Dimension(_tag, s => s.TagId).FromWatermark(s => s.SaleId, overlap: TimeSpan.FromDays(1)))
            .Should().Equal("fact_sale: the watermark sale_id is bigint; overlap and maxFuture are for dates and timestamps");

    [Fact]
    public void A_fact_grows_in_one_way()
        => ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Dimension(_tag, s => s.TagId).Upsert().Upsert().FullRefresh())
            .Should().Equal("fact_sale: it has two strategies, Upsert and FullRefresh; choose one");

    [Fact]
    public void A_fact_links_to_tables_of_its_own_model_only()
    {
        Dimension<TagRow> foreign = null!;
        DateDimension foreignDate = null!;
        DimensionalModel.Create("other", model =>
        {
            foreign = model.Dimension<TagRow>("dim_tag", Tag);
            foreignDate = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 12, 31));
        });

        ProblemsOfSale(f => f.Grain("one sale", s => s.SaleId).Dimension(foreign, s => s.TagId).Date(foreignDate, s => s.SoldAt)).Should().Equal(
            "fact_sale: it links to business.dim_date, which is a table of another model",
            "fact_sale: it links to business.dim_tag, which is a table of another model");
    }

    [Fact]
    public void So_does_a_bridge()
    {
        Dimension<TagRow> foreign = null!;
        DimensionalModel.Create("other", model => foreign = model.Dimension<TagRow>("dim_tag", Tag));

        ProblemsOf(model =>
        {
            var product = model.Dimension<ProductRow>("dim_product", Product);
            model.Bridge<ProductTagRow>("bridge_product_tag", b => b.Group(product, r => r.Sku).Member(foreign, r => r.TagId).Weight(r => r.Share));
        }).Should().Equal("bridge_product_tag: it links to business.dim_tag, which is a table of another model");
    }

    [Fact]
    public void A_bridge_needs_both_ends()
        => ProblemsOf(model => model.Bridge<ProductTagRow>("bridge", b => b.Ignore(r => new { r.Sku, r.TagId, r.Share })))
            .Should().Equal("bridge: it needs both Group(...) and Member(...)");

    [Fact]
    public void A_bridge_links_to_members_without_versions_by_their_whole_key()
        => ProblemsOf(model =>
        {
            var product = model.Dimension<ProductRow>("dim_product", Product);
            var tag = model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type2(t => t.Label));
            model.Bridge<ProductTagRow>("bridge", b => b.Group(product, r => r.TagId).Member(tag, r => new { r.TagId, r.Sku }).Weight(r => r.Share));
        }).Should().Equal(
            "bridge: tag_id is integer, but business.dim_product.sku is text",
            "bridge: 2 key columns are given for business.dim_tag, whose natural key has 1",
            "bridge: its member dimension business.dim_tag is versioned; a bridge links to dimensions without type 2 attributes");

    [Fact]
    public void A_date_dimension_begins_before_it_ends()
        => ProblemsOf(model => model.DateDimension("dim_date", new DateOnly(2024, 1, 2), new DateOnly(2024, 1, 1)))
            .Should().Equal("dim_date: its range begins 2024-01-02 and ends before that, 2024-01-01");

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    public void A_fiscal_year_begins_in_a_month(int month)
        => ProblemsOf(model => model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 1), month))
            .Should().Equal($"dim_date: its fiscal year begins in month {month}; 1 to 12 is possible");

    [Fact]
    public void An_enterprise_table_needs_a_key_and_a_landing_table_has_none()
        => ProblemsOf(model =>
        {
            model.Enterprise<TagRow>("tag", _ => { });
            model.Landing<TagRow>("tag", t => t.Key(r => r.TagId));
        }).Should().Equal(
            "tag: a table of the enterprise zone needs a key; add Key(x => x.Id)",
            "tag: a table of the landing zone keeps rows as received and has no key");

    [Fact]
    public void What_cannot_be_meant_is_refused_at_once()
    {
        Action computed = () => ProblemsOf(model => model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId + 1)));
        Action manyWhereOne = () => ProblemsOf(model => model.Dimension<AccountRow>("dim_account", d => d.Sequence(a => new { a.Lsn, a.ChangedAt })));
        Action fraction = () => ProblemsOf(model => model.Dimension<TagRow>("dim_tag", d => d.WhenAbsent(Absent.Expire, maxExpireFraction: 1.5)));
        Action overlap = () => ProblemsOfSale(f => f.FromWatermark(s => s.SoldAt, overlap: TimeSpan.FromDays(-1)));
        Action nameless = () => ProblemsOf(model => model.Landing<TagRow>(" "));

        computed.Should().Throw<ArgumentException>().WithMessage("* is not a property of the row; write x => x.Property. Compute values in the source instead.*");
        manyWhereOne.Should().Throw<ArgumentException>().WithMessage("* names several properties; one was expected.*");
        fraction.Should().Throw<ArgumentOutOfRangeException>();
        overlap.Should().Throw<ArgumentOutOfRangeException>();
        nameless.Should().Throw<ArgumentException>();
    }

    private Dimension<TagRow> _tag = null!;
    private Dimension<TagRow> _versionedTag = null!;
    private Dimension<AccountRow> _account = null!;
    private DateDimension _date = null!;

    private IReadOnlyList<string> ProblemsOfSale(Func<FactBuilder<ThinSaleRow>, FactBuilder<ThinSaleRow>> define) => ProblemsOf(model =>
    {
        _date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 12, 31));
        _tag = model.Dimension<TagRow>("dim_tag", Tag);
        _versionedTag = model.Dimension<TagRow>("dim_versioned_tag", d => d.NaturalKey(t => t.TagId).Type2(t => t.Label));
        _account = model.Dimension<AccountRow>("dim_account", d => d.NaturalKey(a => new { a.BankCode, a.AccountNo }).Type1(a => a.Owner).Ignore(a => new { a.Lsn, a.Op, a.ChangedAt }));
        model.Fact<ThinSaleRow>("fact_sale", f => define(f).Ignore(s => s.SoldAt, s => s.Channel));
    });

    private static void Product(DimensionBuilder<ProductRow> dimension) => dimension.NaturalKey(p => p.Sku).Type1(p => p.Title);

    private static void Tag(DimensionBuilder<TagRow> dimension) => dimension.NaturalKey(t => t.TagId).Type1(t => t.Label);

    private static IReadOnlyList<string> ProblemsOf(Action<DimensionalModelBuilder> define)
    {
        try
        {
            DimensionalModel.Create("shop", define);
            return [];
        }
        catch (WarehouseModelException refused)
        {
            return refused.Problems;
        }
    }

    private sealed record LinkRow(int LinkId, Uri Address);

    private sealed record LineRow(int SourceLine);

    private sealed record LoadedRow(int Id, long LoadId);

    private sealed record ThinSaleRow(long SaleId, int TagId, DateTime SoldAt, string Channel);
}
