using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

public sealed class DuckDbIdentifierRulesTests
{
    [Theory]
    [InlineData("customer_id", "customer_id")]
    [InlineData("_x1", "_x1")]
    [InlineData("Customer", "\"Customer\"")]
    [InlineData("1st", "\"1st\"")]
    [InlineData("first name", "\"first name\"")]
    [InlineData("select", "\"select\"")]
    [InlineData("order", "\"order\"")]
    [InlineData("SELECT", "\"SELECT\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("\"", "\"\"\"\"")]
    [InlineData("x\"; DROP TABLE dim_customer; --", "\"x\"\"; DROP TABLE dim_customer; --\"")]
    [InlineData("it's", "\"it's\"")]
    [InlineData("a.b", "\"a.b\"")]
    [InlineData("$load_id", "\"$load_id\"")]
    [InlineData("år", "\"år\"")]
    [InlineData("価格", "\"価格\"")]
    [InlineData("a\u200bb", "\"a\u200bb\"")]
    public void A_name_reaches_the_engine_as_it_is(string name, string sql)
        => DuckDbIdentifierRules.Instance.Sql($"{new Identifier(name)}").ToString().Should().Be(sql);

    [Fact]
    public void Both_parts_of_a_qualified_name_are_quoted_where_needed()
        => DuckDbIdentifierRules.Instance.Sql($"FROM {new QualifiedName("my schema", "order")}").ToString().Should().Be("FROM \"my schema\".\"order\"");
}
