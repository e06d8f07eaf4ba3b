using DuckDB.NET.Data;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>Chunks that the engine takes while others are filled: all of them, in their order, and an end of it whenever either side fails.</summary>
public sealed class DuckDbAppendTests(DuckDbTestStore store) : IClassFixture<DuckDbTestStore>
{
    // More than the chunks there are, so that each is filled again and again.
    private const int Many = (DuckDbChunk.Capacity * DuckDbAppend.MostChunks * 4) + 17;

    // The engine looks at what it has taken for the first time after a hundred chunks.
    private const int UntilLookedAt = DuckDbChunk.Capacity * 150;

    private static readonly ZoneTable<Word> Table = Landing();
    private static readonly QualifiedName Words = new("main", "words");

    private static readonly string Rows = $"""
        SELECT id,
               CASE WHEN id % 3 = 0 AND id // {DuckDbChunk.Capacity} % 2 = 0 THEN NULL ELSE repeat('x', id % 40) || id END AS word
        FROM range(1, {Many + 1}) AS row(id)
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(DuckDbChunk.Capacity - 1)]
    [InlineData(DuckDbChunk.Capacity)]
    [InlineData(DuckDbChunk.Capacity + 1)]
    [InlineData(DuckDbChunk.Capacity * DuckDbAppend.MostChunks)]
    [InlineData(Many)]
    public async Task Rows_arrive_exactly_and_in_their_order(int rows)
    {
        await using DuckDBConnection connection = await OpenAsync("CREATE TABLE words (id BIGINT, word VARCHAR)");

        (await WriteAsync(connection, Enumerable.Range(1, rows).Select(Make))).Should().Be(rows);

        Scalar(connection, "SELECT count(*) FROM words").Should().Be((long)rows);
        Scalar(connection, $"SELECT count(*) FROM (FROM words EXCEPT ({Rows} WHERE id <= {rows}))").Should().Be(0L);
        Scalar(connection, "SELECT count(*) FROM words WHERE id <> rowid + 1").Should().Be(0L);
    }

    [Fact]
    public async Task Rows_that_come_slowly_arrive_exactly()
    {
        await using DuckDBConnection connection = await OpenAsync("CREATE TABLE words (id BIGINT, word VARCHAR)");
        static async IAsyncEnumerable<Word> Slow()
        {
            foreach (int id in Enumerable.Range(1, Many))
            {
                if (id % DuckDbChunk.Capacity == 0)
                    await Task.Delay(TimeSpan.FromMilliseconds(id % 3));
                yield return Make(id);
            }
        }

        await using var feed = new ObjectFeed<Word>(Slow(), Table.Rows, CancellationToken.None);
        await using (var writer = new DuckDbStagingWriter<Word>(connection, Words, feed, rejects: null))
            (await writer.WriteAsync(CancellationToken.None)).Should().Be(Many);

        Scalar(connection, "SELECT count(*) FROM words").Should().Be((long)Many);
        Scalar(connection, $"SELECT count(*) FROM (FROM words EXCEPT ALL ({Rows}))").Should().Be(0L);
        Scalar(connection, "SELECT count(*) FROM words WHERE id <> rowid + 1").Should().Be(0L);
    }

    [Fact]
    public async Task An_engine_that_takes_no_more_ends_the_writing_and_says_where()
    {
        await using DuckDBConnection connection = await OpenAsync("CREATE TABLE words (id BIGINT, word VARCHAR NOT NULL)");
        int read = 0;
        IEnumerable<Word> Endless()
        {
            while (true)
                yield return new Word(read++, read == 3 ? null : "word");
        }

        await using (DuckDBTransaction transaction = connection.BeginTransaction())
        {
            var failure = await Assert.ThrowsAsync<WarehouseLoadException>(() => WriteAsync(connection, Endless()));

            failure.Message.Should().Contain("NOT NULL constraint failed: words.word");
            failure.Line.Should().BeInRange(DuckDbChunk.Capacity, UntilLookedAt);
            read.Should().BeInRange((int)failure.Line!, (int)failure.Line + (DuckDbChunk.Capacity * DuckDbAppend.MostChunks));
            transaction.Rollback();
        }

        Scalar(connection, "SELECT count(*) FROM words").Should().Be(0L);
    }

    [Fact]
    public async Task An_engine_that_does_not_take_the_last_rows_says_so()
    {
        await using DuckDBConnection connection = await OpenAsync("CREATE TABLE words (id BIGINT, word VARCHAR NOT NULL)");

        await using (DuckDBTransaction transaction = connection.BeginTransaction())
        {
            var failure = await Assert.ThrowsAsync<WarehouseLoadException>(() => WriteAsync(connection, Enumerable.Range(1, Many).Select(id => new Word(id, id == Many ? null : "word"))));

            failure.Line.Should().Be(Many);
            transaction.Rollback();
        }

        Scalar(connection, "SELECT count(*) FROM words").Should().Be(0L);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(DuckDbChunk.Capacity * 5)]
    [InlineData(UntilLookedAt)]
    public async Task A_source_that_fails_ends_it_with_its_own_error(int rows)
    {
        await using DuckDBConnection connection = await OpenAsync("CREATE TABLE words (id BIGINT, word VARCHAR)");
        IEnumerable<Word> Broken()
        {
            foreach (int id in Enumerable.Range(1, rows))
                yield return Make(id);
            throw new InvalidOperationException("the source broke");
        }

        await using (DuckDBTransaction transaction = connection.BeginTransaction())
        {
            (await Assert.ThrowsAsync<InvalidOperationException>(() => WriteAsync(connection, Broken()))).Message.Should().Be("the source broke");
            transaction.Rollback();
        }

        Scalar(connection, "SELECT count(*) FROM words").Should().Be(0L);
    }

    [Fact]
    public async Task A_value_that_fails_on_the_way_is_not_hidden_by_the_chunks_before_it()
    {
        await using DuckDBConnection connection = await OpenAsync("CREATE TABLE words (id BIGINT, word VARCHAR)");

        await using (DuckDBTransaction transaction = connection.BeginTransaction())
        {
            (await Assert.ThrowsAsync<FormatException>(() => WriteAsync(connection, Enumerable.Range(1, Many).Select(id => new Word(id, id == Many - 100 ? "\ud800" : "word"))))).Message.Should().Contain("surrogate");
            transaction.Rollback();
        }

        Scalar(connection, "SELECT count(*) FROM words").Should().Be(0L);
    }

    [Fact]
    public async Task Cancellation_ends_it_in_the_middle()
    {
        await using DuckDBConnection connection = await OpenAsync("CREATE TABLE words (id BIGINT, word VARCHAR)");
        using var source = new CancellationTokenSource();
        IEnumerable<Word> Endless()
        {
            for (int id = 1; ; id++)
            {
                if (id == UntilLookedAt)
                    source.Cancel();
                yield return Make(id);
            }
        }

        await using (DuckDBTransaction transaction = connection.BeginTransaction())
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => WriteAsync(connection, Endless(), source.Token));
            transaction.Rollback();
        }

        Scalar(connection, "SELECT count(*) FROM words").Should().Be(0L);
    }

    private static ZoneTable<Word> Landing()
    {
        ZoneTable<Word> table = null!;
        DimensionalModel.Create("words", model => table = model.Landing<Word>("words"));
        return table;
    }

    private static Word Make(int id)
        => new(id, id % 3 == 0 && id / DuckDbChunk.Capacity % 2 == 0 ? null : FormattableString.Invariant($"{new string('x', id % 40)}{id}"));

    private static async Task<long> WriteAsync(DuckDBConnection connection, IEnumerable<Word> rows, CancellationToken cancellationToken = default)
    {
        await using var feed = new ObjectFeed<Word>(rows, Table.Rows);
        await using var writer = new DuckDbStagingWriter<Word>(connection, Words, feed, rejects: null);
        return await writer.WriteAsync(cancellationToken);
    }

    private async Task<DuckDBConnection> OpenAsync(string create)
    {
        var connection = new DuckDBConnection($"Data Source={await store.CreateDatabaseAsync()}");
        await connection.OpenAsync();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = create;
        command.ExecuteNonQuery();
        return connection;
    }

    private static object? Scalar(DuckDBConnection connection, string sql)
    {
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private sealed record Word(long Id, string? Text);
}
