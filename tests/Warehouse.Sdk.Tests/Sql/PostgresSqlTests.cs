using Npgsql;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

public sealed class PostgresSqlTests
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

        types.Select(PostgresSql.TypeName).Should().Equal(
            "boolean", "smallint", "integer", "bigint", "numeric(38,10)", "real", "double precision", "text",
            "character varying(5)", "date", "time without time zone", "timestamp without time zone", "uuid", "bytea", "character(3)", "timestamp with time zone", "interval", "jsonb");
        Enum.GetValues<ColumnKind>().Should().BeEquivalentTo(types.Select(type => type.Kind).Distinct());
    }

    [Fact]
    public void No_private_text_is_bounded() => PostgresSql.PrivateType(ColumnType.Varchar(5)).ToString().Should().Be("text");

    [Fact]
    public void A_query_is_described_without_being_run_and_may_end_in_a_comment()
    {
        SqlStatement describe = PostgresDialect.Instance.Describe(SqlText.FromHost("SELECT $x AS one -- the first"));

        describe.Text.Should().Contain("FROM (\nSELECT $x AS one -- the first\n        ) AS src\n        LIMIT 0");
        describe.Parameters.Should().Equal("x");
    }

    [Fact]
    public void Short_keys_are_not_measured()
    {
        Measured(("id", ColumnType.BigInt)).Should().BeEmpty();
        Measured(("code", ColumnType.Varchar(650))).Should().BeEmpty();
        Measured(("code", ColumnType.Varchar(651))).Should().ContainSingle();
        Measured(("code", ColumnType.Varchar(400)), ("name", ColumnType.Varchar(400))).Should().ContainSingle();
        Measured(("code", ColumnType.Text)).Should().ContainSingle();
        Measured(("hash", ColumnType.Bytes)).Should().ContainSingle();
    }

    [Fact]
    public void Bounded_texts_of_a_query_must_not_lose_spaces()
    {
        ZoneTable<TagRow> plain = null!;
        Dimension<TagRow> trimmed = null!;
        DimensionalModel.Create("texts", builder =>
        {
            plain = builder.Enterprise<TagRow>("tag", t => t.Key(r => r.TagId).Column(r => r.Label, ColumnType.Varchar(10)));
            trimmed = builder.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type1(t => t.Label).Column(t => t.Label, ColumnType.Varchar(10)).Compare(t => t.Label, Equality.TrimEnd));
        });

        Names(plain).Should().Equal("stage-query", "count-rows", "check-trailing-spaces");
        Names(trimmed).Should().Equal("stage-query", "count-rows");
    }

    [Theory]
    [InlineData("23505", "PostgreSQL reports a value that would stand there twice (23505), table business.dim_tag, constraint dim_tag_current_idx (the inner exception has its own words).")]
    [InlineData("22001", "PostgreSQL reports a text that is longer than its column (22001), table business.dim_tag, constraint dim_tag_current_idx (the inner exception has its own words).")]
    [InlineData("22999", "PostgreSQL reports a data error (22999), table business.dim_tag, constraint dim_tag_current_idx (the inner exception has its own words).")]
    [InlineData("23999", "PostgreSQL reports a violated constraint (23999), table business.dim_tag, constraint dim_tag_current_idx (the inner exception has its own words).")]
    [InlineData("42P01", "PostgreSQL reports: secret (42P01).")]
    public void Errors_about_values_are_told_without_them(string sqlState, string expected)
    {
        var error = new PostgresException("secret.\nmore", "ERROR", "ERROR", sqlState, detail: "Key (tag_id)=(secret) already exists.", schemaName: "business", tableName: "dim_tag", constraintName: "dim_tag_current_idx");

        PostgresDialect.Instance.Explain(error).Should().Be(expected);
    }

    [Fact]
    public void A_lost_connection_is_called_so()
    {
        PostgresDialect.Instance.Explain(new NpgsqlException("Exception while reading from stream", new IOException("broken pipe"))).Should().StartWith("The connection to the PostgreSQL server was lost");
        PostgresDialect.Instance.Explain(new NpgsqlException("Exception while reading from stream", new TimeoutException())).Should().StartWith("The PostgreSQL server did not answer in time");
        PostgresDialect.Instance.Explain(new NpgsqlException("The pool is exhausted.")).Should().Be("The PostgreSQL driver reports: The pool is exhausted.");
    }

    private static IEnumerable<string> Names(LoadTarget target)
        => PostgresDialect.Instance.Stage(new StagePlan(target) { Query = SqlText.FromHost("SELECT 1") }).Statements.Select(statement => statement.Name);

    private static IEnumerable<SqlStatement> Measured(params (Identifier Name, ColumnType Type)[] key) => PostgresIndexSql.CheckKeyLength(PostgresSql.Staged, key);
}
