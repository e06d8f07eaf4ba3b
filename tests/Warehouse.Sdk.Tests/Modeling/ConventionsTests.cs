namespace Warehouse.Sdk.Tests;

public sealed class ConventionsTests
{
    [Fact]
    public void Everything_can_be_renamed()
    {
        DimensionalModel model = DimensionalModel.Create("laden", builder =>
        {
            builder.Conventions(c => c with
            {
                LandingSchema = "eingang",
                EnterpriseSchema = "kern",
                BusinessSchema = "markt",
                LedgerSchema = "buch",
                DecimalType = ColumnType.Decimal(12, 3),
                ValidFrom = "gueltig_ab",
                ValidTo = "gueltig_bis",
                IsCurrent = "ist_aktuell",
                Version = "fassung",
                ChangedAt = "geaendert_am",
                IsInferred = "ist_platzhalter",
                IsDeleted = "ist_geloescht",
                LoadId = "ladelauf",
            });
            builder.Landing<PriceRow>("preis");
            builder.Enterprise<PriceRow>("preis", t => t.Key(p => p.Sku));
            builder.Dimension<PriceRow>("dim_preis", d => d.NaturalKey(p => p.Sku).Type2(p => p.Price).WhenAbsent(Absent.MarkDeleted));
        });

        string.Join("\n\n", model.Tables.Select(table => table.Draw())).Should().Be("""
            eingang.preis ()
            sku text
            price decimal(12,3)
            source_file text
            source_line bigint
            ladelauf bigint not null

            kern.preis (sku)
            sku text not null
            price decimal(12,3)
            ladelauf bigint not null

            markt.dim_preis (preis_key)
            preis_key bigint not null
            sku text
            price decimal(12,3)
            gueltig_ab timestamp not null
            gueltig_bis timestamp
            ist_aktuell boolean not null
            fassung integer not null
            geaendert_am timestamp
            ist_platzhalter boolean not null
            ist_geloescht boolean not null
            ladelauf bigint not null
            """);
        model.Conventions.LedgerSchema.Value.Should().Be("buch");
    }

    [Fact]
    public void A_decimal_has_eighteen_digits_and_four_after_the_point_unless_told_otherwise()
        => Types(_ => { }).Should().Contain("price decimal(18,4)");

    [Fact]
    public void A_declared_type_goes_before_the_convention()
        => Types(t => t.Column(p => p.Price, ColumnType.Decimal(9, 2))).Should().Contain("price decimal(9,2)");

    [Fact]
    public void Every_NET_type_that_a_column_can_hold_has_its_column_type()
    {
        ZoneTable<EverythingRow> table = null!;
        DimensionalModel.Create("types", model => table = model.Landing<EverythingRow>("everything"));

        table.DrawSource().Should().Be("""
            is_open boolean
            tiny smallint
            signed_tiny smallint
            small smallint
            unsigned_small integer
            number integer
            unsigned_number bigint
            big bigint
            single real
            double double
            exact decimal(18,4)
            text text
            letter varchar(1)
            weekday text
            day date
            clock time
            moment timestamp
            moment_with_offset timestamp
            id uuid
            content bytes
            maybe_number integer
            maybe_weekday text
            maybe_moment timestamp
            """);
    }

    [Fact]
    public void A_model_says_what_it_holds()
    {
        DimensionalModel model = DimensionalModel.Create(new ShopDefinition());

        model.Name.Should().Be("ShopDefinition");
        model.Tables.Select(table => table.ToString()).Should().Equal("landing.tag", "business.dim_tag", "business.dim_date");
        model.Dimensions.Should().ContainSingle();
        model.DateDimensions.Should().ContainSingle();
        model.Facts.Should().BeEmpty();
        model.Bridges.Should().BeEmpty();
        model.Tables.Should().OnlyContain(table => model.Contains(table));
        DimensionalModel.Create(new ShopDefinition()).Contains(model.Tables[0]).Should().BeFalse("a table of the same name in another model is another table");
        DimensionalModel.Create("first name", builder =>
        {
            builder.Named("second name");
            builder.Landing<TagRow>("tag");
        }).Name.Should().Be("second name");
    }

    [Fact]
    public void The_hash_of_a_model_changes_with_its_tables_only()
    {
        string hash = Hash(_ => { });

        Hash(t => t.Comment("Prices.")).Should().Be(hash, "a comment changes no table");
        Hash(t => t.Column(p => p.Price, ColumnType.Decimal(9, 2))).Should().NotBe(hash);
        Hash(t => t.Column(p => p.Price, name: "net_price")).Should().NotBe(hash);
        Hash(t => t.Ignore(p => p.Price)).Should().NotBe(hash);
        hash.Should().MatchRegex("^[0-9a-f]{64}$");
    }

    private static string Hash(Action<ZoneTableBuilder<PriceRow>> more) => DimensionalModel.Create("shop", model => model.Landing("price", more)).Hash();

    private static string Types(Action<ZoneTableBuilder<PriceRow>> more)
    {
        ZoneTable<PriceRow> table = null!;
        DimensionalModel.Create("shop", model => table = model.Landing("price", more));
        return table.DrawSource();
    }

    private sealed record PriceRow(string Sku, decimal Price);

    private sealed record EverythingRow(
        bool IsOpen, byte Tiny, sbyte SignedTiny, short Small, ushort UnsignedSmall, int Number, uint UnsignedNumber, long Big, float Single, double Double, decimal Exact,
        string Text, char Letter, DayOfWeek Weekday, DateOnly Day, TimeOnly Clock, DateTime Moment, DateTimeOffset MomentWithOffset, Guid Id, byte[] Content,
        int? MaybeNumber, DayOfWeek? MaybeWeekday, DateTimeOffset? MaybeMoment);

    private sealed class ShopDefinition : IDimensionalModelDefinition
    {
        public void Define(DimensionalModelBuilder model)
        {
            model.Landing<TagRow>("tag");
            model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label));
            model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 12, 31));
        }
    }
}
