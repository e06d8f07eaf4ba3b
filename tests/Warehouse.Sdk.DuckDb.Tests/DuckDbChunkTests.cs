using DuckDB.NET.Data;
using DuckDB.NET.Native;
using NativeAppender = DuckDB.NET.Native.DuckDBAppender;

namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>
/// What the SDK relies on when it points the engine at its own memory: that the engine has copied everything when it returns. When one of these
/// fails after an upgrade, the engine has changed.
/// </summary>
public sealed class DuckDbChunkTests(DuckDbTestStore store) : IClassFixture<DuckDbTestStore>
{
    private const int Rows = (DuckDbChunk.Capacity * 110) + 17;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Texts_are_copied_before_the_call_returns(bool isTemporary)
    {
        await using DuckDBConnection connection = await OpenAsync();
        Run(connection, $"CREATE {(isTemporary ? "TEMP " : string.Empty)}TABLE t (id BIGINT, text VARCHAR, bytes BLOB)");
        await using (DuckDBTransaction transaction = connection.BeginTransaction())
        {
            Append(connection, isTemporary ? "temp" : null, 3, (chunk, id) =>
            {
                chunk.WriteBigInt(0, id);
                chunk.WriteText(1, Text(id), 0);
                chunk.WriteBytes(2, System.Text.Encoding.UTF8.GetBytes(Text(id)));
            });
            transaction.Commit();
        }

        Scalar(connection, $"SELECT count(*) FROM t WHERE text = repeat('x', id % 40) || id AND decode(bytes) = text").Should().Be((long)Rows);
    }

    [Fact]
    public async Task Nulls_of_one_chunk_are_not_those_of_the_next()
    {
        await using DuckDBConnection connection = await OpenAsync();
        Run(connection, "CREATE TABLE t (id BIGINT, word VARCHAR)");

        Append(connection, null, 2, (chunk, id) =>
        {
            chunk.WriteBigInt(0, id);
            if (id / DuckDbChunk.Capacity % 2 == 0 && id % 3 == 0)
                chunk.WriteNull(1);
            else
                chunk.WriteText(1, "word", 0);
        });

        Scalar(connection, $"SELECT count(*) FROM t WHERE (word IS NULL) = (id // {DuckDbChunk.Capacity} % 2 = 0 AND id % 3 = 0)").Should().Be((long)Rows);
    }

    [Fact]
    public async Task A_row_that_fails_half_way_leaves_nothing_to_the_next()
    {
        await using DuckDBConnection connection = await OpenAsync();
        Run(connection, "CREATE TABLE t (word VARCHAR, text VARCHAR)");
        using (NativeAppender appender = Appender(connection, null))
        using (var chunk = new DuckDbChunk(appender, 2))
        {
            chunk.WriteNull(0);
            chunk.Invoking(c => c.WriteText(1, "a\ud83d and so on", 0)).Should().Throw<FormatException>();
            chunk.DropRow();
            chunk.WriteText(0, "whole", 0);
            chunk.WriteText(1, string.Empty, 0);
            chunk.EndRow();
            Give(appender, chunk);
        }

        Scalar(connection, "SELECT string_agg(word || '/' || text) FROM t").Should().Be("whole/");
    }

    [Fact]
    public async Task Short_texts_equal_those_the_engine_made_itself()
    {
        await using DuckDBConnection connection = await OpenAsync();
        Run(connection, "CREATE TABLE t (id BIGINT, text VARCHAR, bytes BLOB)");
        Append(connection, null, 3, (chunk, id) =>
        {
            chunk.WriteBigInt(0, id);
            // Over what a longer text left in the same place.
            chunk.WriteText(1, "longer than twelve bytes", 0);
            chunk.WriteText(1, new string('é', (int)(id % 13)), 0);
            chunk.WriteBytes(2, new byte[id % 14]);
        });

        Scalar(connection, "SELECT count(*) FROM t JOIN range(13) AS r(n) ON t.text = repeat('é', n)").Should().Be((long)Rows);
        Scalar(connection, "SELECT count(DISTINCT text) FROM t").Should().Be(13L);
        Scalar(connection, "SELECT count(DISTINCT bytes) FROM t").Should().Be(14L);
    }

    [Fact]
    public async Task A_text_of_many_megabytes_is_kept_among_short_ones()
    {
        await using DuckDBConnection connection = await OpenAsync();
        Run(connection, "CREATE TABLE t (text VARCHAR)");
        string huge = string.Concat(Enumerable.Repeat("0123456789é😀", 1_500_000));
        using (NativeAppender appender = Appender(connection, null))
        using (var chunk = new DuckDbChunk(appender, 1))
        {
            foreach (string text in (string[])["a text of more than twelve bytes", huge, "another text of more than twelve bytes", huge[..200_000], "short"])
            {
                chunk.WriteText(0, text, 0);
                chunk.EndRow();
            }

            Give(appender, chunk);
            chunk.Reset();
            chunk.WriteText(0, "the next chunk is written over the last", 0);
            chunk.EndRow();
            Give(appender, chunk);
        }

        Scalar(connection, "SELECT count(*) FROM t WHERE text = repeat('0123456789é😀', 1500000)").Should().Be(1L);
        Scalar(connection, "SELECT string_agg(text, '|' ORDER BY text) FROM t WHERE length(text) < 100").Should()
            .Be("a text of more than twelve bytes|another text of more than twelve bytes|short|the next chunk is written over the last");
    }

    [Fact]
    public async Task Rows_of_an_appender_are_gone_with_the_transaction_it_was_used_in()
    {
        await using DuckDBConnection connection = await OpenAsync();
        Run(connection, "CREATE TABLE t (id BIGINT)");
        await using (DuckDBTransaction transaction = connection.BeginTransaction())
        {
            Append(connection, null, 1, (chunk, id) => chunk.WriteBigInt(0, id));
            transaction.Rollback();
        }

        Scalar(connection, "SELECT count(*) FROM t").Should().Be(0L);
    }

    private static string Text(long id) => FormattableString.Invariant($"{new string('x', (int)(id % 40))}{id}");

    private static void Append(DuckDBConnection connection, string? catalog, int columns, Action<DuckDbChunk, long> write)
    {
        using NativeAppender appender = Appender(connection, catalog);
        using var chunk = new DuckDbChunk(appender, columns);
        for (long id = 0; id < Rows; id++)
        {
            write(chunk, id);
            chunk.EndRow();
            if (!chunk.IsFull && id < Rows - 1)
                continue;
            Give(appender, chunk);
            chunk.Reset();
        }
    }

    private static void Give(NativeAppender appender, DuckDbChunk chunk)
    {
        chunk.Seal();
        NativeMethods.Appender.DuckDBAppendDataChunk(appender, chunk.Native).Should().Be(DuckDBState.Success);
    }

    private static NativeAppender Appender(DuckDBConnection connection, string? catalog)
    {
        NativeMethods.Appender.DuckDBAppenderCreateExt(connection.NativeConnection, catalog!, "main", "t", out NativeAppender appender).Should().Be(DuckDBState.Success);
        return appender;
    }

    private async Task<DuckDBConnection> OpenAsync()
    {
        var connection = new DuckDBConnection($"Data Source={await store.CreateDatabaseAsync()}");
        await connection.OpenAsync();
        return connection;
    }

    private static void Run(DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static object? Scalar(DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
