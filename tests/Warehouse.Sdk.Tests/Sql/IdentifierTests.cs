using System.Globalization;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

public sealed class IdentifierTests
{
    [Theory]
    [InlineData("CustomerId", "customer_id")]
    [InlineData("CustomerID", "customer_id")]
    [InlineData("HTTPServer", "http_server")]
    [InlineData("ISOWeek", "iso_week")]
    [InlineData("IsoYearWeek", "iso_year_week")]
    [InlineData("Address2", "address2")]
    [InlineData("Line2Text", "line2_text")]
    [InlineData("id", "id")]
    [InlineData("ID", "id")]
    [InlineData("A", "a")]
    [InlineData("first_name", "first_name")]
    [InlineData("First_Name", "first_name")]
    [InlineData("ÅrsagsKode", "årsags_kode")]
    public void NET_names_become_snake_case(string name, string column) => Identifier.SnakeCase(name).Value.Should().Be(column);

    [Fact]
    public void Snake_case_does_not_depend_on_the_culture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
            Identifier.SnakeCase("InvoiceID").Value.Should().Be("invoice_id");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Names_that_differ_in_case_only_are_one()
    {
        Identifier lower = "customer_id";
        Identifier upper = "CUSTOMER_ID";

        upper.Should().Be(lower);
        upper.GetHashCode().Should().Be(lower.GetHashCode());
        (upper == lower).Should().BeTrue();
        new HashSet<Identifier> { lower, upper }.Should().ContainSingle();
        upper.Value.Should().Be("CUSTOMER_ID", "a name is stored as it was given");
        new Identifier("customer_id ").Should().NotBe(lower);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u0001")]
    [InlineData("\u007f")]
    [InlineData("\u0085")]
    public void A_name_without_a_letter_or_with_a_control_character_is_none(string name)
    {
        Action create = () => _ = new Identifier(name);

        create.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_name_has_128_characters_at_most()
    {
        Action tooLong = () => _ = new Identifier(new string('x', 129));

        new Identifier(new string('x', 128)).Value.Should().HaveLength(128);
        tooLong.Should().Throw<ArgumentException>().WithMessage("A name of 129 characters was given; a database name has at most 128.*");
    }

    [Fact]
    public void An_identifier_that_was_never_given_a_name_says_so()
    {
        Identifier nameless = default;
        Action read = () => _ = nameless.Value;

        read.Should().Throw<InvalidOperationException>().WithMessage("This identifier was never given a name.");
        nameless.ToString().Should().BeEmpty();
        nameless.Should().Be(default(Identifier));
        nameless.GetHashCode().Should().Be(default(Identifier).GetHashCode());
    }

    [Fact]
    public void A_qualified_name_reads_as_people_write_it()
    {
        new QualifiedName("business", "dim_customer").ToString().Should().Be("business.dim_customer");
        new QualifiedName("BUSINESS", "Dim_Customer").Should().Be(new QualifiedName("business", "dim_customer"));
        new QualifiedName("landing", "customer").Should().NotBe(new QualifiedName("business", "customer"));
    }
}
