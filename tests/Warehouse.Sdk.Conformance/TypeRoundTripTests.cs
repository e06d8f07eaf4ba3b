using System.Data;

namespace Warehouse.Sdk.Conformance;

/// <summary>What goes in comes out: every kind of column, its extremes and NULL, by typed rows and by files.</summary>
public abstract class TypeRoundTripTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    // More than two chunks of 2,048 rows, and not a whole number of them.
    private const int Rows = 5000;

    // Engines fill up a char(n) or do not, and write JSON and wide numbers each in a type of its own; as text all of them are the same.
    private const string Mapped = """
        SELECT id, flag, small, whole, big, price, ratio, level, word, CAST(letters AS varchar(5)) AS letters, day, clock, moment, instant, span,
               CAST(document AS varchar(1000)) AS document, token, bytes
        FROM landing.everything
        ORDER BY id
        """;

    private const string Wide = """
        SELECT id, CAST(huge AS varchar(100)) AS huge, CAST(tally AS varchar(100)) AS tally, CAST(digits AS varchar(100)) AS digits
        FROM landing.everything
        ORDER BY id
        """;

    [Fact]
    public async Task Typed_rows_of_every_kind_come_back_as_they_were()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        Everything[] rows = [.. EverythingRows.Extremes, .. EverythingRows.Random(Rows)];

        LoadReport report = await warehouse.LoadAsync(table, rows);

        report.Counts.Should().Be(new LoadCounts { Read = rows.Length, Inserted = rows.Length });
        await ExpectAsync(warehouse, rows);
    }

    [Fact]
    public async Task Files_of_every_kind_come_back_as_they_were()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        using var folder = new ScratchFolder();
        Everything[] rows = [.. EverythingRows.Extremes, .. EverythingRows.Random(Rows)];
        string csv = string.Join('\n', rows.Select(row => row.ToCsv()).Prepend(Everything.CsvHeader));

        LoadReport report = await warehouse.LoadAsync(table, Source.Csv(folder.Write("everything.csv", csv)));

        report.Counts.Should().Be(new LoadCounts { Read = rows.Length, Inserted = rows.Length });
        await ExpectAsync(warehouse, rows);
    }

    [Fact]
    public async Task Data_readers_of_every_kind_come_back_as_they_were()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        Everything[] rows = [.. EverythingRows.Extremes, .. EverythingRows.Random(Rows)];
        using DataTable data = Everything.ToTable(rows);
        await using DataTableReader reader = data.CreateDataReader();

        LoadReport report = await warehouse.LoadAsync(table, Source.Reader(reader));

        report.Counts.Should().Be(new LoadCounts { Read = rows.Length, Inserted = rows.Length });
        await ExpectAsync(warehouse, rows);
    }

    [Fact]
    public async Task Instants_are_read_as_offsets_too_and_mean_the_same_moment()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        var moment = new DateTime(2024, 3, 31, 1, 30, 0, DateTimeKind.Utc);
        await warehouse.LoadAsync(table, [new Everything { Id = 1, Instant = moment.ToLocalTime(), Moment = moment }]);

        (await warehouse.QueryAsync<DateTimeOffset>("SELECT instant FROM landing.everything")).Should().Equal(new DateTimeOffset(moment));
        (await warehouse.QueryAsync<DateTime>("SELECT instant FROM landing.everything WHERE instant = TIMESTAMP WITH TIME ZONE '2024-03-31 03:30:00+02'")).Should().Equal(moment);
        (await warehouse.QueryAsync<TimeSpan>("SELECT instant - (instant - INTERVAL '90 minutes') FROM landing.everything")).Should().Equal(TimeSpan.FromMinutes(90));
    }

    [Fact]
    public async Task Rows_of_a_query_come_back_as_they_were()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        Everything[] rows = [.. EverythingRows.Extremes];
        await warehouse.LoadAsync(table, rows);

        await warehouse.LoadAsync(warehouse.Model.Tables.OfType<ZoneTable<Everything>>().Single(other => other != table), Source.Landed(table));

        await ExpectAsync(warehouse, rows, "enterprise");
    }

    [Fact]
    public async Task Identifiers_are_ordered_by_their_bytes()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        Guid[] tokens = [.. EverythingRows.Random(200).Select(row => row.Token).OfType<Guid>(), Guid.Empty, Guid.AllBitsSet];
        await warehouse.LoadAsync(table, tokens.Select((token, index) => new Everything { Id = index, Token = token }));

        (await warehouse.QueryAsync<Guid>("SELECT token FROM landing.everything ORDER BY token")).Select(token => token.ToString())
            .Should().Equal(tokens.Select(token => token.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Finer_fractions_than_microseconds_are_cut_off_and_local_times_become_utc()
    {
        ZoneTable<Moments> table = null!;
        var model = DimensionalModel.Create("moments", builder => table = builder.Landing<Moments>("moments"));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        var moment = new DateTime(2024, 3, 31, 1, 30, 0, DateTimeKind.Utc);

        await warehouse.LoadAsync(table, [new(moment.AddTicks(9), new DateTimeOffset(moment.AddHours(2).Ticks, TimeSpan.FromHours(2))), new(moment.ToLocalTime(), DateTimeOffset.MaxValue)]);

        await warehouse.ExpectAsync("SELECT utc, with_offset FROM landing.moments ORDER BY source_line", """
            utc                 | with_offset
            2024-03-31 01:30:00 | 2024-03-31 01:30:00
            2024-03-31 01:30:00 | 9999-12-31 23:59:59.999999
            """);
    }

    private async Task<(IWarehouse Warehouse, ZoneTable<Everything> Table)> OpenAsync()
    {
        ZoneTable<Everything> table = null!;
        var model = DimensionalModel.Create("everything", builder =>
        {
            table = builder.Landing<Everything>("everything", Types);
            builder.Enterprise<Everything>("everything", t => Types(t.Key(row => row.Id)));
        });
        return (await store.OpenAsync(model), table);
    }

    private static void Types(ZoneTableBuilder<Everything> table) => table
        .Column(row => row.Price, ColumnType.Decimal(18, 4))
        .Column(row => row.Huge, ColumnType.Decimal(38, 10))
        .Column(row => row.Letters, ColumnType.Char(5))
        .Column(row => row.Instant, ColumnType.TimestampTz)
        .Column(row => row.Document, ColumnType.Json);

    private async Task ExpectAsync(IWarehouse warehouse, Everything[] rows, string schema = "landing")
    {
        string Text(Everything row) => store.KeepsJsonAsWritten || row.Document is null ? row.ToString() : row.ToString().Replace(row.Document, JsonText.Canonical(row.Document), StringComparison.Ordinal);

        (await warehouse.QueryAsync<Everything>(Mapped.Replace("landing", schema, StringComparison.Ordinal))).Select(Text).Should().Equal(rows.Select(Text));
        (await warehouse.QueryAsync<WideNumbers>(Wide.Replace("landing", schema, StringComparison.Ordinal))).Should().Equal(rows.Select(row => row.WideNumbers));
    }

    private sealed record Moments(DateTime Utc, DateTimeOffset WithOffset);
}
