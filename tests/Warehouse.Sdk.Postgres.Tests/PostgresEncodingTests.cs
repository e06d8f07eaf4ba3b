using System.Globalization;
using System.Numerics;
using Npgsql;
using NpgsqlTypes;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>Our own encoding of binary COPY against the driver's importer and the server's own reading of text: byte for byte the same values.</summary>
public sealed class PostgresEncodingTests(PostgresTestStore store) : IClassFixture<PostgresTestStore>
{
    private const int Rows = 5000;

    [Fact]
    public async Task Every_value_is_stored_as_the_drivers_importer_stores_it()
    {
        Value[] values = [.. Extremes(), .. Random(Rows)];
        var (table, connection) = await OpenAsync<Value>(
            t => t.Column(v => v.Price, ColumnType.Decimal(20, 4)).Column(v => v.Whole, ColumnType.Decimal(28, 0)).Column(v => v.Short, ColumnType.Varchar(12)).Column(v => v.Code, ColumnType.Char(6))
                .Column(v => v.Instant, ColumnType.TimestampTz).Column(v => v.Document, ColumnType.Json));
        await using var _ = connection;

        await AppendAsync(connection, "ours", table, values);
        await ImportAsync(connection, values);

        await ExpectSameAsync(connection, values.Length);
    }

    [Theory]
    [InlineData(38, 0)]
    [InlineData(38, 1)]
    [InlineData(38, 2)]
    [InlineData(38, 3)]
    [InlineData(38, 4)]
    [InlineData(38, 9)]
    [InlineData(38, 37)]
    [InlineData(38, 38)]
    [InlineData(18, 2)]
    [InlineData(15, 15)]
    [InlineData(4, 1)]
    public async Task Numbers_of_every_size_are_stored_as_the_server_reads_them(int precision, int scale)
    {
        var (table, connection) = await OpenAsync<Number>(t => t.Column(n => n.Large, ColumnType.Decimal(precision, scale)).Column(n => n.Small, ColumnType.Decimal(precision, scale)));
        await using var _ = connection;
        Numeric[] numbers = [.. Numbers(precision, scale)];

        await AppendAsync(connection, "ours", table, numbers.Select(number => new Number(number, AsDecimal(number))));
        await using (NpgsqlCommand theirs = new("INSERT INTO theirs SELECT CAST(large AS numeric), CAST(small AS numeric) FROM unnest($1, $2) AS given(large, small)", connection)
        {
            Parameters = { new() { Value = numbers.Select(number => number.ToString()).ToArray() }, new() { Value = numbers.Select(number => AsDecimal(number)?.ToString(CultureInfo.InvariantCulture)).ToArray() } },
        })
        {
            await theirs.ExecuteNonQueryAsync();
        }

        await ExpectSameAsync(connection, numbers.Length);
    }

    private async Task<(ZoneTable<TRow> Table, NpgsqlConnection Connection)> OpenAsync<TRow>(Action<ZoneTableBuilder<TRow>> define)
    {
        ZoneTable<TRow> table = null!;
        DimensionalModel.Create("values", model => table = model.Landing("value", define));
        var connection = new NpgsqlConnection(await store.CreateDatabaseAsync());
        await connection.OpenAsync();
        string columns = string.Join(", ", table.SourceColumns.Select(column => $"{column.Name} {PostgresSql.TypeName(column.Type)}"));
        await using NpgsqlCommand create = new($"CREATE TABLE ours ({columns}); CREATE TABLE theirs ({columns})", connection);
        await create.ExecuteNonQueryAsync();
        return (table, connection);
    }

    private static async Task AppendAsync<TRow>(NpgsqlConnection connection, string name, ZoneTable<TRow> table, IEnumerable<TRow> rows)
    {
        await using var feed = new ObjectFeed<TRow>(rows, table.Rows);
        using var writer = new PostgresStagingWriter<TRow>(feed, rejects: null);
        await using PostgresCopy copy = await PostgresCopy.BeginAsync([connection], new QualifiedName("public", name), writer.Columns, TestContext.Current.CancellationToken);
        await writer.WriteAsync(copy, TestContext.Current.CancellationToken);
    }

    private static async Task ImportAsync(NpgsqlConnection connection, IEnumerable<Value> values)
    {
        await using NpgsqlBinaryImporter importer = await connection.BeginBinaryImportAsync("COPY theirs FROM STDIN (FORMAT binary)");
        foreach (Value value in values)
        {
            await importer.StartRowAsync();
            foreach (var (field, type) in value.Fields())
            {
                if (field is null)
                    await importer.WriteNullAsync();
                else
                    await importer.WriteAsync(field, type);
            }
        }

        await importer.CompleteAsync();
    }

    // As text, so that values which only compare as equal are told apart: -0 and 0, 24 hours and a day.
    private static async Task ExpectSameAsync(NpgsqlConnection connection, int rows)
    {
        await using NpgsqlCommand compare = new(
            """
            SELECT concat_ws(' | ',
                (SELECT count(*) FROM ours),
                (SELECT count(*) FROM theirs),
                (SELECT string_agg(only_ours, ' ') FROM (SELECT CAST(ours AS text) AS only_ours FROM ours EXCEPT ALL SELECT CAST(theirs AS text) FROM theirs LIMIT 3) AS a),
                (SELECT string_agg(only_theirs, ' ') FROM (SELECT CAST(theirs AS text) AS only_theirs FROM theirs EXCEPT ALL SELECT CAST(ours AS text) FROM ours LIMIT 3) AS b))
            """,
            connection);
        (await compare.ExecuteScalarAsync()).Should().Be(FormattableString.Invariant($"{rows} | {rows}"));
    }

    // The driver takes the very first and last days of .NET for minus and plus infinity; that they come back as days, the suites of types show.
    private static IEnumerable<Value> Extremes() =>
    [
        new(),
        new()
        {
            Flag = false, Small = short.MinValue, Middle = int.MinValue, Big = long.MinValue, Price = -9_999_999_999_999_999.9999m, Whole = -9_999_999_999_999_999_999_999_999_999m, Ratio = float.MinValue,
            Level = double.MinValue, Word = "", Short = "", Code = "", Day = DateOnly.MinValue.AddDays(1), Clock = TimeOnly.MinValue, Moment = DateTime.MinValue.AddTicks(10), Instant = DateTime.SpecifyKind(DateTime.MinValue.AddTicks(10), DateTimeKind.Utc),
            Length = TimeSpan.FromDays(-10_000_000), Token = Guid.Empty, Bytes = [], Document = "null",
        },
        new()
        {
            Flag = true, Small = short.MaxValue, Middle = int.MaxValue, Big = long.MaxValue, Price = 9_999_999_999_999_999.9999m, Whole = 9_999_999_999_999_999_999_999_999_999m, Ratio = float.MaxValue,
            Level = double.MaxValue, Word = new string('\uffff', 100), Short = "😀😀😀😀😀😀😀😀😀😀😀😀", Code = "ab cde", Day = DateOnly.MaxValue.AddDays(-1), Clock = new TimeOnly(863_999_999_990),
            Moment = new DateTime(9999, 12, 31, 23, 59, 59).AddTicks(9_999_990), Instant = DateTime.SpecifyKind(new DateTime(9999, 12, 31, 23, 59, 59), DateTimeKind.Utc), Length = TimeSpan.FromDays(10_000_000),
            Token = Guid.AllBitsSet, Bytes = [0, 255, 0], Document = """{"b": [1, 2.50, "x", null, true], "a": {"😀": ""}}""",
        },
        new() { Ratio = float.NaN, Level = double.NaN, Price = 0m, Whole = 0m, Length = TimeSpan.Zero },
        new() { Ratio = float.PositiveInfinity, Level = double.NegativeInfinity, Price = 0.0001m, Whole = 10_000m, Length = TimeSpan.FromTicks(-10) },
        new() { Ratio = -0f, Level = -0d, Price = -0.00m, Whole = 100_000_000m, Length = new TimeSpan(-1, -23, -59, -59, -999, -999) },
        new() { Ratio = float.Epsilon, Level = double.Epsilon, Price = 10_000m, Word = "\r\n\t\"'\\,🧑‍🚀", Code = "ab    ", Document = "\"\"" },
    ];

    private static IEnumerable<Value> Random(int count)
    {
        var random = new Random(20260101);
        bool Sometimes() => random.Next(8) > 0;
        for (int i = 0; i < count; i++)
        {
            yield return new Value
            {
                Flag = Sometimes() ? random.Next(2) == 0 : null,
                Small = Sometimes() ? (short)random.Next(short.MinValue, short.MaxValue) : null,
                Middle = Sometimes() ? random.Next(int.MinValue, int.MaxValue) : null,
                Big = Sometimes() ? random.NextInt64(long.MinValue, long.MaxValue) : null,
                Price = Sometimes() ? random.NextInt64(-1L << random.Next(62), 1L << random.Next(62)) / 10_000m : null,
                Whole = Sometimes() ? new decimal(random.Next(), random.Next(), random.Next(1 << 28), random.Next(2) == 0, 0) : null,
                Ratio = Sometimes() ? BitConverter.Int32BitsToSingle(random.Next(int.MinValue, int.MaxValue)) : null,
                Level = Sometimes() ? BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) : null,
                Word = Sometimes() ? Words(random, 60) : null,
                Short = Sometimes() ? Words(random, 12) : null,
                Code = Sometimes() ? random.Next(999_999).ToString(CultureInfo.InvariantCulture) : null,
                Day = Sometimes() ? DateOnly.FromDayNumber(random.Next(DateOnly.MaxValue.DayNumber)) : null,
                Clock = Sometimes() ? new TimeOnly(random.NextInt64(86_400_000_000) * 10) : null,
                Moment = Sometimes() ? new DateTime(random.NextInt64(DateTime.MaxValue.Ticks / 10) * 10) : null,
                Instant = Sometimes() ? new DateTime(random.NextInt64(DateTime.MaxValue.Ticks / 10) * 10, DateTimeKind.Utc) : null,
                Length = Sometimes() ? new TimeSpan(random.NextInt64(-1L << random.Next(58), 1L << random.Next(58)) * 10) : null,
                Token = Sometimes() ? Guid.NewGuid() : null,
                Bytes = Sometimes() ? Bytes(random) : null,
                Document = Sometimes() ? FormattableString.Invariant($"{{\"n\": {random.NextDouble():R}, \"w\": [{random.Next()}, null]}}") : null,
            };
        }
    }

    private static string Words(Random random, int length)
        => string.Concat(Enumerable.Range(0, random.Next(length + 1)).Select(_ => char.ConvertFromUtf32(random.Next(4) == 0 ? random.Next(0x1F600, 0x1F640) : random.Next(0x20, 0x7F))));

    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[random.Next(40)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static IEnumerable<Numeric> Numbers(int precision, int scale)
    {
        BigInteger limit = BigInteger.Pow(10, precision);
        var random = new Random(precision * 100 + scale);
        yield return new Numeric(0, scale);
        yield return new Numeric((Int128)(limit - 1), scale);
        yield return new Numeric((Int128)(1 - limit), scale);
        for (int digits = 0; digits < precision; digits++)
        {
            yield return new Numeric((Int128)BigInteger.Pow(10, digits), scale);
            yield return new Numeric(-(Int128)BigInteger.Pow(10, digits), scale);
        }

        for (int i = 0; i < 500; i++)
        {
            byte[] bytes = new byte[17];
            random.NextBytes(bytes);
            bytes[16] = 0;
            BigInteger magnitude = new BigInteger(bytes) % BigInteger.Pow(10, random.Next(1, precision + 1));
            yield return new Numeric((Int128)(random.Next(2) == 0 ? magnitude : -magnitude), scale);
        }

        yield return Numeric.NaN;
    }

    // The path of plain decimals, for those that fit.
    private static decimal? AsDecimal(Numeric number)
        => !number.IsNaN && number.Scale <= 28 && Int128.Abs(number.Unscaled) < (Int128)decimal.MaxValue ? decimal.Parse(number.ToString(), CultureInfo.InvariantCulture) : null;

    private sealed record Number(Numeric Large, decimal? Small);

    private sealed record Value
    {
        public bool? Flag { get; init; }

        public short? Small { get; init; }

        public int? Middle { get; init; }

        public long? Big { get; init; }

        public decimal? Price { get; init; }

        public decimal? Whole { get; init; }

        public float? Ratio { get; init; }

        public double? Level { get; init; }

        public string? Word { get; init; }

        public string? Short { get; init; }

        public string? Code { get; init; }

        public DateOnly? Day { get; init; }

        public TimeOnly? Clock { get; init; }

        public DateTime? Moment { get; init; }

        public DateTime? Instant { get; init; }

        public TimeSpan? Length { get; init; }

        public Guid? Token { get; init; }

        public byte[]? Bytes { get; init; }

        public string? Document { get; init; }

        public (object? Field, NpgsqlDbType Type)[] Fields() =>
        [
            (Flag, NpgsqlDbType.Boolean), (Small, NpgsqlDbType.Smallint), (Middle, NpgsqlDbType.Integer), (Big, NpgsqlDbType.Bigint), (Price, NpgsqlDbType.Numeric), (Whole, NpgsqlDbType.Numeric),
            (Ratio, NpgsqlDbType.Real), (Level, NpgsqlDbType.Double), (Word, NpgsqlDbType.Text), (Short, NpgsqlDbType.Varchar), (Code, NpgsqlDbType.Char), (Day, NpgsqlDbType.Date), (Clock, NpgsqlDbType.Time),
            (Moment, NpgsqlDbType.Timestamp), (Instant, NpgsqlDbType.TimestampTz), (Length, NpgsqlDbType.Interval), (Token, NpgsqlDbType.Uuid), (Bytes, NpgsqlDbType.Bytea), (Document, NpgsqlDbType.Jsonb),
        ];
    }
}
