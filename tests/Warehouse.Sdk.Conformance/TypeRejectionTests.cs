using System.Numerics;

namespace Warehouse.Sdk.Conformance;

/// <summary>What no column of its type can hold is kept aside with line, column and a reason that does not tell the value.</summary>
public abstract class TypeRejectionTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    [Fact]
    public async Task Json_that_is_none_is_rejected()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        string[] bad = ["secret", "{\"secret\": }", "{\"secret\": 1} 2", "", "[1,]", "\"secret\\u0000\"", "{\"secret\\u0000\": 1}", "\"\\ud800\"", "'secret'", "// secret\n1", "NaN"];

        LoadReport report = await warehouse.LoadAsync(table, [.. bad.Select((json, index) => new Kinds { Id = index, Document = json }), new Kinds { Id = 100, Document = " { } " }], Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = bad.Length + 1, Inserted = 1, Rejected = bad.Length });
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            1    | document    | expected a JSON value
            2    | document    | expected a JSON value
            3    | document    | expected a JSON value
            4    | document    | expected a JSON value
            5    | document    | expected a JSON value
            6    | document    | a JSON text that holds the character U+0000, which no column can hold
            7    | document    | a JSON text that holds the character U+0000, which no column can hold
            8    | document    | expected a JSON value
            9    | document    | expected a JSON value
            10   | document    | expected a JSON value
            11   | document    | expected a JSON value
            """);
    }

    [Fact]
    public async Task Too_long_letters_are_rejected_and_blanks_at_their_end_do_not_count()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;

        LoadReport report = await warehouse.LoadAsync(table, [new Kinds { Id = 1, Letters = "abc      " }, new Kinds { Id = 2, Letters = "abcd" }, new Kinds { Id = 3, Letters = "😀😀😀" }, new Kinds { Id = 4, Letters = "   " }], Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 3, Rejected = 1 });
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject", "line | column_name | reason\n2 | letters | a text of 4 characters, expected at most 3");
        await warehouse.ExpectAsync("SELECT id, CAST(letters AS varchar(3)) AS letters FROM landing.kind ORDER BY id", "id | letters\n1 | abc\n3 | 😀😀😀\n4 | ''");
    }

    [Fact]
    public async Task Fields_of_a_file_that_are_no_such_values_are_rejected()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        using var folder = new ScratchFolder();
        string file = folder.Write("kinds.csv", """"
            id,letters,instant,span,document,number,tally,digits
            1,abcd,,,,,,
            2,,2024-02-30 00:00:00,,,,,
            3,,2024-01-01 00:00:00+99,,,,,
            4,,,10675199.02:48:05.4775808,,,,
            5,,,24:00,,,,
            6,,,1 month,,,,
            7,,,,"{""secret"": }",,,
            8,,,,,12345678901234567890123456789012345678.9,,
            9,,,,,1e5,,
            10,,,,,,123456789012345678901234567890123456789,
            11,abc,2024-01-01T00:00:00+02:00,-1.02:03:04.000005,"{""a"": 1}",-1.5,-7,
            """");

        LoadReport report = await warehouse.LoadAsync(table, Source.Csv(file), Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 11, Inserted = 1, Rejected = 10 });
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            2    | letters     | a text of 4 characters, expected at most 3
            3    | instant     | expected a timestamp as yyyy-MM-dd HH:mm:ss.FFFFFFF or yyyy-MM-ddTHH:mm:ss.FFFFFFF
            4    | instant     | expected a timestamp as yyyy-MM-dd HH:mm:ss.FFFFFFF or yyyy-MM-ddTHH:mm:ss.FFFFFFF
            5    | span        | expected a length of time as [-][d.]hh:mm:ss[.ffffff]
            6    | span        | expected a length of time as [-][d.]hh:mm:ss[.ffffff]
            7    | span        | expected a length of time as [-][d.]hh:mm:ss[.ffffff]
            8    | document    | expected a JSON value
            9    | number      | expected a decimal number of at most 38 digits
            10   | number      | expected a decimal number with the point '.'
            11   | tally       | expected a decimal number of at most 38 digits
            """);
        await warehouse.ExpectAsync("SELECT id, letters, instant, replace(CAST(document AS varchar(100)), ' ', '') AS document FROM landing.kind", """
            id | letters | instant             | document
            11 | abc     | 2023-12-31 22:00:00 | {"a":1}
            """);
        (await warehouse.QueryAsync<TimeSpan>("SELECT span FROM landing.kind")).Should().Equal(new TimeSpan(-1, -2, -3, -4).Subtract(TimeSpan.FromMicroseconds(5)));
    }

    [Fact]
    public async Task Numbers_of_more_digits_than_the_column_are_rejected()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        Int128 tooLarge = Numeric.PowerOfTen(30);

        LoadReport report = await warehouse.LoadAsync(
            table,
            [
                new Kinds { Id = 1, Number = new Numeric(tooLarge, 0) }, new Kinds { Id = 2, Number = new Numeric(tooLarge - 1, 0) }, new Kinds { Id = 3, Tally = Int128.MaxValue },
                new Kinds { Id = 4, Digits = BigInteger.Pow(10, 38) }, new Kinds { Id = 5, Digits = BigInteger.Pow(10, 60) }, new Kinds { Id = 6, Digits = 1 - BigInteger.Pow(10, 38) },
            ],
            Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 6, Inserted = 2, Rejected = 4 });
        await warehouse.ExpectAsync("SELECT line, column_name FROM warehouse.reject ORDER BY line", "line | column_name\n1 | number\n3 | tally\n4 | digits\n5 | digits");
        (await warehouse.QueryAsync<string>("SELECT reason FROM warehouse.reject")).Should().NotContain(reason => reason.Contains("000000", StringComparison.Ordinal) || reason.Contains("17014118346", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Not_a_number_is_kept_by_engines_that_know_it_and_rejected_by_others()
    {
        var (warehouse, table) = await OpenAsync();
        await using var _ = warehouse;
        using var folder = new ScratchFolder();

        LoadReport typed = await warehouse.LoadAsync(table, [new Kinds { Id = 1, Number = Numeric.NaN }], Tolerant);
        LoadReport file = await warehouse.LoadAsync(table, Source.Csv(folder.Write("kinds.csv", "id,letters,instant,span,document,number,tally,digits\n2,,,,,NaN,,\n"), CsvFormat.Default), Tolerant);

        if (store.HoldsNumericNaN)
        {
            (typed.Counts.Inserted, file.Counts.Inserted).Should().Be((1, 1));
            await warehouse.ExpectAsync("SELECT id, CAST(number AS varchar(100)) AS number FROM landing.kind ORDER BY id", "id | number\n1 | NaN\n2 | NaN");
        }
        else
        {
            (typed.Counts.Rejected, file.Counts.Rejected).Should().Be((1, 1));
            await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
                line | column_name | reason
                1    | number      | NaN, which this column cannot hold
                2    | number      | NaN, which this column cannot hold
                """);
        }
    }

    private async Task<(IWarehouse Warehouse, ZoneTable<Kinds> Table)> OpenAsync()
    {
        ZoneTable<Kinds> table = null!;
        var model = DimensionalModel.Create("kinds", builder => table = builder.Landing<Kinds>("kind", t => t
            .Column(row => row.Letters, ColumnType.Char(3)).Column(row => row.Instant, ColumnType.TimestampTz).Column(row => row.Document, ColumnType.Json).Column(row => row.Number, ColumnType.Decimal(38, 8))));
        return (await store.OpenAsync(model), table);
    }

    private sealed class Kinds
    {
        public int Id { get; init; }

        public string? Letters { get; init; }

        public DateTime? Instant { get; init; }

        public TimeSpan? Span { get; init; }

        public string? Document { get; init; }

        public Numeric? Number { get; init; }

        public Int128? Tally { get; init; }

        public BigInteger? Digits { get; init; }
    }
}
