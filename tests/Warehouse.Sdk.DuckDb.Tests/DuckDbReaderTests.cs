using System.Numerics;
using DuckDB.NET.Data;
using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>Rows of another DuckDB, read by its driver: every type it has for the SDK's columns.</summary>
public sealed class DuckDbReaderTests(DuckDbTestStore store) : IClassFixture<DuckDbTestStore>
{
    [Fact]
    public async Task Every_type_of_the_driver_comes_over_as_it_was()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        const string Values = """
            i AS id,
            CASE WHEN i % 7 > 0 THEN CAST(i - 2500 AS DECIMAL(38,10)) * 1.5 END AS amount,
            CASE WHEN i % 7 > 1 THEN CAST(i AS HUGEINT) * 1000000000000000000000 * (1 - 2 * (i % 2)) END AS tally,
            CASE WHEN i % 7 > 2 THEN to_microseconds(CAST(i - 2500 AS BIGINT) * 98765432109) END AS span,
            CASE WHEN i % 7 > 3 THEN TIMESTAMPTZ '2024-01-01 00:00:00+00' + to_microseconds(CAST(i AS BIGINT) * 12345678901) END AS instant,
            CASE WHEN i % 7 > 4 THEN json_object('i', i, 'text', 'é') END AS document,
            CASE WHEN i % 7 <> 5 THEN CAST(md5(CAST(i AS VARCHAR)) AS UUID) END AS token,
            CASE WHEN i % 7 <> 4 THEN encode(repeat('x', CAST(i % 30 AS INTEGER))) END AS bytes,
            CASE WHEN i % 7 <> 3 THEN TIME '00:00:00' + to_microseconds(CAST(i AS BIGINT) * 17280001) END AS clock,
            CASE WHEN i % 7 <> 2 THEN repeat('é', CAST(i % 20 AS INTEGER)) END AS word
            """;
        const string Query = $"SELECT {Values} FROM range(5000) AS r(i)";
        await using var other = new DuckDBConnection("Data Source=:memory:");
        await other.OpenAsync();
        await using DuckDBCommand command = other.CreateCommand();
        command.CommandText = Query;
        await using DuckDBDataReader reader = command.ExecuteReader();

        LoadReport report = await warehouse.LoadAsync(table, Source.Reader(reader));

        report.Counts.Should().Be(new LoadCounts { Read = 5000, Inserted = 5000 });
        const string Names = "id, amount, tally, span, instant, CAST(document AS VARCHAR) AS document, token, bytes, clock, word";
        (await warehouse.QueryAsync<long>($"SELECT count(*) FROM (SELECT {Names} FROM landing.kind EXCEPT ALL SELECT {Names} FROM ({Query}))")).Should().Equal(0);
        (await warehouse.QueryAsync<long>($"SELECT count(*) FROM (SELECT {Names} FROM ({Query}) EXCEPT ALL SELECT {Names} FROM landing.kind)")).Should().Equal(0);
    }

    [Fact]
    public async Task Values_that_the_driver_cannot_give_are_rejected_with_the_rest_of_their_row()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        await using var other = new DuckDBConnection("Data Source=:memory:");
        await other.OpenAsync();
        await using DuckDBCommand command = other.CreateCommand();
        command.CommandText = """
            SELECT i AS id, CASE i WHEN 2 THEN CAST('123456789012345678901234567890.5' AS DECIMAL(38,5)) END AS amount, CAST(NULL AS HUGEINT) AS tally,
                   CASE i WHEN 1 THEN INTERVAL '1 month' ELSE INTERVAL '-1 day' END AS span, CAST(NULL AS TIMESTAMPTZ) AS instant, CAST(NULL AS VARCHAR) AS document,
                   CAST(NULL AS UUID) AS token, CAST(NULL AS BLOB) AS bytes, CAST(NULL AS TIME) AS clock, 'word' AS word
            FROM range(4) AS r(i)
            """;
        await using DuckDBDataReader reader = command.ExecuteReader();

        LoadReport report = await warehouse.LoadAsync(table, Source.Reader(reader), new LoadOptions { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 2, Rejected = 2 });
        await warehouse.ExpectAsync("SELECT line, column_name FROM warehouse.reject ORDER BY line", "line | column_name\n2 | span\n3 | amount");
        (await warehouse.QueryAsync<string>("SELECT raw_row FROM warehouse.reject ORDER BY line")).Should()
            .OnlyContain(row => row.Contains("\"word\":\"word\"", StringComparison.Ordinal) && row.Contains("(cannot be read)", StringComparison.Ordinal));
    }

    private async Task<(IWarehouse Warehouse, ZoneTable<Kinds> Table)> OpenAsync()
    {
        ZoneTable<Kinds> table = null!;
        var model = DimensionalModel.Create("kinds", builder => table = builder.Landing<Kinds>("kind", t => t
            .Column(row => row.Amount, ColumnType.Decimal(38, 10)).Column(row => row.Instant, ColumnType.TimestampTz).Column(row => row.Document, ColumnType.Json)));
        return (await store.OpenAsync(model), table);
    }

    private sealed record Kinds(long Id, Numeric? Amount, BigInteger? Tally, TimeSpan? Span, DateTime? Instant, string? Document, Guid? Token, byte[]? Bytes, TimeOnly? Clock, string? Word);
}
