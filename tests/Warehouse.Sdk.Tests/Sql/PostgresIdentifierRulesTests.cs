using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

public sealed class PostgresIdentifierRulesTests
{
    [Theory]
    [InlineData("customer_id", "customer_id")]
    [InlineData("_x1", "_x1")]
    [InlineData("Customer", "\"Customer\"")]
    [InlineData("1st", "\"1st\"")]
    [InlineData("first name", "\"first name\"")]
    [InlineData("select", "\"select\"")]
    [InlineData("user", "\"user\"")]
    [InlineData("system_user", "\"system_user\"")]
    [InlineData("version", "version")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("x\"; DROP TABLE dim_customer; --", "\"x\"\"; DROP TABLE dim_customer; --\"")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("a.b", "\"a.b\"")]
    [InlineData("$load_id", "\"$load_id\"")]
    [InlineData("år", "\"år\"")]
    [InlineData("価格", "\"価格\"")]
    public void A_name_reaches_the_engine_as_it_is(string name, string sql)
        => PostgresSql.Rules.Sql($"{new Identifier(name)}").ToString().Should().Be(sql);

    [Fact]
    public void A_name_that_the_server_would_cut_off_is_refused()
    {
        PostgresSql.Rules.Sql($"{new Identifier(new string('a', 63))}").ToString().Should().HaveLength(63);

        Action append = () => PostgresSql.Rules.Sql($"{new Identifier(new string('å', 32))}");

        append.Should().Throw<WarehouseModelException>().WithMessage(
            $"The model does not fit PostgreSQL: the name '{new string('å', 32)}' has 64 bytes, and PostgreSQL keeps 63 and cuts off the rest. Nothing was changed. Give it a shorter name in the model.");
    }

    [Fact]
    public void All_such_names_of_a_model_are_told_before_anything_is_created()
    {
        string table = new('t', 64);
        string column = new('c', 70);
        DimensionalModel model = DimensionalModel.Create("long", builder =>
        {
            builder.Landing<TagRow>(table);
            builder.Enterprise<TagRow>("tag", t => t.Key(r => r.TagId).Column(r => r.Label, name: column));
        });

        Action read = () => PostgresDialect.Instance.ReadColumns(model);

        read.Should().Throw<WarehouseModelException>().Which.Problems.Should().Equal(
            $"landing.{table}: the name '{table}' has 64 bytes, and PostgreSQL keeps 63 and cuts off the rest",
            $"enterprise.tag: the name '{column}' has 70 bytes, and PostgreSQL keeps 63 and cuts off the rest");
    }

    [Fact]
    public void An_index_has_a_name_that_fits_and_is_its_own()
    {
        var customer = new QualifiedName("business", "dim_customer");
        var first = new QualifiedName("business", new string('é', 30) + "1");
        var second = new QualifiedName("business", new string('é', 30) + "2");

        PostgresIndexSql.Name(customer, "current").Value.Should().Be("dim_customer_current_idx");
        PostgresIndexSql.Name(first, "current").Value.Should().MatchRegex("^é{21}_[0-9a-f]{8}_current_idx$").And.NotBe(PostgresIndexSql.Name(second, "current").Value);
        PostgresIndexSql.Name(first, "current").Should().Be(PostgresIndexSql.Name(first, "current"));
        System.Text.Encoding.UTF8.GetByteCount(PostgresIndexSql.Name(first, "history").Value).Should().BeLessThanOrEqualTo(63);
    }
}
