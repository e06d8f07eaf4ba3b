using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

public sealed class SqlTextTests
{
    private static PlainRules Rules => PlainRules.Instance;

    [Fact]
    public void Names_and_numbers_and_pieces_make_a_statement()
    {
        var name = new Identifier("a");
        SqlText where = Rules.Sql($"WHERE {name} = {-1}");

        Rules.Sql($"SELECT {name} FROM {new QualifiedName("s", "t")} {where}").ToString().Should().Be("SELECT \"a\" FROM \"s\".\"t\" WHERE \"a\" = -1");
    }

    [Fact]
    public void Further_lines_of_a_piece_stand_where_its_first_line_stands()
    {
        SqlText columns = SqlText.Join(",\n", [Rules.Sql($"a"), Rules.Sql($"b")]);
        SqlText inner = Rules.Sql($"""
            SELECT {columns}
            FROM t
            """);

        Rules.Sql($"""
            WITH x AS (
                {inner}
            )
            SELECT {columns}
            """).ToString().Should().Be("""
            WITH x AS (
                SELECT a,
                       b
                FROM t
            )
            SELECT a,
                   b
            """);
    }

    [Fact]
    public void A_line_of_nothing_but_empty_pieces_is_left_out()
        => Rules.Sql($"""
            SELECT 1
            {SqlText.Empty}
              {SqlText.Empty} {SqlText.Empty}
            FROM t{SqlText.Empty}
            {SqlText.Empty}WHERE TRUE
            """).ToString().Should().Be("""
            SELECT 1
            FROM t
            WHERE TRUE
            """);

    [Fact]
    public void A_line_that_was_empty_anyway_stays()
        => Rules.Sql($"a\n\nb{SqlText.Empty}").ToString().Should().Be("a\n\nb");

    [Fact]
    public void The_hosts_own_SQL_is_never_re_indented()
    {
        SqlText query = SqlText.FromHost("SELECT 'two\nlines' AS x\n  FROM t");

        Rules.Sql($"""
            SELECT *
            FROM (
                {query}
            ) AS src
            """).ToString().Should().Be("SELECT *\nFROM (\n    SELECT 'two\nlines' AS x\n  FROM t\n) AS src");
    }

    [Fact]
    public void The_hosts_own_SQL_keeps_every_character()
    {
        SqlText query = SqlText.FromHost("SELECT split(x, '\u0001') FROM t");

        Rules.Sql($"SELECT * FROM ({query}) {SqlText.Empty}").ToString().Should().Be("SELECT * FROM (SELECT split(x, '\u0001') FROM t) ");
    }

    [Theory]
    [InlineData("SELECT 1", "SELECT 1")]
    [InlineData("  SELECT 1 ;\n", "SELECT 1")]
    [InlineData("SELECT ';'", "SELECT ';'")]
    [InlineData("SELECT 1;\n;", "SELECT 1")]
    public void The_end_of_the_hosts_statement_is_not_the_end_of_ours(string host, string sql) => SqlText.FromHost(host).ToString().Trim().Should().Be(sql);

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    public void No_SQL_is_no_source(string host)
    {
        Action from = () => SqlText.FromHost(host);

        from.Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Joining_leaves_out_what_is_empty()
    {
        SqlText.Join(", ", [Rules.Sql($"a"), SqlText.Empty, Rules.Sql($"b")]).ToString().Should().Be("a, b");
        SqlText.Join(", ", []).IsEmpty.Should().BeTrue();
        SqlText.Empty.ToString().Should().BeEmpty();
    }

    [Fact]
    public void A_statement_prints_its_name_its_purpose_and_its_condition()
    {
        var statement = new SqlStatement("close-versions", "Stored versions that now end.", "UPDATE t\nSET x = 1") { OnlyIf = "touched_members" };

        new SqlScript("merge business.dim_customer", [statement, statement with { Name = "again", OnlyIf = null }]).ToString().Should().Be("""
            -- warehouse-sdk: merge business.dim_customer

            -- close-versions: Stored versions that now end.
            -- only if: touched_members > 0
            UPDATE t
            SET x = 1;

            -- again: Stored versions that now end.
            UPDATE t
            SET x = 1;

            """);
    }
}
