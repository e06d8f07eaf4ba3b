using Warehouse.Sdk.Postgres;

namespace Warehouse.Sdk.Tests;

public sealed class PostgresParametersTests
{
    [Theory]
    [InlineData("SELECT $load_id, $target, $load_id", "SELECT $1, $2, $1", "load_id target")]
    [InlineData("SELECT $a$b", "SELECT $a$b", "")]
    [InlineData("SELECT a$b, $b", "SELECT a$b, $1", "b")]
    [InlineData("SELECT $1, $b", "SELECT $1, $1", "b")]
    [InlineData("SELECT $a::text, b[$c:$d]", "SELECT $1::text, b[$2:$3]", "a c d")]
    [InlineData("SELECT $_x1", "SELECT $1", "_x1")]
    [InlineData("$a", "$1", "a")]
    [InlineData("SELECT $", "SELECT $", "")]
    [InlineData("", "", "")]
    public void Names_become_numbers(string text, string positional, string names) => Expect(text, positional, names);

    [Theory]
    [InlineData("SELECT '$a', $b")]
    [InlineData("SELECT 'it''s $a', $b")]
    [InlineData("SELECT '\\', $b, '$a'")]
    [InlineData("SELECT E'\\'$a', $b")]
    [InlineData("SELECT e'\\\\', $b, e'$a'")]
    [InlineData("SELECT E'x''\\'$a', $b")]
    [InlineData("SELECT E'x'\n  '\\'$a', $b")]
    [InlineData("SELECT name'\\', $b")]
    [InlineData("SELECT U&'d\\0061$a', $b")]
    [InlineData("SELECT \"$a\", $b")]
    [InlineData("SELECT \"x\"\"$a\", $b")]
    [InlineData("SELECT $$ $a ' $$, $b")]
    [InlineData("SELECT $tag$ $a $$ $other$ $tag$, $b")]
    [InlineData("SELECT $é1$ $a $é1$, $b")]
    [InlineData("SELECT $b -- $a")]
    [InlineData("-- it's $a\r\nSELECT $b")]
    [InlineData("-- it's $a\rSELECT $b")]
    [InlineData("/* $a */ SELECT $b")]
    [InlineData("/* /* $a */ ' $a */ SELECT $b")]
    [InlineData("/*/ $a */ SELECT $b")]
    [InlineData("/* a /* b /* c */ */ $a */ SELECT $b /* $a")]
    [InlineData("SELECT 1 - -$b, 4 / 2 * 3")]
    public void What_is_quoted_or_commented_stays_as_it_is(string text) => Expect(text, text.Replace("$b", "$1", StringComparison.Ordinal), "b");

    [Theory]
    [InlineData("SELECT $b, 'open $a")]
    [InlineData("SELECT $b, E'open \\")]
    [InlineData("SELECT $b, \"open $a")]
    [InlineData("SELECT $b, $open$ $a")]
    [InlineData("SELECT $b, $$ $a")]
    [InlineData("SELECT $b /* open /* */ $a")]
    public void What_never_ends_is_left_to_the_server(string text) => Expect(text, text.Replace("$b", "$1", StringComparison.Ordinal), "b");

    [Fact]
    public void More_than_nine_are_told_apart()
    {
        string names = string.Join(' ', Enumerable.Range(1, 12).Select(number => $"p{number}"));

        Expect(
            string.Join(", ", Enumerable.Range(1, 12).Select(number => $"$p{number}")),
            string.Join(", ", Enumerable.Range(1, 12).Select(number => $"${number}")),
            names);
    }

    private static void Expect(string text, string positional, string names)
    {
        var rewritten = PostgresParameters.ToPositional(text);

        rewritten.Text.Should().Be(positional);
        rewritten.Names.Should().Equal(names.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        PostgresParameters.Find(text).Should().Equal(rewritten.Names);
    }
}
