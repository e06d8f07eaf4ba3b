using System.Data.Common;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>The emulator behaves like Snowflake where it bites; what it gets wrong no suite on it would find.</summary>
public sealed class SnowflakeEmulatorTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly SnowflakeEmulatorConnection _connection;

    public SnowflakeEmulatorTests() => _connection = Open();

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void DDL_commits_the_open_transaction()
    {
        Run("CREATE TABLE t (i INT)", "BEGIN", "INSERT INTO t SELECT 1", "CREATE TEMPORARY TABLE u (i INT)", "ROLLBACK");

        Scalar("SELECT count(*) FROM t").Should().Be(1L);
        EmulatedAccount.Of(File).ImplicitCommits.Should().ContainSingle().Which.Text.Should().StartWith("CREATE TEMPORARY");
    }

    [Fact]
    public void A_failed_statement_leaves_the_transaction_open_and_what_came_before_can_be_committed()
    {
        Run("CREATE TABLE t (i INT)", "BEGIN", "INSERT INTO t SELECT 1");
        Fails(100038, "INSERT INTO t SELECT CAST('x' AS INT)");
        Run("INSERT INTO t SELECT 2", "COMMIT");

        Scalar("SELECT count(*) FROM t").Should().Be(2L);
    }

    [Fact]
    public void Keys_are_not_enforced_and_missing_values_are()
    {
        Run("CREATE TABLE t (i INT PRIMARY KEY, j INT NOT NULL)", "INSERT INTO t SELECT 1, 1", "INSERT INTO t SELECT 1, 1");

        Scalar("SELECT count(*) FROM t").Should().Be(2L);
        Fails(100072, "INSERT INTO t SELECT 1, NULL");
    }

    [Fact]
    public void There_is_no_least_and_no_greatest_of_BOOLEAN()
    {
        Run("CREATE TABLE t (i INT, b BOOLEAN)", "INSERT INTO t SELECT 1, TRUE");

        Scalar("SELECT max(i) FROM t").Should().Be(1L);
        Scalar("SELECT boolor_agg(b) FROM t").Should().Be(true);
        Fails(100132, "SELECT max(b) FROM t");
    }

    [Fact]
    public void Names_fold_to_upper_case_unless_they_are_quoted()
    {
        Run("CREATE TABLE orders (Id INT)", "INSERT INTO ORDERS SELECT 1");

        Scalar("SELECT \"ID\" FROM \"ORDERS\"").Should().Be(1L);
        Fails(2003, "SELECT * FROM \"orders\"");
        using DbDataReader reader = Reader("SELECT id, id AS \"id\" FROM orders");
        (reader.GetName(0), reader.GetName(1)).Should().Be(("ID", "id"));
    }

    [Fact]
    public void A_row_that_several_rows_of_the_source_would_change_is_an_error_and_new_rows_come_as_often_as_they_are_given()
    {
        Run("CREATE TABLE t (i INT, v INT)", "INSERT INTO t SELECT 1, 1", "CREATE TABLE s (i INT, v INT)", "INSERT INTO s SELECT * FROM (VALUES (1, 2), (1, 3), (2, 2), (2, 3)) AS v (i, v)");

        Fails(100090, "MERGE INTO t AS tgt USING s AS src ON tgt.i = src.i WHEN MATCHED THEN UPDATE SET v = src.v");
        Run("MERGE INTO t AS tgt USING s AS src ON tgt.i = src.i WHEN NOT MATCHED THEN INSERT (i, v) VALUES (src.i, src.v)");
        Scalar("SELECT count(*) FROM t").Should().Be(3L);
        Run("ALTER SESSION SET ERROR_ON_NONDETERMINISTIC_UPDATE = TRUE");
        Fails(100090, "UPDATE t SET v = s.v FROM s WHERE t.i = s.i AND s.i = 1");
    }

    [Theory]
    [InlineData("INSERT INTO t SELECT 1 RETURNING i")]
    [InlineData("SELECT count(*) FILTER (WHERE i > 0) FROM t")]
    [InlineData("UPDATE t AS x SET i = 1")]
    [InlineData("DELETE FROM t AS x WHERE x.i = 1")]
    [InlineData("UPDATE t SET t.i = 1")]
    [InlineData("WITH d AS (DELETE FROM t) SELECT 1")]
    [InlineData("SELECT * FROM t ANTI JOIN t AS u ON t.i = u.i")]
    [InlineData("SELECT * FROM t EXCEPT ALL SELECT * FROM t")]
    [InlineData("SELECT sum(i) OVER w FROM t WINDOW w AS (ORDER BY i)")]
    [InlineData("SELECT DATE '2024-01-01' + INTERVAL 1 DAY")]
    [InlineData("SELECT [1, 2]")]
    [InlineData("INSERT INTO t (i) VALUES (1) ON CONFLICT DO NOTHING")]
    [InlineData("SAVEPOINT s")]
    [InlineData("SELECT generate_series(1, 2)")]
    [InlineData("SELECT string_agg(i, ',') FROM t")]
    [InlineData("MERGE INTO t USING t AS s ON t.i = s.i WHEN NOT MATCHED BY SOURCE THEN DELETE")]
    [InlineData("SELECT concat_ws(',', 'a', NULL)")]
    public void What_Snowflake_refuses_is_refused(string sql)
    {
        Run("CREATE TABLE t (i INT)");

        Assert.Throws<SnowflakeEmulatorException>(() => Run(sql));
    }

    [Fact]
    public void No_values_are_bound_in_DDL()
    {
        using DbCommand command = Command("CREATE TABLE t AS SELECT ? AS i");
        DbParameter parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = ("1", 1L);
        command.Parameters.Add(parameter);

        Assert.Throws<SnowflakeEmulatorException>(() => command.ExecuteNonQuery()).ErrorCode.Should().Be(2210);
    }

    [Fact]
    public async Task PUT_runs_on_the_synchronous_path_only_and_its_result_has_the_drivers_columns()
    {
        string put = $"PUT 'file://{_folder.Write("a.csv", "1,x\n")}' '@~/run1/'";
        await using DbCommand command = Command(put);

        await Assert.ThrowsAsync<NotImplementedException>(() => command.ExecuteNonQueryAsync());
        using DbDataReader reader = Reader(put);
        (reader.GetName(6), reader.GetString(6)).Should().Be(("ResultStatus", "UPLOADED"));
        Row(put)[6].Should().Be("SKIPPED", "OVERWRITE is FALSE by default");
        Row(put + " OVERWRITE = TRUE")[6].Should().Be("UPLOADED");
    }

    [Fact]
    public void Paths_of_stages_are_prefixes()
    {
        Put("a.csv", "1,x\n", "@~/run1/");
        Put("b.csv", "2,y\n", "@~/run10/");

        Rows("LIST '@~/run1'").Should().HaveCount(2);
        Rows("LIST '@~/run1/'").Should().HaveCount(1);
        Rows("REMOVE '@~/run1'").Should().HaveCount(2);
    }

    [Fact]
    public void COPY_remembers_what_a_table_has_and_tells_it_in_another_shape()
    {
        Run("CREATE TABLE t (i INT, v VARCHAR)");
        Put("a.csv", "1,x\n2,\"\"\n3,\n", "@~/run/");

        object?[] first = Row(Copy("t"));
        (first[1], first[3]).Should().Be(("LOADED", 3L));
        Row(Copy("t")).Should().Equal("Copy executed with 0 files processed.");
        Scalar("SELECT count(*) FROM t WHERE v IS NULL").Should().Be(1L, "an empty text is no missing one");
        Run("TRUNCATE TABLE t");
        Row(Copy("t"))[3].Should().Be(3L, "it forgets when the table is emptied");
    }

    [Theory]
    [InlineData("CONTINUE", "PARTIALLY_LOADED", 2L)]
    [InlineData("SKIP_FILE", "LOAD_FAILED", 0L)]
    [InlineData("SKIP_FILE_2", "PARTIALLY_LOADED", 2L)]
    [InlineData("'SKIP_FILE_90%'", "PARTIALLY_LOADED", 2L)]
    public void COPY_does_with_bad_rows_what_it_is_told(string mode, string status, long loaded)
    {
        Run("CREATE TABLE t (i INT, v VARCHAR)");
        Put("a.csv", "1,x\nbad,y\n3,z\n", "@~/run/");

        Fails(100038, Copy("t"));
        object?[] row = Row(Copy("t") + $" ON_ERROR = {mode}");
        (row[1], row[3], row[5]).Should().Be((status, loaded, 1L));
    }

    [Fact]
    public void A_stage_that_is_encrypted_by_the_client_tells_sizes_in_blocks_and_never_the_same_checksum()
    {
        Run("CREATE STAGE plain ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')", "CREATE STAGE full");
        foreach (var (stage, size) in new[] { ("@plain", 4L), ("@full", 16L), ("@~", 16L) })
        {
            Put("a.csv", "1,x\n", stage + "/run/");
            object?[] first = Row($"LIST '{stage}/run/'");
            Thread.Sleep(20);
            Row($"PUT 'file://{_folder.Of("a.csv")}' '{stage}/run/' AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = NONE OVERWRITE = TRUE");
            object?[] second = Row($"LIST '{stage}/run/'");

            first[1].Should().Be(size, stage);
            (second[2]!.Equals(first[2])).Should().Be(size == 4, stage);
        }
    }

    [Fact]
    public void A_transformation_takes_fields_file_and_number_and_NULL_for_what_a_record_lacks()
    {
        Run("CREATE TABLE t (a VARCHAR, b VARCHAR, f VARCHAR, n INT)", "CREATE TABLE PUBLIC.OWN (I INT)");
        Put("a.csv", "1,x\n2\n", "@~/run/");
        Put("a.csv", "1\n", "@%own/run/");
        const string Format = "FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"' ESCAPE_UNENCLOSED_FIELD = NONE)";

        Run($"COPY INTO t FROM (SELECT $1, $2, METADATA$FILENAME, METADATA$FILE_ROW_NUMBER FROM '@~/run/') FILES = ('a.csv') {Format}");
        Rows("SELECT * FROM t ORDER BY n").Select(row => string.Join('|', row)).Should().Equal("1|x|run/a.csv|1", "2||run/a.csv|2");
        Fails(2, $"COPY INTO t FROM (SELECT $1, $2, METADATA$FILENAME, METADATA$FILE_ROW_NUMBER FROM '@%own/run/') {Format}");
        Fails(2, $"COPY INTO t FROM (SELECT $1, $2, METADATA$FILENAME, METADATA$FILE_CONTENT_KEY FROM '@~/run/') FORCE = TRUE {Format}");
        Fails(1003, $"COPY INTO t (a) FROM (SELECT $1 FROM '@~/run/' WHERE $1 = '1') {Format}");
    }

    [Fact]
    public void An_external_stage_takes_no_PUT_and_its_integration_must_allow_the_place()
    {
        Run("CREATE STORAGE INTEGRATION i TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/r' STORAGE_ALLOWED_LOCATIONS = ('s3://b/p/')");
        string id = Describe();

        Fails(3167, "CREATE STAGE x URL = 's3://b/other/' STORAGE_INTEGRATION = i");
        Run("CREATE STAGE x URL = 's3://b/p/' STORAGE_INTEGRATION = i");
        Fails(100183, "LIST '@x/'");
        EmulatedAccount.Of(File).AddBucket("s3://b/", _folder.Of("bucket"));
        Fails(1003, $"PUT 'file://{_folder.Write("a.csv", "1\n")}' '@x/run/'");
        Run("CREATE STORAGE INTEGRATION IF NOT EXISTS i TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE STORAGE_ALLOWED_LOCATIONS = ('*')");
        Describe().Should().Be(id);
        Run("CREATE OR REPLACE STORAGE INTEGRATION i TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE STORAGE_ALLOWED_LOCATIONS = ('*')");
        Describe().Should().NotBe(id, "the trust of the role is gone");
        Fails(2029, "CREATE STORAGE INTEGRATION j TYPE = EXTERNAL_STAGE");

        string Describe() => (string)Rows("DESC INTEGRATION i").Single(row => (string)row[0]! == "STORAGE_AWS_EXTERNAL_ID")[2]!;
    }

    [Fact]
    public void JSON_comes_as_one_VARIANT()
    {
        Run("CREATE TABLE v (document VARIANT)", "CREATE TABLE w (i INT)");
        Put("a.json", "{\"b\": 1.0, \"a\": null}\n", "@~/run/");

        Run("COPY INTO v FROM '@~/run/' FILE_FORMAT = (TYPE = JSON)");
        Scalar("SELECT TO_JSON(document) FROM v").Should().Be("{\"a\":null,\"b\":1}");
        Fails(2022, "COPY INTO w FROM '@~/run/' FILE_FORMAT = (TYPE = JSON)");
    }

    [Fact]
    public void An_unknown_parameter_of_the_session_is_an_error_and_the_drivers_state_is_on_its_own_type()
    {
        var error = Assert.Throws<SnowflakeEmulatorException>(() => Run("ALTER SESSION SET NO_SUCH_THING = TRUE"));

        ((DbException)error).SqlState.Should().BeNull();
        (error.IsTransient, error.SqlState).Should().Be((false, "42601"));
    }

    private string File => _folder.Of("account.duckdb");

    private SnowflakeEmulatorConnection Open()
    {
        var connection = new SnowflakeEmulatorConnection { ConnectionString = $"account={File}" };
        connection.Open();
        return connection;
    }

    private void Put(string name, string content, string stage) => Row($"PUT 'file://{_folder.Write(name, content)}' '{stage}' AUTO_COMPRESS = FALSE SOURCE_COMPRESSION = NONE");

    private static string Copy(string table) => $"COPY INTO {table} FROM '@~/run/' FILE_FORMAT = (TYPE = CSV FIELD_OPTIONALLY_ENCLOSED_BY = '\"' ESCAPE_UNENCLOSED_FIELD = NONE)";

    private DbCommand Command(string sql)
    {
        DbCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private void Run(params string[] statements)
    {
        foreach (string statement in statements)
        {
            using DbCommand command = Command(statement);
            command.ExecuteNonQuery();
        }
    }

    private void Fails(int code, string sql) => Assert.Throws<SnowflakeEmulatorException>(() => Run(sql)).ErrorCode.Should().Be(code, sql);

    private object? Scalar(string sql)
    {
        using DbCommand command = Command(sql);
        return command.ExecuteScalar();
    }

    private DbDataReader Reader(string sql)
    {
        using DbCommand command = Command(sql);
        DbDataReader reader = command.ExecuteReader();
        reader.Read().Should().BeTrue(sql);
        return reader;
    }

    private object?[] Row(string sql) => Rows(sql).First();

    private List<object?[]> Rows(string sql)
    {
        using DbCommand command = Command(sql);
        using DbDataReader reader = command.ExecuteReader();
        List<object?[]> rows = [];
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(ordinal => reader.IsDBNull(ordinal) ? null : reader.GetValue(ordinal))]);
        return rows;
    }
}
