namespace Warehouse.Sdk.Tests;

public sealed class CsvQuotesTests
{
    [Theory]
    [InlineData("a,\"\",c", 0, false)]
    [InlineData("a,\"\",c", 1, true)]
    [InlineData("a,\"\",c", 2, false)]
    [InlineData("\"a,b\",,\"\"", 0, true)]
    [InlineData("\"a,b\",,\"\"", 1, false)]
    [InlineData("\"a,b\",,\"\"", 2, true)]
    [InlineData("\"a\"\",\"\"b\",\"\"", 1, true)]
    [InlineData("\"a\n,b\",", 1, false)]
    [InlineData("5\" disk,\"\"", 1, true)]
    [InlineData("a\"b\"c,\"\"", 1, true)]
    [InlineData("a,", 1, false)]
    [InlineData("a", 1, false)]
    [InlineData("", 0, false)]
    [InlineData(" \"a\",\"\"", 0, false)]
    public void A_field_is_quoted_when_it_begins_with_a_quote(string record, int ordinal, bool isQuoted)
        => CsvQuotes.IsQuoted(record, ordinal, ',', '"').Should().Be(isQuoted);

    [Fact]
    public void Other_delimiters_and_quotes_are_as_good()
    {
        CsvQuotes.IsQuoted("'a;b';''", 1, ';', '\'').Should().BeTrue();
        CsvQuotes.IsQuoted("\"a\";x", 0, ';', '\'').Should().BeFalse();
    }
}
