using System.Data.Common;
using DuckDB.NET.Data;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>What DuckDB does in transactions that the SDK has to know. When one of these fails after an upgrade, the engine has changed.</summary>
public sealed class DuckDbTransactionTests(DuckDbTestStore store) : IClassFixture<DuckDbTestStore>
{
    private static readonly Dictionary<string, object?> None = [];

    [Fact]
    public async Task A_commit_after_a_failed_statement_rolls_back_without_a_word()
    {
        await using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync();
        await RunAsync(connection, "CREATE TABLE t (i INTEGER)");
        await using DbTransaction transaction = await connection.BeginTransactionAsync();
        await RunAsync(connection, "INSERT INTO t VALUES (1)");
        await Assert.ThrowsAnyAsync<DbException>(() => RunAsync(connection, "INSERT INTO t VALUES (1 / 'x')"));

        await Record.ExceptionAsync(() => transaction.CommitAsync());

        await using DuckDBCommand count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM t";
        (await count.ExecuteScalarAsync()).Should().Be(0L);
    }

    [Fact]
    public async Task A_session_rolls_back_after_a_failed_statement_and_says_nothing_more()
    {
        await using IWarehouseProvider provider = store.OpenProvider(await store.CreateDatabaseAsync());
        await using IWarehouseSession session = await provider.OpenSessionAsync(CancellationToken.None);
        await session.BeginAsync([], CancellationToken.None);
        await session.ExecuteAsync(Statement("CREATE TABLE t AS SELECT 1 AS i"), None, CancellationToken.None);
        await Assert.ThrowsAnyAsync<DbException>(() => session.ExecuteAsync(Statement("INSERT INTO t VALUES ('x')"), None, CancellationToken.None));

        await session.RollbackAsync();
        await session.RollbackAsync();

        await Assert.ThrowsAnyAsync<DbException>(() => session.QueryAsync(Statement("SELECT * FROM t"), None, CancellationToken.None));
        await session.BeginAsync([], CancellationToken.None);
        await session.ExecuteAsync(Statement("CREATE TABLE t AS SELECT 1 AS i"), None, CancellationToken.None);
        await session.CommitAsync(CancellationToken.None);
        (await session.QueryAsync(Statement("SELECT i FROM t"), None, CancellationToken.None)).Single()["i"].Should().Be(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_rollback_undoes_what_was_written_before_and_after_staging(bool writesBefore)
    {
        ZoneTable<Staged> table = null!;
        DimensionalModel.Create("staged", builder => table = builder.Landing<Staged>("staged"));
        await using IWarehouseProvider provider = store.OpenProvider(await store.CreateDatabaseAsync());
        await using IWarehouseSession session = await provider.OpenSessionAsync(CancellationToken.None);
        await session.ExecuteAsync(Statement("CREATE TABLE t (id INTEGER)"), None, CancellationToken.None);
        await session.BeginAsync(["t"], CancellationToken.None);
        if (writesBefore)
            await session.ExecuteAsync(Statement("INSERT INTO t VALUES (0)"), None, CancellationToken.None);
        await session.ExecuteAsync(provider.Dialect.Stage(new StagePlan(table)).Statements[0], None, CancellationToken.None);

        (await session.StageAsync(table, new ObjectFeed<Staged>([new(1), new(2)], table.Rows), new RejectedRows(RejectPolicy.FailOnFirst), CancellationToken.None)).Should().Be(2);
        await session.ExecuteAsync(Statement("INSERT INTO t SELECT id FROM temp.staged"), None, CancellationToken.None);
        (await session.QueryAsync(Statement("SELECT count(*) AS n FROM t"), None, CancellationToken.None)).Single()["n"].Should().Be(writesBefore ? 3L : 2L);
        await session.RollbackAsync();

        (await session.QueryAsync(Statement("SELECT count(*) AS n FROM t"), None, CancellationToken.None)).Single()["n"].Should().Be(0L);
        (await session.QueryAsync(Statement("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'staged'"), None, CancellationToken.None)).Single()["n"].Should().Be(writesBefore ? 0L : 1L);
    }

    [Fact]
    public async Task Two_sessions_that_change_one_row_conflict_and_the_second_may_try_again()
    {
        await using IWarehouseProvider provider = store.OpenProvider(await store.CreateDatabaseAsync());
        await using IWarehouseSession first = await provider.OpenSessionAsync(CancellationToken.None);
        await using IWarehouseSession second = await provider.OpenSessionAsync(CancellationToken.None);
        await first.ExecuteAsync(Statement("CREATE TABLE t AS SELECT 1 AS i"), None, CancellationToken.None);
        await first.BeginAsync([], CancellationToken.None);
        await second.BeginAsync([], CancellationToken.None);
        await first.ExecuteAsync(Statement("UPDATE t SET i = 2"), None, CancellationToken.None);

        var conflict = await Assert.ThrowsAnyAsync<DbException>(() => second.ExecuteAsync(Statement("UPDATE t SET i = 3"), None, CancellationToken.None));

        second.IsTransient(conflict).Should().BeTrue();
        await second.RollbackAsync();
        await first.CommitAsync(CancellationToken.None);
        (await second.QueryAsync(Statement("SELECT i FROM t"), None, CancellationToken.None)).Single()["i"].Should().Be(2);
    }

    [Fact]
    public async Task A_running_statement_is_cancelled()
    {
        await using IWarehouseProvider provider = store.OpenProvider(":memory:");
        await using IWarehouseSession session = await provider.OpenSessionAsync(CancellationToken.None);
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.QueryAsync(Statement("SELECT sum(a.i * b.i) AS s FROM range(1000000) AS a(i), range(1000000) AS b(i)"), None, source.Token));

        (await session.QueryAsync(Statement("SELECT 1 AS one"), None, CancellationToken.None)).Single()["one"].Should().Be(1);
    }

    private sealed record Staged(int Id);

    private static SqlStatement Statement(string text) => new("statement", "A test's own.", text);

    private static async Task RunAsync(DuckDBConnection connection, string sql)
    {
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }
}
