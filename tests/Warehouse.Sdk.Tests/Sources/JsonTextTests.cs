using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Warehouse.Sdk.Tests;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("-1.5e300")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData(" { \"a\" : [ 1 , { } ] } ")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("\"\\u00e9\\ud83d\\ude00\\\\u0000\"")]
    public void Values_pass(string json) => Checking(json).Should().NotThrow();

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("{\"a\"}")]
    [InlineData("{a:1}")]
    [InlineData("'a'")]
    [InlineData("1 2")]
    [InlineData("01")]
    [InlineData("NaN")]
    [InlineData("/* */ 1")]
    [InlineData("\"\\ud83d\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("\"\\x\"")]
    [InlineData("\"a\nb\"")]
    public void Other_texts_do_not_and_the_reason_holds_nothing_of_them(string json)
        => Checking(json).Should().Throw<FormatException>().Which.Message.Should().Be("expected a JSON value");

    [Theory]
    [InlineData("\"\\u0000\"")]
    [InlineData("{\"a\\u0000\":1}")]
    [InlineData("[[\"x\\\\\\u0000\"]]")]
    public void The_character_0_does_not_pass_as_an_escape_either(string json) => Checking(json).Should().Throw<FormatException>().WithMessage("*U+0000*");

    [Fact]
    public void Nesting_has_an_end()
    {
        Checking(new string('[', 512) + new string(']', 512)).Should().NotThrow();
        Checking(new string('[', 513) + new string(']', 513)).Should().Throw<FormatException>();
    }

    [Fact]
    public void Values_of_the_platform_are_their_text()
    {
        using JsonDocument document = JsonDocument.Parse("{ \"a\":1 }");
        JsonText.Of(document).Should().Be("{ \"a\":1 }");
        JsonText.Of(document.RootElement.GetProperty("a")).Should().Be("1");
        JsonText.Of(default(JsonElement)).Should().BeNull();
        JsonText.Of((JsonDocument?)null).Should().BeNull();
        JsonText.Of((JsonNode?)null).Should().BeNull();
        JsonText.Of(new JsonArray(1, null)).Should().Be("[1,null]");
    }

    [Theory]
    [InlineData("""{ "b" : 1, "a" : [ 1.0, {"d":2,"c":3} ] }""", """{"a":[1,{"c":3,"d":2}],"b":1}""")]
    [InlineData("""{"a":1,"a":2}""", """{"a":2}""")]
    [InlineData("\"\\u00e6\\/\\n\"", "\"æ/\\n\"")]
    [InlineData("[ true , false , null , \"\" ]", "[true,false,null,\"\"]")]
    [InlineData("[]", "[]")]
    [InlineData("{}", "{}")]
    [InlineData("-0.0", "0")]
    [InlineData("0e5", "0")]
    [InlineData("1.50", "1.5")]
    [InlineData("-15e-1", "-1.5")]
    [InlineData("120", "120")]
    [InlineData("1.2e2", "120")]
    [InlineData("0.001", "0.001")]
    [InlineData("1E-3", "0.001")]
    [InlineData("12345678901234567890.10", "12345678901234567890.1")]
    [InlineData("10e99", "1e100")]
    [InlineData("0.1e-99", "1e-100")]
    public void One_form_stands_for_all_ways_of_writing_a_value(string json, string expected)
    {
        JsonText.Canonical(json).Should().Be(expected);
        JsonText.Canonical(expected).Should().Be(expected);
    }

    private static Action Checking(string json) => () => JsonText.Check(Encoding.UTF8.GetBytes(json));
}
