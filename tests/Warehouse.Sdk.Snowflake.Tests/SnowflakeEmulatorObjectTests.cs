using System.Data.Common;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>The emulator's objects beside tables, and what of a table's past and keeping it refuses, as Snowflake does.</summary>
public sealed class SnowflakeEmulatorObjectTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly SnowflakeEmulatorConnection _connection;

    public SnowflakeEmulatorObjectTests()
    {
        _connection = new SnowflakeEmulatorConnection { ConnectionString = $"account={_folder.Of("account.duckdb")}" };
        _connection.Open();
        Run("CREATE TABLE t (i INT, v VARIANT)", "CREATE TABLE d (k INT, s VARCHAR)");
    }

    public void Dispose()
    {
        _connection.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(904, "CREATE TABLE u (i INT) CLUSTER BY (j)")]
    [InlineData(2279, "ALTER TABLE t CLUSTER BY (v)")]
    [InlineData(1008, "CREATE TABLE u (i INT) DATA_RETENTION_TIME_IN_DAYS = 91")]
    [InlineData(1008, "CREATE TRANSIENT TABLE u (i INT) DATA_RETENTION_TIME_IN_DAYS = 2")]
    [InlineData(2003, "CREATE TABLE u (i INT) WITH TAG (missing = 'x')")]
    [InlineData(2003, "ALTER TABLE t SET TAG missing = 'x'")]
    [InlineData(2003, "SELECT SYSTEM$GET_TAG('missing', 't', 'table')")]
    [InlineData(1003, "ALTER TABLE t SET TRANSIENT = TRUE")]
    [InlineData(1003, "CREATE SCHEMA u CLONE v")]
    [InlineData(1003, "SELECT * FROM t BEFORE (TIMESTAMP => '2024-01-01'::TIMESTAMP_TZ)")]
    [InlineData(1003, "SELECT * FROM t AT (TIMESTAMP => '2024-01-01')")]
    [InlineData(2, "SELECT * FROM t AT (OFFSET => -60)")]
    [InlineData(2, "UNDROP TABLE t")]
    [InlineData(2003, "CREATE TABLE u CLONE missing")]
    [InlineData(2003, "CREATE STREAM s ON TABLE missing APPEND_ONLY = TRUE")]
    [InlineData(1003, "CREATE STREAM s ON TABLE t APPEND_ONLY = TRUE WAREHOUSE = w")]
    [InlineData(2029, "CREATE TASK k WAREHOUSE = w AS SELECT 1")]
    [InlineData(1420, "CREATE TASK k WAREHOUSE = w SCHEDULE = '90 SECONDS' AS SELECT 1")]
    [InlineData(2003, "CREATE TASK k WAREHOUSE = w SCHEDULE = '5 MINUTE' WHEN SYSTEM$STREAM_HAS_DATA('missing') AS SELECT 1")]
    [InlineData(2003, "EXECUTE TASK missing")]
    [InlineData(2029, "CREATE DYNAMIC TABLE y WAREHOUSE = w AS SELECT 1 AS i")]
    [InlineData(1420, "CREATE DYNAMIC TABLE y TARGET_LAG = '30 seconds' WAREHOUSE = w AS SELECT 1 AS i")]
    [InlineData(1003, "CREATE DYNAMIC TABLE y TARGET_LAG = '1 minutes' WAREHOUSE = w CLUSTERED = TRUE AS SELECT 1 AS i")]
    [InlineData(2226, "CREATE PIPE p AUTO_INGEST = TRUE AS COPY INTO d FROM '@inbox/' ON_ERROR = ABORT_STATEMENT")]
    [InlineData(2226, "CREATE PIPE p AUTO_INGEST = TRUE AS COPY INTO d FROM '@inbox/' FILES = ('a.csv')")]
    [InlineData(2, "CREATE PIPE p AUTO_INGEST = TRUE AS COPY INTO d FROM '@~/x/'")]
    [InlineData(2003, "CREATE PIPE p AUTO_INGEST = TRUE AS COPY INTO d FROM '@missing/'")]
    [InlineData(2020, "CREATE PIPE p AUTO_INGEST = TRUE AS COPY INTO d (k, s) FROM (SELECT $1 FROM '@inbox/')")]
    [InlineData(1003, "CREATE PIPE p AUTO_INGEST = TRUE WAREHOUSE = w AS COPY INTO d FROM '@inbox/'")]
    [InlineData(2031, "SELECT (SELECT max(d.k) FROM d WHERE d.k = t.i) FROM t")]
    [InlineData(2031, "SELECT t.i, coalesce((SELECT max(x.k) FROM d AS x WHERE x.k = t.i), 0) AS k FROM t")]
    [InlineData(2031, "INSERT INTO d SELECT (SELECT max(x.k) FROM d AS x WHERE x.k = t.i), 'a' FROM t")]
    [InlineData(100040, "SELECT CAST('infinity' AS DATE)")]
    [InlineData(100040, "SELECT CAST('-infinity' AS TIMESTAMP_NTZ(6))")]
    public void What_Snowflake_refuses_is_refused(int code, string sql)
    {
        Run("CREATE STAGE inbox");

        Assert.Throws<SnowflakeEmulatorException>(() => Run(sql)).ErrorCode.Should().Be(code, sql);
    }

    [Theory]
    [InlineData("SELECT (SELECT max(d.k) FROM d) FROM t")]
    [InlineData("SELECT (SELECT max(x.k) FROM d AS x WHERE x.k > 0) + 1 FROM t AS y")]
    [InlineData("SELECT t.i FROM t WHERE EXISTS (SELECT 1 FROM d WHERE d.k = t.i)")]
    [InlineData("SELECT t.i FROM t WHERE t.i = (SELECT max(d.k) FROM d WHERE d.k = t.i)")]
    [InlineData("SELECT met.k FROM (SELECT x.k FROM d AS x) AS met JOIN t ON t.i = met.k")]
    [InlineData("WITH one AS (SELECT d.k FROM d) SELECT (SELECT max(one.k) FROM one) AS k")]
    [InlineData("SELECT TRY_CAST('infinity' AS DATE)")]
    public void What_Snowflake_takes_is_taken(string sql) => Run(sql);

    [Fact]
    public void A_table_that_was_refused_for_its_options_is_not_there()
    {
        Assert.Throws<SnowflakeEmulatorException>(() => Run("CREATE TABLE u (i INT) CLUSTER BY (j)"));

        Run("CREATE TABLE u (i INT) CLUSTER BY (i) DATA_RETENTION_TIME_IN_DAYS = 7", "ALTER TABLE u DROP CLUSTERING KEY", "ALTER TABLE u UNSET DATA_RETENTION_TIME_IN_DAYS");
        Row("SELECT is_transient, retention_time, clustering_key FROM information_schema.tables WHERE table_name = 'U'").Should().Equal("NO", 1L, null);
    }

    [Fact]
    public void A_transient_table_has_no_permanent_clone_and_a_clone_no_memory_of_files()
    {
        Run("CREATE TRANSIENT TABLE u (i INT NOT NULL, s VARCHAR(3))", "INSERT INTO u SELECT 1, 'abc'");

        Assert.Throws<SnowflakeEmulatorException>(() => Run("CREATE TABLE w CLONE u"));
        Run("CREATE TRANSIENT TABLE w CLONE u", "INSERT INTO u SELECT 2, 'x'");
        Row("SELECT count(*) FROM w").Should().Equal(1L);
        Assert.Throws<SnowflakeEmulatorException>(() => Run("INSERT INTO w SELECT NULL, 'x'")).ErrorCode.Should().Be(100072);
        Assert.Throws<SnowflakeEmulatorException>(() => Run("INSERT INTO w SELECT 3, 'abcd'")).ErrorCode.Should().Be(100078);
    }

    [Fact]
    public void A_stream_shows_what_came_since_it_was_read_by_a_committed_change()
    {
        Run("INSERT INTO d SELECT 1, 'old'", "CREATE STREAM s ON TABLE d APPEND_ONLY = TRUE", "INSERT INTO d SELECT 2, 'new'", "CREATE TABLE taken (k INT)");

        Row("SELECT k, s, METADATA$ACTION FROM s").Should().Equal(2L, "new", "INSERT");
        Row("SELECT count(*) FROM s").Should().Equal(1L);
        Run("BEGIN", "INSERT INTO taken SELECT k FROM s", "ROLLBACK");
        Row("SELECT count(*) FROM s").Should().Equal(1L);
        Run("BEGIN", "INSERT INTO taken SELECT k FROM s", "INSERT INTO taken SELECT k FROM s", "COMMIT");
        Row("SELECT count(*) FROM s").Should().Equal(0L);
        Row("SELECT count(*) FROM taken").Should().Equal(2L);
    }

    [Fact]
    public void A_task_runs_its_block_as_one_and_only_when_there_is_something()
    {
        Run("CREATE STREAM s ON TABLE d APPEND_ONLY = TRUE", "CREATE TABLE taken (k INT NOT NULL)", """
            CREATE TASK k WAREHOUSE = w SCHEDULE = '1 MINUTE' WHEN SYSTEM$STREAM_HAS_DATA('S') AS
            BEGIN
                BEGIN TRANSACTION;
                INSERT INTO taken SELECT 0;
                INSERT INTO taken SELECT k FROM s;
                COMMIT;
            EXCEPTION
                WHEN OTHER THEN
                    ROLLBACK;
                    RAISE;
            END
            """, "EXECUTE TASK k");

        Row("SELECT count(*) FROM taken").Should().Equal(0L);
        Run("INSERT INTO d SELECT NULL, 'x'");
        Assert.Throws<SnowflakeEmulatorException>(() => Run("EXECUTE TASK k")).ErrorCode.Should().Be(100072);
        Row("SELECT count(*) FROM taken").Should().Equal(0L);
        Run("DELETE FROM d", "INSERT INTO d SELECT 1, 'x'", "ALTER TASK k RESUME", "EXECUTE TASK k");
        Row("SELECT count(*) FROM taken").Should().Equal(2L);
    }

    private void Run(params string[] statements)
    {
        foreach (string statement in statements)
        {
            using DbCommand command = _connection.CreateCommand();
            command.CommandText = statement;
            using DbDataReader reader = command.ExecuteReader();
            while (reader.Read())
            {
            }
        }
    }

    private object?[] Row(string sql)
    {
        using DbCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        using DbDataReader reader = command.ExecuteReader();
        reader.Read().Should().BeTrue(sql);
        return [.. Enumerable.Range(0, reader.FieldCount).Select(ordinal => reader.IsDBNull(ordinal) ? null : reader.GetValue(ordinal))];
    }
}
