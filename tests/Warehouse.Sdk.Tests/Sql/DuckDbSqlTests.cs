using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

public sealed class DuckDbSqlTests
{
    [Fact]
    public void Every_column_type_has_the_engines_name()
    {
        ColumnType[] types =
        [
            ColumnType.Boolean, ColumnType.SmallInt, ColumnType.Integer, ColumnType.BigInt, ColumnType.Decimal(38, 10), ColumnType.Real, ColumnType.Double, ColumnType.Text,
            ColumnType.Varchar(5), ColumnType.Date, ColumnType.Time, ColumnType.Timestamp, ColumnType.Uuid, ColumnType.Bytes,
            ColumnType.Char(3), ColumnType.TimestampTz, ColumnType.Interval, ColumnType.Json,
        ];

        types.Select(DuckDbSql.TypeName).Should().Equal(
            "BOOLEAN", "SMALLINT", "INTEGER", "BIGINT", "DECIMAL(38,10)", "FLOAT", "DOUBLE", "VARCHAR", "VARCHAR", "DATE", "TIME", "TIMESTAMP", "UUID", "BLOB", "VARCHAR", "TIMESTAMP WITH TIME ZONE", "INTERVAL", "JSON");
        Enum.GetValues<ColumnKind>().Should().BeEquivalentTo(types.Select(type => type.Kind).Distinct());
    }

    [Fact]
    public void A_statement_knows_its_parameters_once_each()
        => DuckDbSql.Statement("x", "y", DuckDbSql.Rules.Sql($"SELECT $load_id, $target, $load_id, $1, 'a$'")).Parameters.Should().Equal("load_id", "target");

    [Fact]
    public void A_text_of_the_model_keeps_its_quotes_and_its_lines()
    {
        SqlText comment = DuckDbSql.Constant("It's\nnothing");

        DuckDbSql.Rules.Sql($"COMMENT ON TABLE t IS {comment}").ToString().Should().Be("COMMENT ON TABLE t IS 'It''s\nnothing'");
    }

    [Fact]
    public void A_query_that_ends_in_a_comment_can_be_described()
        => DuckDbDialect.Instance.Describe(SqlText.FromHost("SELECT 1 AS one -- the first")).Text.Should().Be("SELECT column_name FROM (DESCRIBE SELECT 1 AS one -- the first\n)");

    [Fact]
    public void Conditions_stand_below_each_other() => DuckDbSql.Rules.Sql($"WHERE ({DuckDbSql.AnyTrue([new SqlText("a"), SqlText.Empty, new SqlText("b")])})").ToString().Should().Be("WHERE (a\n       OR b)");

    [Fact]
    public void No_condition_is_never_true() => DuckDbSql.AnyTrue([]).ToString().Should().Be("FALSE");
}
