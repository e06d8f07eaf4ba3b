using Avro;
using Avro.File;
using Avro.Generic;
using Parquet;
using Parquet.Schema;
using Warehouse.Sdk.Avro;
using Warehouse.Sdk.Parquet;
using Field = Parquet.Schema.Field;

namespace Warehouse.Sdk.Conformance;

/// <summary>Files that know their types: Parquet and Avro.</summary>
public abstract class FileFormatTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string AvroSchema = """
        {"type":"record","name":"r","fields":[
          {"name":"id","type":"int"},
          {"name":"Name","type":["null","string"]},
          {"name":"amount","type":{"type":"bytes","logicalType":"decimal","precision":20,"scale":2}},
          {"name":"moment","type":["null",{"type":"long","logicalType":"timestamp-micros"}]},
          {"name":"day","type":{"type":"int","logicalType":"date"}},
          {"name":"weight","type":"double"},
          {"name":"customer","type":{"type":"record","name":"c","fields":[{"name":"cities","type":{"type":"array","items":"string"}}]}},
          {"name":"extra","type":{"type":"map","values":"long"}}
        ]}
        """;

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Zstd)]
    public async Task Parquet_values_come_as_they_are(CompressionMethod packing)
    {
        await using Bench bench = await OpenAsync();
        await WriteParquetAsync(bench.Folder.Of("a.parquet"), packing, [1, 2, 3]);
        await WriteParquetAsync(bench.Folder.Of("b.parquet"), packing, [4, 5]);

        LoadReport report = await bench.Warehouse.LoadAsync(bench.Table, Source.Files(bench.Folder.Of("*.parquet"), ParquetFormat.Default));
        LoadReport again = await bench.Warehouse.LoadAsync(bench.Table, Source.Files(bench.Folder.Of("*.parquet"), ParquetFormat.Default));

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 5 });
        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        await bench.Warehouse.ExpectAsync("SELECT id, name, amount, moment, day, weight, city, source_line FROM landing.thing ORDER BY id", """
            id | name | amount  | moment                     | day        | weight | city  | source_line
            1  | n1   | 1.2500  | 2024-01-01 00:00:01.000001 | 2024-01-02 | 0.5    | city1 | 1
            2  | NULL | NULL    | NULL                       | NULL       | NULL   | NULL  | 2
            3  | n3   | 3.2500  | 2024-01-01 00:00:03.000003 | 2024-01-04 | 1.5    | city3 | 3
            4  | NULL | NULL    | NULL                       | NULL       | NULL   | NULL  | 1
            5  | n5   | 5.2500  | 2024-01-01 00:00:05.000005 | 2024-01-06 | 2.5    | city5 | 2
            """);
    }

    [Fact]
    public async Task Several_columns_may_take_one_value_of_a_Parquet_file()
    {
        await using Bench bench = await OpenAsync();
        await WriteParquetAsync(bench.Folder.Of("a.parquet"), CompressionMethod.None, [1, 2]);

        await bench.Warehouse.LoadAsync(bench.Twice, Source.Files(bench.Folder.Of("a.parquet"), ParquetFormat.Default with { IgnoreExtraColumns = true }));

        await bench.Warehouse.ExpectAsync("SELECT id, city, town FROM landing.twice ORDER BY id", """
            id | city  | town
            1  | city1 | city1
            2  | NULL  | NULL
            """);
    }

    [Fact]
    public async Task C13_A_damaged_Parquet_file_loads_nothing_and_the_next_run_recovers()
    {
        await using Bench bench = await OpenAsync();
        string path = bench.Folder.Of("a.parquet");
        await WriteParquetAsync(path, CompressionMethod.Snappy, [1, 2, 3]);
        byte[] whole = await File.ReadAllBytesAsync(path);
        byte[] flipped = [.. whole];
        for (int i = 4; i < 60; i++)
            flipped[i] ^= 0x5A;

        foreach (byte[] damaged in new[] { whole[..^9], whole[..40], flipped, [] })
        {
            await File.WriteAllBytesAsync(path, damaged);
            var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => bench.Warehouse.LoadAsync(bench.Table, Source.Files(path, ParquetFormat.Default)));
            error.Message.Should().StartWith(path).And.Contain("Nothing was loaded.");
            error.File.Should().Be(path);
        }

        await bench.Warehouse.ExpectAsync("SELECT count(*) AS things, (SELECT count(*) FROM warehouse.load_file) AS files FROM landing.thing", "things | files\n0 | 0");
        await File.WriteAllBytesAsync(path, whole);
        (await bench.Warehouse.LoadAsync(bench.Table, Source.Files(path, ParquetFormat.Default))).Counts.Inserted.Should().Be(3);
    }

    [Fact]
    public async Task Rows_of_Parquet_that_do_not_fit_are_rejected()
    {
        await using Bench bench = await OpenAsync();
        var id = new DataField<long>("id");
        string path = bench.Folder.Of("a.parquet");
        await using (FileStream file = File.Create(path))
        await using (ParquetWriter writer = await ParquetWriter.CreateAsync(new ParquetSchema(id), file))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<long>(id, new long[] { 1, long.MaxValue });
        }

        LoadReport report = await bench.Warehouse.LoadAsync(bench.Small, Source.Files(path, ParquetFormat.Default), new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Rejected = 1 });
        await bench.Warehouse.ExpectAsync("SELECT line, column_name, reason, raw_row FROM warehouse.reject", "line | column_name | reason | raw_row\n2 | id | expected a whole number of 32 bits | {\"id\":\"9223372036854775807\"}");
    }

    [Fact]
    public async Task Lists_and_maps_of_Parquet_are_refused_by_name_and_by_path()
    {
        await using Bench bench = await OpenAsync();
        string path = bench.Folder.Of("a.parquet");

        await RefusedAsync(bench.Named, List("name"), "name", "name/list", "list");
        await RefusedAsync(bench.Named, Map("name"), "name", "name/key_value", "map");
        await RefusedAsync(bench.Named, new StructField("name", new DataField<string>("city")), "name", "name", "struct");
        await RefusedAsync(bench.ByPath, List("customer"), "city", "customer/list", "list");
        await RefusedAsync(bench.ByPath, Map("customer"), "city", "customer/key_value", "map");
        await RefusedAsync(bench.ByPath, new StructField("customer", List("city")), "city", "customer/city/list", "list");

        await bench.Warehouse.ExpectAsync("SELECT (SELECT count(*) FROM landing.named) AS named, (SELECT count(*) FROM landing.by_path) AS by_path, (SELECT count(*) FROM warehouse.load_file) AS files", "named | by_path | files\n0 | 0 | 0");

        async Task RefusedAsync<TRow>(ZoneTable<TRow> table, Field nested, string column, string field, string kind)
        {
            await WriteNestedAsync(path, nested);
            var refused = await Assert.ThrowsAsync<WarehouseSchemaException>(() => bench.Warehouse.LoadAsync(table, Source.Files(path, ParquetFormat.Default)));
            refused.Message.Should().Be($"{path}: the field '{field}' that the column '{column}' asks for is a {kind}, and Parquet values are taken from plain fields and from structs by FromPath. Nothing was loaded. Unfold it where the file is written, or write it as a JSON text.");
        }
    }

    [Fact]
    public async Task A_struct_of_Parquet_without_the_wanted_field_is_one_where_it_is_missing()
    {
        await using Bench bench = await OpenAsync();
        string path = bench.Folder.Of("a.parquet");
        await WriteNestedAsync(path, new StructField("customer", new DataField<string>("street")));

        LoadReport report = await bench.Warehouse.LoadAsync(bench.ByPath, Source.Files(path, ParquetFormat.Default));

        report.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1 });
        await bench.Warehouse.ExpectAsync("SELECT id, city FROM landing.by_path", "id | city\n1 | NULL");
    }

    [Theory]
    [InlineData("null")]
    [InlineData("deflate")]
    [InlineData("snappy")]
    [InlineData("zstandard")]
    public async Task Avro_values_come_as_they_are_nested_ones_as_JSON_or_by_path(string packing)
    {
        await using Bench bench = await OpenAsync();
        string path = bench.Folder.Of("a.avro");
        WriteAvro(path, packing);

        LoadReport report = await bench.Warehouse.LoadAsync(bench.Nested, Source.Files(path, AvroFormat.Default));

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2 });
        await bench.Warehouse.ExpectAsync("SELECT id, name, amount, moment, day, weight, city, CAST(extra AS VARCHAR) AS extra, source_line FROM landing.nested ORDER BY id", $$"""
            id | name | amount    | moment                     | day        | weight | city | extra                              | source_line
            1  | A    | 12.3400   | 2024-01-01 00:00:00.123456 | 2024-02-03 | 0.5    | Y    | {{bench.Json("{\"k\":1}", "{\"k\": 1}")}} | 1
            2  | NULL | -0.0100   | NULL                       | 1969-12-31 | 1.25   | NULL | {}                                 | 2
            """);
    }

    [Fact]
    public async Task A_damaged_Avro_file_loads_nothing()
    {
        await using Bench bench = await OpenAsync();
        string path = bench.Folder.Of("a.avro");
        WriteAvro(path, "deflate");
        byte[] whole = await File.ReadAllBytesAsync(path);

        foreach (int length in new[] { whole.Length - 1, whole.Length - 20, 30 })
        {
            await File.WriteAllBytesAsync(path, whole[..length]);
            (await Assert.ThrowsAsync<WarehouseLoadException>(() => bench.Warehouse.LoadAsync(bench.Nested, Source.Files(path, AvroFormat.Default)))).Message.Should().StartWith(path).And.Contain("Nothing was loaded.");
        }

        await bench.Warehouse.ExpectAsync("SELECT count(*) AS records FROM landing.nested", "records\n0");
        (await Assert.ThrowsAsync<WarehouseLoadException>(() => bench.Warehouse.LoadAsync(bench.Nested, Source.Files(path, ParquetFormat.Default)))).Message.Should().Contain("was declared to be parquet, but its first bytes are those of avro");
    }

    [Theory]
    [InlineData("snappy", "a block whose checksum is wrong")]
    [InlineData("zstandard", "checksum")]
    public async Task A_block_of_Avro_with_a_wrong_checksum_is_refused(string packing, string reason)
    {
        await using Bench bench = await OpenAsync();
        string path = bench.Folder.Of("a.avro");
        WriteAvro(path, packing);
        byte[] bytes = await File.ReadAllBytesAsync(path);
        // The checksum is what stands before the 16 bytes that end a block.
        bytes[^17] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => bench.Warehouse.LoadAsync(bench.Nested, Source.Files(path, AvroFormat.Default)));

        error.Message.Should().StartWith(path).And.Contain("a record or block is damaged").And.Contain(reason).And.Contain("Nothing was loaded.");
        await bench.Warehouse.ExpectAsync("SELECT count(*) AS records FROM landing.nested", "records\n0");
    }

    private static async Task WriteParquetAsync(string path, CompressionMethod packing, int[] ids)
    {
        var id = new DataField<int>("id");
        var name = new DataField<string>("Name");
        var amount = new DecimalDataField("amount", 20, 4, isNullable: true);
        var moment = new DateTimeDataField("moment", DateTimeFormat.DateAndTimeMicros, isNullable: true);
        var day = new DataField<DateOnly?>("day");
        var weight = new DataField<double?>("weight");
        var city = new DataField<string>("city");
        var schema = new ParquetSchema(id, name, amount, moment, day, weight, new StructField("customer", city));
        await using FileStream file = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, file, new ParquetOptions { CompressionMethod = packing });
        foreach (int[] part in ids.Chunk(2))
        {
            T?[] Odd<T>(Func<int, T> value)
                where T : struct
                => [.. part.Select(i => i % 2 == 1 ? value(i) : default(T?))];
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync<int>(id, part);
            await group.WriteAsync(name, part.Select(i => i % 2 == 1 ? $"n{i}" : null!).ToArray());
            await group.WriteAsync<decimal>(amount, Odd(i => i + 0.25m));
            await group.WriteAsync<DateTime>(moment, Odd(i => new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(i).AddMicroseconds(i)));
            await group.WriteAsync<DateOnly>(day, Odd(i => new DateOnly(2024, 1, 1 + i)));
            await group.WriteAsync<double>(weight, Odd(i => i / 2.0));
            await group.WriteAsync(city, part.Select(i => i % 2 == 1 ? $"city{i}" : null!).ToArray());
        }
    }

    private static ListField List(string name) => new(name, new DataField<string>("element"));

    private static MapField Map(string name) => new(name, new DataField<string>("key", false), new DataField<string>("value"));

    // One row, whose nested field has one value in each of its leaves.
    private static async Task WriteNestedAsync(string path, Field nested)
    {
        var id = new DataField<int>("id");
        var schema = new ParquetSchema(id, nested);
        await using FileStream file = File.Create(path);
        await using ParquetWriter writer = await ParquetWriter.CreateAsync(schema, file);
        using ParquetRowGroupWriter group = writer.CreateRowGroup();
        await group.WriteAsync<int>(id, new[] { 1 });
        foreach (DataField leaf in schema.DataFields.Skip(1))
            await group.WriteAsync(leaf, new[] { "x" }, leaf.MaxRepetitionLevel > 0 ? new[] { 0 } : default(ReadOnlyMemory<int>?));
    }

    private static void WriteAvro(string path, string packing)
    {
        var schema = (RecordSchema)Schema.Parse(AvroSchema);
        var customer = (RecordSchema)schema["customer"].Schema;
        using FileStream file = File.Create(path);
        using IFileWriter<GenericRecord> writer = DataFileWriter<GenericRecord>.OpenWriter(new GenericDatumWriter<GenericRecord>(schema), file, AvroPacking.Of(packing));
        writer.Append(Row(1, "A", new AvroDecimal(12.34m), new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMicroseconds(123456), new DateTime(2024, 2, 3, 0, 0, 0, DateTimeKind.Utc), 0.5, ["X", "Y"], new() { ["k"] = 1L }));
        writer.Append(Row(2, null, new AvroDecimal(-0.01m), null, new DateTime(1969, 12, 31, 0, 0, 0, DateTimeKind.Utc), 1.25, ["X"], []));

        GenericRecord Row(int id, string? name, AvroDecimal amount, DateTime? moment, DateTime day, double weight, string[] cities, Dictionary<string, object> extra)
        {
            var of = new GenericRecord(customer);
            of.Add("cities", cities);
            var record = new GenericRecord(schema);
            foreach (var (field, value) in new (string, object?)[] { ("id", id), ("Name", name), ("amount", amount), ("moment", moment), ("day", day), ("weight", weight), ("customer", of), ("extra", extra) })
                record.Add(field, value!);
            return record;
        }
    }

    private async Task<Bench> OpenAsync()
    {
        var bench = new Bench(!store.EnforcesKeys);
        bench.Warehouse = await store.OpenAsync(bench.Model);
        return bench;
    }

    private sealed record ThingRow(int Id, string? Name, decimal? Amount, DateTime? Moment, DateOnly? Day, double? Weight, string? City);

    private sealed record NestedRow(int Id, string? Name, decimal? Amount, DateTime? Moment, DateOnly? Day, double? Weight, string? City, System.Text.Json.JsonElement Extra);

    private sealed record TwiceRow(int Id, string? City, string? Town);

    private sealed record SmallRow(int Id);

    private sealed record NamedRow(int Id, string? Name);

    private sealed record PathRow(int Id, string? City);

    private sealed class Bench(bool keepsJsonAsWritten) : IAsyncDisposable
    {
        public DimensionalModel Model => _model ??= DimensionalModel.Create("formats", builder =>
        {
            Table = builder.Landing<ThingRow>("thing", t => t.FromPath(row => row.City, "customer.city"));
            Nested = builder.Landing<NestedRow>("nested", t => t.FromPath(row => row.City, "customer.cities[1]"));
            Twice = builder.Landing<TwiceRow>("twice", t => t.FromPath(row => row.City, "customer.city").FromPath(row => row.Town, "$.customer.city"));
            Small = builder.Landing<SmallRow>("small");
            Named = builder.Landing<NamedRow>("named");
            ByPath = builder.Landing<PathRow>("by_path", t => t.FromPath(row => row.City, "customer.city").Contract(new() { MissingColumn = OnSchemaChange.Ignore }));
        });

        private DimensionalModel? _model;

        public IWarehouse Warehouse { get; set; } = null!;

        public ScratchFolder Folder { get; } = new();

        public ZoneTable<ThingRow> Table { get; private set; } = null!;

        public ZoneTable<NestedRow> Nested { get; private set; } = null!;

        public ZoneTable<TwiceRow> Twice { get; private set; } = null!;

        public ZoneTable<SmallRow> Small { get; private set; } = null!;

        public ZoneTable<NamedRow> Named { get; private set; } = null!;

        public ZoneTable<PathRow> ByPath { get; private set; } = null!;

        public string Json(string asWritten, string normalised) => keepsJsonAsWritten ? asWritten : normalised;

        public ValueTask DisposeAsync()
        {
            Folder.Dispose();
            return Warehouse.DisposeAsync();
        }
    }
}
