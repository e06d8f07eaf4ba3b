namespace Warehouse.Sdk.Tests;

public sealed class SourceTests
{
    [Theory]
    [InlineData("target")]
    [InlineData("load_id")]
    [InlineData("AS_OF")]
    public void A_parameter_of_the_loads_own_cannot_be_given(string name)
    {
        Action query = () => Source.Query("SELECT 1", new Dictionary<string, object?> { ["mine"] = 1, [name] = "x" });

        query.Should().Throw<ArgumentException>().WithMessage($"The parameter ${name} is one that loads set themselves; give yours another name.*");
    }

    [Fact]
    public void Sources_say_what_they_are_without_secrets()
    {
        Source.Rows(new List<TagRow>()).Description.Should().Be("rows of TagRow");
        Source.Csv("x/tag.csv").Description.Should().Be("file x/tag.csv");
        Source.StagedCsv("x/tag.csv").Description.Should().Be("staged file x/tag.csv");
        Source.Query("SELECT 'secret'").Description.Should().Be("query");
        Source.Query("SELECT 1", description: "tags of the shop").ToString().Should().Be("tags of the shop");
    }

    [Fact]
    public void Only_what_has_landed_can_be_taken_from_a_landing_table()
    {
        ZoneTable<TagRow> landing = null!;
        ZoneTable<TagRow> enterprise = null!;
        DimensionalModel.Create("shop", model =>
        {
            landing = model.Landing<TagRow>("tag");
            enterprise = model.Enterprise<TagRow>("tag", t => t.Key(r => r.TagId));
        });
        Action landed = () => Source.Landed(enterprise);

        Source.Landed(landing).Description.Should().Be("landed in landing.tag");
        landed.Should().Throw<ArgumentException>().WithMessage("enterprise.tag is a table of the Enterprise zone; a landing table was expected.*");
    }
}
