using System.Text;

namespace Warehouse.Sdk.Conformance;

/// <summary>Files that are not what they should be: one clear error that says what, where, in what state the data is and what to do.</summary>
public abstract class BadFileTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    [Fact]
    public async Task A_missing_file()
    {
        await using Bench bench = await OpenAsync();
        string file = bench.Folder.Of("nowhere.csv");

        var error = await bench.RefuseAsync<WarehouseLoadException>(Source.Csv(file));

        error.Message.Should().Be($"The file '{file}' was to be loaded, but there is no such file (looked in {bench.Folder.Path}). Nothing was loaded.");
        error.File.Should().Be(file);
    }

    [Fact]
    public async Task A_missing_folder()
    {
        await using Bench bench = await OpenAsync();
        string file = Path.Combine(bench.Folder.Of("nowhere"), "things.csv");

        (await bench.RefuseAsync<WarehouseLoadException>(Source.Csv(file))).Message.Should().Contain("there is no such file");
    }

    [Fact]
    public async Task A_missing_file_on_the_stage()
    {
        await using Bench bench = await OpenAsync();

        var error = await bench.RefuseAsync<WarehouseStageException>(Source.StagedCsv("nowhere.csv"));

        error.Message.Should().StartWith("There is no file 'nowhere.csv' on the stage").And.Contain("Nothing was loaded.");
    }

    [Fact]
    public async Task S02_S08_A_header_of_other_columns()
    {
        await using Bench bench = await OpenAsync();

        var error = await bench.RefuseAsync<WarehouseSchemaException>(bench.File("identity,NAME,price,day,day\n1,a,1,2024-01-01,x\n"));

        error.Differences.Should().Equal("column 'id' is missing", "column 'day' stands there 2 times", "column 'identity' is not expected");
        error.Message.Should().Be(
            $"{bench.Path} does not fit landing.thing: column 'id' is missing; column 'day' stands there 2 times; column 'identity' is not expected. "
            + "Seen: identity, NAME, price, day, day. Expected: id, name, price, day. Nothing was loaded. Correct the source, or the row type in the model.");
    }

    [Fact]
    public async Task An_empty_file()
    {
        await using Bench bench = await OpenAsync();

        Exception error = await bench.RefuseAsync<WarehouseException>(bench.File(string.Empty));

        error.Message.Should().Contain("things.csv").And.Contain("Nothing was loaded.");
    }

    [Theory]
    [InlineData("2,b,1\n", null, "3 fields, expected 4")]
    [InlineData("2,b,1,2024-01-01,extra\n", null, "5 fields, expected 4")]
    [InlineData("x,b,1,2024-01-01\n", "id", "expected a whole number of 32 bits")]
    [InlineData("2147483648,b,1,2024-01-01\n", "id", "expected a whole number of 32 bits")]
    [InlineData("2,b,\"1,5\",2024-01-01\n", "price", "expected a decimal number with the point '.'")]
    [InlineData("2,b,1,01.02.2024\n", "day", "expected a date as yyyy-MM-dd")]
    [InlineData("2,b,1,2023-02-29\n", "day", "expected a date as yyyy-MM-dd")]
    public async Task A_bad_row_is_named_and_kept_aside_when_that_is_allowed(string row, string? column, string reason)
    {
        await using Bench bench = await OpenAsync();
        LoadSource source = bench.File($"id,name,price,day\n1,a,1,2024-01-01\n{row}3,c,1,2024-01-01\n");

        var error = await bench.RefuseAsync<WarehouseLoadException>(source);
        LoadReport report = await bench.Warehouse.LoadAsync(bench.Table, source, Tolerant);

        (error.File, error.Line, error.Column).Should().Be((bench.Path, 3, column));
        error.Message.Should().Be($"""
            1 row(s) cannot be loaded; the load's reject policy allows none:
              {bench.Path}, line 3{(column is null ? string.Empty : $", column {column}")}: {reason}
            Nothing was loaded. Correct the rows, or allow rejects in LoadOptions.Rejects to keep them in the reject table and load the others.
            """);
        report.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, Rejected = 1 });
        (await bench.Warehouse.QueryAsync<(string, long, string?, string, string)>("SELECT file, line, column_name, reason, raw_row FROM warehouse.reject"))
            .Should().Equal((bench.Path, 3, column, reason, row.TrimEnd()));
    }

    [Fact]
    public async Task Lines_are_counted_as_an_editor_counts_them()
    {
        await using Bench bench = await OpenAsync();
        LoadSource source = bench.File("id,name,price,day\n1,\"a\nb\nc\",1,2024-01-01\n\nx,b,1,2024-01-01\n2,\"d\n\",1,2024-01-01\r\ny,\"\n\",1,2024-01-01\nz,c,1,2024-01-01");

        await bench.Warehouse.LoadAsync(bench.Table, source, Tolerant);

        await bench.Warehouse.ExpectAsync("SELECT id, source_line FROM landing.thing ORDER BY id", "id | source_line\n1 | 2\n2 | 7");
        await bench.Warehouse.ExpectAsync("SELECT line, column_name FROM warehouse.reject WHERE column_name IS NOT NULL ORDER BY line", "line | column_name\n6 | id\n9 | id\n11 | id");
    }

    [Fact]
    public async Task A_file_in_another_encoding()
    {
        await using Bench bench = await OpenAsync();
        byte[] content = Encoding.Latin1.GetBytes("id,name,price,day\n1,Æblegrød,1,2024-01-01\n");

        var error = await bench.RefuseAsync<WarehouseLoadException>(bench.File(content));
        await bench.Warehouse.LoadAsync(bench.Table, Source.Csv(bench.Path, new CsvFormat { Encoding = Encoding.Latin1 }));

        error.Message.Should().StartWith($"{bench.Path} cannot be read from line 1 on: it holds bytes that are no utf-8 text; declare its encoding in CsvFormat.Encoding").And.EndWith("Nothing was loaded.");
        await bench.Warehouse.ExpectAsync("SELECT name FROM landing.thing", "name\nÆblegrød");
    }

    [Fact]
    public async Task A_file_in_another_encoding_far_down()
    {
        await using Bench bench = await OpenAsync();
        string good = string.Concat(Enumerable.Range(0, 20_000).Select(id => FormattableString.Invariant($"{id},name,1,2024-01-01\n")));
        byte[] content = [.. Encoding.UTF8.GetBytes("id,name,price,day\n" + good), .. Encoding.Latin1.GetBytes("1,Æ,1,2024-01-01\n")];

        var error = await bench.RefuseAsync<WarehouseLoadException>(bench.File(content));

        error.Message.Should().Contain("it holds bytes that are no utf-8 text");
        error.Line.Should().BeGreaterThan(1);
    }

    [Theory]
    [InlineData("id,name,price,day\n1,a,1,2024-01-01\n2,\"cut in the mid")]
    [InlineData("id,name,price,day\n1,a,1,2024-01-01\n2,cut")]
    public async Task C13_A_file_cut_in_the_middle(string content)
    {
        await using Bench bench = await OpenAsync();

        var error = await bench.RefuseAsync<WarehouseLoadException>(bench.File(content));

        error.Line.Should().Be(3);
        error.File.Should().Be(bench.Path);
        error.Message.Should().Contain("Nothing was loaded.");
    }

    [Fact]
    public async Task A_staged_file_cut_in_the_middle()
    {
        await using Bench bench = await OpenAsync();
        string path = $"{Guid.NewGuid():N}.csv";
        await bench.Warehouse.Stage.PutAsync(path, new MemoryStream(Encoding.UTF8.GetBytes("id,name,price,day\n1,a,1,2024-01-01\n2,\"b")));

        (await bench.RefuseAsync<WarehouseLoadException>(Source.StagedCsv(path))).Message.Should().StartWith(path);
    }

    [Theory]
    [InlineData("id,name,price,day\n1,a,1,2024-01-01")]
    [InlineData("id,name,price,day\r\n1,a,1,2024-01-01\r\n")]
    [InlineData("\ufeffid,name,price,day\n1,a,1,2024-01-01\n")]
    [InlineData("day,price,name,id\n2024-01-01,1,a,1\n")]
    public async Task Ordinary_differences_between_files_do_not_matter(string content)
    {
        await using Bench bench = await OpenAsync();

        await bench.Warehouse.LoadAsync(bench.Table, bench.File(content));

        await bench.Warehouse.ExpectAsync("SELECT id, name, price, day, source_line FROM landing.thing", "id | name | price | day | source_line\n1 | a | 1.00 | 2024-01-01 | 2");
    }

    [Fact]
    public async Task S08_A_format_of_its_own_is_read_as_declared()
    {
        await using Bench bench = await OpenAsync();
        var format = new CsvFormat
        {
            Delimiter = ';',
            Quote = '\'',
            NullText = "-",
            Culture = System.Globalization.CultureInfo.GetCultureInfo("da-DK"),
            DateFormats = ["dd.MM.yyyy"],
            IgnoreExtraColumns = true,
            EmptyIsNull = true,
        };
        bench.File("id;extra;name;price;day\n1;x;'it''s; fine';1,5;31.01.2024\n2;y;'';-;-\n");

        await bench.Warehouse.LoadAsync(bench.Table, Source.Csv(bench.Path, format));

        await bench.Warehouse.ExpectAsync("SELECT id, name, price, day FROM landing.thing ORDER BY id", "id | name | price | day\n1 | it's; fine | 1.50 | 2024-01-31\n2 | NULL | NULL | NULL");
    }

    [Fact]
    public async Task Many_bad_rows_are_told_by_their_first_ten()
    {
        await using Bench bench = await OpenAsync();
        LoadSource source = bench.File("id,name,price,day\n" + string.Concat(Enumerable.Repeat("x,a,1,2024-01-01\n", 50)));

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => bench.Warehouse.LoadAsync(bench.Table, source, new() { Rejects = RejectPolicy.UpToFraction(0.5) }));

        error.Rejects.Should().HaveCount(10);
        error.Message.Should().StartWith("50 row(s) cannot be loaded; the load's reject policy allows up to 50").And.Contain("... and 40 more");
        await bench.Warehouse.ExpectAsync("SELECT count(*) AS rejects FROM warehouse.reject", "rejects\n0");
    }

    private async Task<Bench> OpenAsync()
    {
        ZoneTable<Thing> table = null!;
        var model = DimensionalModel.Create("things", builder =>
        {
            builder.Conventions(conventions => conventions with { DecimalType = ColumnType.Decimal(8, 2) });
            table = builder.Landing<Thing>("thing");
        });
        return new Bench(await store.OpenAsync(model), table);
    }

    private sealed record Thing(int Id, string? Name, decimal? Price, DateOnly? Day);

    private sealed class Bench(IWarehouse warehouse, ZoneTable<Thing> table) : IAsyncDisposable
    {
        public IWarehouse Warehouse => warehouse;

        public ZoneTable<Thing> Table => table;

        public ScratchFolder Folder { get; } = new();

        public string Path => Folder.Of("things.csv");

        public LoadSource File(string content) => Source.Csv(Folder.Write("things.csv", content));

        public LoadSource File(byte[] content) => Source.Csv(Folder.Write("things.csv", content));

        /// <summary>Expects the load to be refused and everything to be as it was.</summary>
        public async Task<TException> RefuseAsync<TException>(LoadSource source)
            where TException : Exception
        {
            string before = await warehouse.OfAllAsync();
            var error = await Assert.ThrowsAnyAsync<TException>(() => warehouse.LoadAsync(table, source));
            (await warehouse.OfAllAsync()).Should().Be(before);
            return error;
        }

        public ValueTask DisposeAsync()
        {
            Folder.Dispose();
            return warehouse.DisposeAsync();
        }
    }
}
