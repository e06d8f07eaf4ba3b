using System.Globalization;
using System.Text;

namespace Warehouse.Sdk.Conformance;

/// <summary>What goes in comes out: every kind of column, its extremes and NULL, by typed rows and by files.</summary>
public abstract class TypeRoundTripTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    // More than two chunks of 2,048 rows, and not a whole number of them.
    private const int Rows = 5000;

    private const string All = "SELECT id, flag, small, whole, big, price, ratio, level, word, day, clock, moment, token, bytes FROM landing.everything ORDER BY id";

    [Fact]
    public async Task Typed_rows_of_every_kind_come_back_as_they_were()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        Everything[] rows = [.. Extremes(), .. Random(Rows)];

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
        Everything[] rows = [.. Extremes(), .. Random(Rows)];
        var csv = new StringBuilder("id,flag,small,whole,big,price,ratio,level,word,day,clock,moment,token,bytes\n");
        foreach (Everything row in rows)
            csv.AppendJoin(',', row.Fields().Select((field, index) => field is null ? string.Empty : index == 8 || field.Length == 0 ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field)).Append('\n');

        LoadReport report = await warehouse.LoadAsync(table, Source.Csv(folder.Write("everything.csv", csv.ToString())));

        report.Counts.Should().Be(new LoadCounts { Read = rows.Length, Inserted = rows.Length });
        await ExpectAsync(warehouse, rows);
    }

    [Fact]
    public async Task Rows_of_a_query_come_back_as_they_were()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        Everything[] rows = [.. Extremes()];
        await warehouse.LoadAsync(table, rows);

        await warehouse.LoadAsync(warehouse.Model.Tables.OfType<ZoneTable<Everything>>().Single(other => other != table), Source.Landed(table));

        (await warehouse.QueryAsync<Everything>(All.Replace("landing", "enterprise", StringComparison.Ordinal))).Select(row => row.ToString()).Should().Equal(rows.Select(row => row.ToString()));
    }

    [Fact]
    public async Task Identifiers_are_ordered_by_their_bytes()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        Guid[] tokens = [.. Random(200).Select(row => row.Token).OfType<Guid>(), Guid.Empty, Guid.AllBitsSet];
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
            table = builder.Landing<Everything>("everything", t => t.Column(row => row.Price, ColumnType.Decimal(18, 4)));
            builder.Enterprise<Everything>("everything", t => t.Key(row => row.Id).Column(row => row.Price, ColumnType.Decimal(18, 4)));
        });
        return (await store.OpenAsync(model), table);
    }

    private static async Task ExpectAsync(IWarehouse warehouse, Everything[] rows)
        => (await warehouse.QueryAsync<Everything>(All)).Select(row => row.ToString()).Should().Equal(rows.Select(row => row.ToString()));

    private static IEnumerable<Everything> Extremes() =>
    [
        new() { Id = -3 },
        new()
        {
            Id = -2,
            Flag = false,
            Small = short.MinValue,
            Whole = int.MinValue,
            Big = long.MinValue,
            Price = -99_999_999_999_999.9999m,
            Ratio = float.MinValue,
            Level = double.MinValue,
            Word = string.Empty,
            Day = DateOnly.MinValue,
            Clock = TimeOnly.MinValue,
            Moment = DateTime.MinValue,
            Token = Guid.Empty,
            Bytes = [],
        },
        new()
        {
            Id = -1,
            Flag = true,
            Small = short.MaxValue,
            Whole = int.MaxValue,
            Big = long.MaxValue,
            Price = 99_999_999_999_999.9999m,
            Ratio = float.MaxValue,
            Level = double.MaxValue,
            Word = new string('\uffff', 40),
            Day = DateOnly.MaxValue,
            Clock = new TimeOnly(863_999_999_990),
            Moment = new DateTime(9999, 12, 31, 23, 59, 59).AddTicks(9_999_990),
            Token = Guid.AllBitsSet,
            Bytes = [0, 255, 0],
        },
        new() { Id = 0, Ratio = float.NaN, Level = double.NaN, Word = "twelve bytes" },
        new() { Id = 1, Ratio = float.PositiveInfinity, Level = double.NegativeInfinity, Word = "thirteen byte" },
        new() { Id = 2, Ratio = float.Epsilon, Level = double.Epsilon, Word = "😀🧑‍🚀\r\n\t\"'\\," },
    ];

    private static IEnumerable<Everything> Random(int count)
    {
        var random = new Random(20240101);
        bool Sometimes() => random.Next(8) > 0;
        for (int id = 10; id < 10 + count; id++)
        {
            yield return new Everything
            {
                Id = id,
                Flag = Sometimes() ? random.Next(2) == 0 : null,
                Small = Sometimes() ? (short)random.Next(short.MinValue, short.MaxValue) : null,
                Whole = Sometimes() ? random.Next(int.MinValue, int.MaxValue) : null,
                Big = Sometimes() ? random.NextInt64(long.MinValue, long.MaxValue) : null,
                Price = Sometimes() ? random.NextInt64(-999_999_999_999_999, 999_999_999_999_999) / 10_000m : null,
                Ratio = Sometimes() ? (float)random.NextDouble() * 1000 : null,
                Level = Sometimes() ? random.NextDouble() * 1e10 : null,
                Word = Sometimes() ? Words(random) : null,
                Day = Sometimes() ? DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber)) : null,
                Clock = Sometimes() ? new TimeOnly(random.NextInt64(86_400_000_000) * 10) : null,
                Moment = Sometimes() ? new DateTime(random.NextInt64(DateTime.MaxValue.Ticks / 10) * 10) : null,
                Token = Sometimes() ? new Guid(Bytes(random, 16)) : null,
                Bytes = Sometimes() ? Bytes(random, random.Next(20)) : null,
            };
        }
    }

    private static string Words(Random random)
        => string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => char.ConvertFromUtf32(random.Next(4) == 0 ? random.Next(0x1F600, 0x1F640) : random.Next(0x20, 0x7F))));

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private sealed record Moments(DateTime Utc, DateTimeOffset WithOffset);

    private sealed class Everything
    {
        public long Id { get; init; }

        public bool? Flag { get; init; }

        public short? Small { get; init; }

        public int? Whole { get; init; }

        public long? Big { get; init; }

        public decimal? Price { get; init; }

        public float? Ratio { get; init; }

        public double? Level { get; init; }

        public string? Word { get; init; }

        public DateOnly? Day { get; init; }

        public TimeOnly? Clock { get; init; }

        public DateTime? Moment { get; init; }

        public Guid? Token { get; init; }

        public byte[]? Bytes { get; init; }

        public string?[] Fields()
        {
            CultureInfo invariant = CultureInfo.InvariantCulture;
            return
            [
                Id.ToString(invariant), Flag?.ToString(invariant), Small?.ToString(invariant), Whole?.ToString(invariant), Big?.ToString(invariant), Price?.ToString("0.0000", invariant),
                Ratio?.ToString("R", invariant), Level?.ToString("R", invariant), Word, Day?.ToString("yyyy-MM-dd", invariant), Clock?.ToString("HH:mm:ss.ffffff", invariant),
                Moment?.ToString("yyyy-MM-dd HH:mm:ss.ffffff", invariant), Token?.ToString(), Bytes is null ? null : Convert.ToHexString(Bytes),
            ];
        }

        public override string ToString() => string.Join('|', Fields().Select(field => field ?? "NULL"));
    }
}
