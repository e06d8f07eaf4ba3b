using Avro;
using Avro.File;
using Avro.Generic;
using Parquet;
using Parquet.Schema;

namespace Warehouse.Sdk.Conformance;

/// <summary>Texts and decimals at their limits: kept exactly, or rejected by name.</summary>
public abstract class TextAndNumberTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    [Fact]
    public async Task Texts_of_any_length_are_kept_byte_for_byte()
    {
        var (warehouse, texts, _) = await OpenAsync();
        await using var __ = warehouse;
        string[] words = ["", "twelve bytes", "thirteen byte", new string('x', 1_000_000), string.Concat(Enumerable.Repeat("😀", 5000)), "👩‍👩‍👧", "\u202Bشرق\u202C", "e\u0301", "\u00e9", "NULL", "'; DROP TABLE x; --"];

        await warehouse.LoadAsync(texts, words.Select((word, id) => new TextRow(id, word, null)));

        (await warehouse.QueryAsync<string>("SELECT any_length FROM enterprise.text ORDER BY id")).Should().Equal(words);
    }

    [Fact]
    public async Task The_length_of_a_text_is_counted_in_code_points()
    {
        var (warehouse, texts, _) = await OpenAsync();
        await using var __ = warehouse;

        LoadReport report = await warehouse.LoadAsync(texts, [new(1, null, "😀😀😀"), new(2, null, "abc"), new(3, null, "abcd"), new(4, null, "😀😀😀😀"), new(5, null, "e\u0301e")], Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 3, Rejected = 2 });
        await warehouse.ExpectAsync("SELECT id, at_most3 FROM enterprise.text ORDER BY id", "id | at_most3\n1 | 😀😀😀\n2 | abc\n5 | e\u0301e");
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            3    | at_most3    | a text of 4 characters, expected at most 3
            4    | at_most3    | a text of 4 characters, expected at most 3
            """);
    }

    [Fact]
    public async Task N14_What_is_no_text_is_rejected_by_name()
    {
        var (warehouse, texts, _) = await OpenAsync();
        await using var __ = warehouse;

        LoadReport report = await warehouse.LoadAsync(texts, [new(1, "a\0b", null), new(2, "a\ud83d", null), new(3, "\udc00b", null), new(4, "fine", null)], Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 1, Rejected = 3 });
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            1    | any_length  | a text that holds the character U+0000, which no column can hold
            2    | any_length  | a text with half a character (a lone surrogate)
            3    | any_length  | a text with half a character (a lone surrogate)
            """);
    }

    [Fact]
    public async Task A_file_with_the_character_0_keeps_the_row_aside_in_full()
    {
        var (warehouse, texts, _) = await OpenAsync();
        await using var __ = warehouse;
        using var folder = new ScratchFolder();

        LoadReport report = await warehouse.LoadAsync(texts, Source.Csv(folder.Write("texts.csv", "id,any_length,at_most3\n1,a\0b,x\n2,c,y\n")), Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Rejected = 1 });
        await warehouse.ExpectAsync("SELECT line, column_name FROM warehouse.reject", "line | column_name\n2 | any_length");
        (await warehouse.QueryAsync<string>("SELECT raw_row FROM warehouse.reject")).Single().Should().Be("1,a\u2400b,x");
    }

    [Fact]
    public async Task A_rejected_row_with_numbers_that_are_none_is_kept_aside_too()
    {
        ZoneTable<OddRow> table = null!;
        var model = DimensionalModel.Create("odd", builder => table = builder.Landing<OddRow>("odd", t => t.Column(row => row.Word, ColumnType.Varchar(1)).Ignore(row => row.Self)));
        await using IWarehouse warehouse = await store.OpenAsync(model);

        LoadReport report = await warehouse.LoadAsync(table, [new OddRow { Word = "too long", Level = double.NaN, Day = DayOfWeek.Friday }], Tolerant);

        report.Counts.Rejected.Should().Be(1);
        await warehouse.ExpectAsync("SELECT raw_row FROM warehouse.reject", """
            raw_row
            {"word":"too long","level":"NaN","day":"Friday"}
            """);
    }

    [Fact]
    public async Task Decimals_of_every_width_are_kept_and_rounded_away_from_zero()
    {
        var (warehouse, _, numbers) = await OpenAsync();
        await using var __ = warehouse;
        NumberRow[] rows =
        [
            new(1, 99.99m, 999_999.999m, 99_999_999_999_999.9999m, 9_999_999_999_999_999_999.999999999m),
            new(2, -99.99m, -999_999.999m, -99_999_999_999_999.9999m, -9_999_999_999_999_999_999.999999999m),
            new(3, 2.345m, 0.0005m, 0.00005m, 0.000000001m),
            new(4, -2.345m, -0.0005m, -0.00005m, -0.000000001m),
            new(5, 0, 1, 1.10m, decimal.Parse("1.1000000000000000000000000000", System.Globalization.CultureInfo.InvariantCulture)),
            new(6, null, null, null, null),
        ];

        await warehouse.LoadAsync(numbers, rows);

        (await warehouse.QueryAsync<NumberRow>("SELECT id, d4, d9, d18, d38 FROM enterprise.number ORDER BY id")).Should().Equal(
            rows[0],
            rows[1],
            new(3, 2.35m, 0.001m, 0.0001m, 0.000000001m),
            new(4, -2.35m, -0.001m, -0.0001m, -0.000000001m),
            new(5, 0, 1, 1.1m, 1.1m),
            rows[5]);
        (await warehouse.LoadAsync(numbers, rows)).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    [Fact]
    public async Task Decimals_that_do_not_fit_are_rejected_by_name()
    {
        var (warehouse, _, numbers) = await OpenAsync();
        await using var __ = warehouse;

        LoadReport report = await warehouse.LoadAsync(
            numbers,
            [new(1, 100, 0, 0, 0), new(2, 99.995m, 0, 0, 0), new(3, 0, -1_000_000, 0, 0), new(4, 0, 0, 100_000_000_000_000, 0), new(5, 0, 0, 0, decimal.MaxValue), new(6, 0, 0, 0, decimal.MinValue), new(7, -99.994m, 0, 0, 0)],
            Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 7, Inserted = 1, Rejected = 6 });
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            1    | d4          | a number too large for decimal(4,2)
            2    | d4          | a number too large for decimal(4,2)
            3    | d9          | a number too large for decimal(9,3)
            4    | d18         | a number too large for decimal(18,4)
            5    | d38         | a number too large for decimal(37,9)
            6    | d38         | a number too large for decimal(37,9)
            """);
    }

    [Fact]
    public async Task Decimals_keep_all_38_digits_and_are_never_rounded_silently()
    {
        var (warehouse, _, numbers) = await OpenAsync();
        await using var __ = warehouse;
        using var folder = new ScratchFolder();
        string file = folder.Write("numbers.csv", """
            id,d4,d9,d18,d38
            1,,,,12345678901234567890.123456789
            2,,,,9999999999999999999999999999.999999999
            3,,,,-9999999999999999999999999999.999999998
            4,,,,0001.5000000000000000000000000000000
            5,,,,10000000000000000000000000000
            6,,,,1.00000000000000000000000000000000000001
            """);

        LoadReport report = await warehouse.LoadAsync(numbers, Source.Csv(file), Tolerant);

        report.Counts.Should().Be(new LoadCounts { Read = 6, Inserted = 4, Rejected = 2 });
        await warehouse.ExpectAsync("SELECT line, column_name, reason FROM warehouse.reject ORDER BY line", """
            line | column_name | reason
            6    | d38         | a number too large for decimal(37,9)
            7    | d38         | expected a decimal number of at most 38 digits
            """);
        await warehouse.ExpectAsync("SELECT id, CAST(d38 AS varchar(50)) AS d38 FROM enterprise.number ORDER BY id", """
            id | d38
            1  | 12345678901234567890.123456789
            2  | 9999999999999999999999999999.999999999
            3  | -9999999999999999999999999999.999999998
            4  | 1.500000000
            """);
    }

    [Fact]
    public async Task Numbers_of_files_come_into_decimals_with_all_their_digits()
    {
        ZoneTable<FileNumberRow> table = null!;
        var model = DimensionalModel.Create("files", builder => table = builder.Landing<FileNumberRow>("number", t => t.Column(row => row.D18, ColumnType.Decimal(18, 2)).Column(row => row.D38, ColumnType.Decimal(38, 30))));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        using var folder = new ScratchFolder();
        await WriteParquetAsync(folder.Of("a.parquet"), [12345678901234.56, -1e-40, 9007199254740993, 1e300], [16777217f, 0.1f, 1.1754944e-38f, 1e-30f]);
        WriteAvro(folder.Of("b.avro"), 12345678901234.56, 1234567.875f);
        folder.Write("c.jsonl", """
            {"d18":1234567890123456e-2,"d38":1e-30}
            {"d18":12.345678901234567890123456789012345e2,"d38":1.23456789012345678901234567890e0}
            {"d38":1e38}
            """);

        foreach (var (name, format) in new (string, FileFormat)[] { ("a.parquet", Parquet.ParquetFormat.Default), ("b.avro", Avro.AvroFormat.Default), ("c.jsonl", JsonLinesFormat.Default) })
            await warehouse.LoadAsync(table, Source.Files(folder.Of(name), format), Tolerant);

        await warehouse.ExpectAsync("SELECT load_id, source_line, CAST(d18 AS varchar(50)) AS d18, CAST(d38 AS varchar(50)) AS d38 FROM landing.number ORDER BY load_id, source_line", """
            load_id | source_line | d18               | d38
            1       | 1           | 12345678901234.56 | 16777216.000000000000000000000000000000
            1       | 2           | 0.00              | 0.100000000000000000000000000000
            1       | 3           | 9007199254740992.00 | 0.000000000000000000000000000000
            2       | 1           | 12345678901234.56 | 1234567.900000000000000000000000000000
            3       | 1           | 12345678901234.56 | 0.000000000000000000000000000001
            3       | 2           | 1234.57           | 1.234567890123456789012345678900
            """);
        await warehouse.ExpectAsync("SELECT load_id, line, column_name, reason FROM warehouse.reject ORDER BY load_id, line", """
            load_id | line | column_name | reason
            1       | 4    | d18         | expected a decimal number of at most 38 digits
            3       | 3    | d38         | expected a decimal number of at most 38 digits
            """);
    }

    private static async Task WriteParquetAsync(string path, double[] doubles, float[] floats)
    {
        var (d18, d38) = (new DataField<double>("d18"), new DataField<float>("d38"));
        await using FileStream file = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(d18, d38), file);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await group.WriteAsync<double>(d18, doubles);
        await group.WriteAsync<float>(d38, floats);
    }

    private static void WriteAvro(string path, double d18, float d38)
    {
        var schema = (RecordSchema)Schema.Parse("""{"type":"record","name":"r","fields":[{"name":"d18","type":"double"},{"name":"d38","type":"float"}]}""");
        using FileStream file = File.Create(path);
        using IFileWriter<GenericRecord> writer = DataFileWriter<GenericRecord>.OpenWriter(new GenericDatumWriter<GenericRecord>(schema), file, Codec.CreateCodecFromString("null"));
        var record = new GenericRecord(schema);
        record.Add("d18", d18);
        record.Add("d38", d38);
        writer.Append(record);
    }

    private async Task<(IWarehouse Warehouse, ZoneTable<TextRow> Texts, ZoneTable<NumberRow> Numbers)> OpenAsync()
    {
        ZoneTable<TextRow> texts = null!;
        ZoneTable<NumberRow> numbers = null!;
        var model = DimensionalModel.Create("limits", builder =>
        {
            texts = builder.Enterprise<TextRow>("text", table => table.Key(row => row.Id).Column(row => row.AtMost3, ColumnType.Varchar(3)));
            numbers = builder.Enterprise<NumberRow>("number", table => table.Key(row => row.Id)
                .Column(row => row.D4, ColumnType.Decimal(4, 2)).Column(row => row.D9, ColumnType.Decimal(9, 3)).Column(row => row.D18, ColumnType.Decimal(18, 4)).Column(row => row.D38, ColumnType.Decimal(37, 9)));
        });
        return (await store.OpenAsync(model), texts, numbers);
    }

    private sealed record TextRow(int Id, string? AnyLength, string? AtMost3);

    private sealed record NumberRow(int Id, decimal? D4, decimal? D9, decimal? D18, decimal? D38);

    private sealed record FileNumberRow(decimal? D18, decimal? D38);

    private sealed class OddRow
    {
        public string Word { get; init; } = string.Empty;

        public double Level { get; init; }

        public DayOfWeek Day { get; init; }

        public OddRow Self => this;
    }
}
