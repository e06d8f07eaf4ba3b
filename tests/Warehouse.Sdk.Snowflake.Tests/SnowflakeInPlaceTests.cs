using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>Files that stand on a stage of Snowflake's are read there, and what comes of them is what the general road makes of them.</summary>
public sealed class SnowflakeInPlaceTests : IAsyncDisposable
{
    private const string Columns = "id, small, large, flag, TO_VARCHAR(amount) AS amount, ratio, word, code, day, moment, instant, time_of, token, document, bytes";
    private const string Header = "id,small,large,flag,amount,ratio,word,code,day,moment,instant,time_of,token,document,bytes\n";
    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    private readonly StagedAccount _account = new();
    private ZoneTable _here = null!;
    private ZoneTable _there = null!;
    private ZoneTable _orders = null!;
    private Dimension _customers = null!;
    private Fact _sales = null!;

    public ValueTask DisposeAsync() => _account.DisposeAsync();

    [Fact]
    public async Task Every_type_is_typed_or_rejected_as_on_the_general_road()
    {
        SnowflakeStageClient stage = _account.Open(SnowflakeStage.Internal("files", "inbox").In("shop"));
        await using IWarehouse warehouse = await OpenAsync(stage);
        string[] good =
        [
            "1,-32768,9223372036854775807,TRUE,123456789012345678901234567890123456.1,1.5e3,\"a \"\"b\"\",\r\nc\",ab ,2024-02-29,2024-01-02T03:04:05.123456,2024-01-02 03:04:05+02:00,23:59,01234567-89AB-cdef-0123-456789abcdef,\"{\"\"a\"\": [1, null]}\",00fF",
            "2,,,,,,\"\",,,,,,,,",
            "+3,0032,-1,f,-.5,NaN,x,\"\",0001-01-01,2024-01-02,2024-01-02T03:04:05Z,01:02:03.5,00000000-0000-0000-0000-000000000000,1,\"\"",
            "4,1,1,1,1.,Infinity,ünï 🦆,é,9999-12-31,2024-01-02 03:04,2024-01-02,1:02,ffffffff-ffff-ffff-ffff-ffffffffffff,\"\"\"t\"\"\",",
        ];
        string[] bad =
        [
            "x,,,,,,,,,,,,,,", "1.0,,,,,,,,,,,,,,", "2147483648,,,,,,,,,,,,,,", " 1,,,,,,,,,,,,,,", "11,32768,,,,,,,,,,,,,", "12,,9223372036854775808,,,,,,,,,,,,", "13,,,yes,,,,,,,,,,,",
            "14,,,,1e3,,,,,,,,,,", "15,,,,\"1,000\",,,,,,,,,,", "16,,,,123456789012345678901234567890123456789.1,,,,,,,,,,", "17,,,,1234567890123456789012345678901234567.5,,,,,,,,,,x", "18,,,,,one,,,,,,,,,",
            "19,,,,,,,abcdef,,,,,,,", "20,,,,,,,,2024-02-30,,,,,,", "21,,,,,,,,01.02.2024,,,,,,", "22,,,,,,,,,yesterday,,,,,", "23,,,,,,,,,,2024-13-01 00:00:00,,,,", "24,,,,,,,,,,,24:61,,,", "25,,,,,,,,,,,,abc,,", "26,,,,,,,,,,,,,{,", "27,,,,,,,,,,,,,,0g", "28,,,,,,,,,,,,,,,too many",
        ];
        await stage.PutAsync("a.csv", Content(Header + string.Join('\n', good) + '\n' + string.Join('\n', bad) + '\n'));

        LoadReport there = await warehouse.LoadAsync(_there, Source.StagedFiles("a.csv", CsvFormat.Default), Tolerant);
        _account.Account.ForgetStatements();
        LoadReport here = await warehouse.LoadAsync(_here, SnowflakeSource.FilesInPlace("a.csv"), Tolerant);

        here.Counts.Should().Be(there.Counts).And.Be(new LoadCounts { Read = 26, Inserted = 4, Rejected = 22 });
        (await warehouse.DrawAsync($"SELECT {Columns}, word IS NULL AS no_word, source_file FROM landing.here ORDER BY id")).Should().Be(await warehouse.DrawAsync($"SELECT {Columns}, word IS NULL AS no_word, source_file FROM landing.there ORDER BY id"));
        string Rejects(string table) => $"SELECT file, line - CASE WHEN line > 2 AND target = 'landing.there' THEN 1 ELSE 0 END AS record, column_name, replace(replace(reason, '16 fields', 'more than 15 fields'), 'xx', '') AS reason FROM warehouse.reject WHERE target = 'landing.{table}' ORDER BY line";
        (await warehouse.DrawAsync(Rejects("here"))).Should().Be(await warehouse.DrawAsync(Rejects("there")));
        _account.Account.Statements.Should().NotContain(statement => statement.Text.StartsWith("GET", StringComparison.Ordinal), "nothing travels through this process");
        _account.Account.ImplicitCommits.Should().BeEmpty();
    }

    [Fact]
    public async Task Rows_land_with_their_file_and_number_and_a_file_that_is_known_is_loaded_once()
    {
        foreach (SnowflakeStage where in new[] { SnowflakeStage.Internal("files", "Mixed Names"), SnowflakeStage.User })
        {
            SnowflakeStageClient stage = _account.Open(where.In("in box"));
            await using IWarehouse warehouse = await OpenAsync(stage);
            await stage.PutAsync("day 1/it's.csv".Replace("'", "", StringComparison.Ordinal), Content("order_id,customer,amount\n1,A,1.50\n2,B,bad\n"));
            await stage.PutAsync("day 1/b.csv", Content("amount,order_id,customer\n3.00,3,A\n"));
            await stage.PutAsync("day 10/c.csv", Content("order_id,customer,amount\n9,A,1\n"));
            long before = await CountAsync(warehouse, "landing.orders");

            LoadReport first = await warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("day 1/*.csv"), Tolerant);
            LoadReport again = await warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("day 1/*.csv"), Tolerant);
            await stage.PutAsync("day 1/d.csv", Content("order_id,customer,amount\n4,C,4\n"));
            LoadReport more = await warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("day 1/"), Tolerant);
            await stage.PutAsync("day 1/d.csv", Content("order_id,customer,amount\n5,C,5\n"));
            var changed = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("day 1/"), Tolerant with { ChangedFiles = ChangedFile.Refuse }));
            var otherwise = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_orders, Source.StagedFiles("day 1/", CsvFormat.Default), Tolerant));

            first.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, Rejected = 1 });
            first.Files.Select(file => (file.Path, file.Rows)).Should().Equal(("day 1/b.csv", 1), ("day 1/its.csv", 2));
            (again.Outcome, again.LoadId).Should().Be((LoadOutcome.AlreadyLoaded, first.LoadId));
            more.Files.Select(file => (file.Path, file.KnownFrom)).Should().Equal(("day 1/b.csv", first.LoadId), ("day 1/d.csv", null), ("day 1/its.csv", first.LoadId));
            changed.Message.Should().StartWith("day 1/d.csv was loaded by load").And.Contain("another checksum");
            otherwise.Message.Should().StartWith("day 1/b.csv was loaded by load").And.Contain("in place, and is known by its version on the stage");
            (await CountAsync(warehouse, "landing.orders")).Should().Be(before + 3);
            await warehouse.ExpectAsync(FormattableString.Invariant($"SELECT order_id, customer, amount, source_file, source_line FROM landing.orders WHERE load_id >= {first.LoadId} ORDER BY order_id"), """
                order_id | customer | amount | source_file   | source_line
                1        | A        | 1.5000 | day 1/its.csv | 2
                3        | A        | 3.0000 | day 1/b.csv   | 2
                4        | C        | 4.0000 | day 1/d.csv   | 2
                """);
            await warehouse.ExpectAsync(FormattableString.Invariant($"SELECT file, line, column_name, reason, raw_row, raw_header FROM warehouse.reject WHERE load_id = {first.LoadId}"), """
                file          | line | column_name | reason                                      | raw_row       | raw_header
                day 1/its.csv | 3    | amount      | expected a decimal number with the point '.' | "2","B","bad" | "order_id","customer","amount"
                """);
        }
    }

    [Fact]
    public async Task Files_go_straight_to_dimensions_and_facts_and_rejected_rows_are_replayed()
    {
        SnowflakeStageClient stage = _account.Open(SnowflakeStage.Internal("files", "encrypted"));
        await using IWarehouse warehouse = await OpenAsync(stage);
        await stage.PutAsync("customers.csv", Content("name;city\nA;Rome\nB;Oslo\n"));
        await stage.PutAsync("sales.csv", Content("sale_id;customer;amount\n1;A;1,5\n2;B;2.5\n3;Z;3\n".Replace("1,5", "oops", StringComparison.Ordinal)));
        CsvFormat written = CsvFormat.Default with { Delimiter = ';' };

        LoadReport customers = await warehouse.LoadAsync(_customers, SnowflakeSource.FilesInPlace("customers.csv", written));
        LoadReport sales = await warehouse.LoadAsync(_sales, SnowflakeSource.FilesInPlace("sales.csv", written), Tolerant);
        await warehouse.QueryAsync<int>("UPDATE warehouse.reject SET raw_row = '\"1\";\"A\";\"1.5\"' WHERE column_name = 'amount'");
        LoadReport replayed = await warehouse.ReplayRejectsAsync(_sales, new RejectReplay { Csv = written }, Tolerant);

        customers.Counts.Read.Should().Be(2);
        sales.Counts.Should().BeEquivalentTo(new { Read = 3L, Rejected = 1L });
        (replayed.Counts.Read, replayed.Counts.Rejected).Should().Be((1, 0));
        await warehouse.ExpectAsync("SELECT f.sale_id, c.name, c.city, f.amount FROM business.sales AS f JOIN business.customers AS c ON c.customers_key = f.customers_key ORDER BY f.sale_id", """
            sale_id | name | city | amount
            1       | A    | Rome | 1.5000
            2       | B    | Oslo | 2.5000
            3       | Z    | NULL | 3.0000
            """);
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task The_first_bad_row_fails_the_load_by_default_and_many_are_kept_in_constant_memory()
    {
        SnowflakeStageClient stage = _account.Open(SnowflakeStage.Internal("files", "inbox"));
        await using IWarehouse warehouse = await OpenAsync(stage);
        await stage.PutAsync("a.csv", Content("order_id,customer,amount\n" + string.Concat(Enumerable.Range(1, 2500).Select(id => FormattableString.Invariant($"{id},A,{(id % 2 == 0 ? "1" : "x")}\n")))));

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("a.csv")));
        LoadReport report = await warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("a.csv"), Tolerant);

        error.Message.Should().Contain("a.csv, line 2, column amount: expected a decimal number with the point '.'");
        error.Should().BeEquivalentTo(new { File = "a.csv", Line = 2L, Column = "amount" });
        report.Counts.Should().Be(new LoadCounts { Read = 2500, Inserted = 1250, Rejected = 1250 });
        (await CountAsync(warehouse, "warehouse.reject")).Should().Be(1250);
    }

    [Fact]
    public async Task A_load_that_was_staged_as_CSV_is_read_in_place_by_its_manifest()
    {
        SnowflakeStageClient stage = _account.Open(SnowflakeStage.Internal("files", "inbox"));
        await using IWarehouse warehouse = await OpenAsync(stage);
        Order[] rows = [.. Enumerable.Range(1, 5).Select(id => new Order(id, id == 3 ? null : $"c{id}", id / 4m))];
        StagedLoad staged = await stage.StageRowsAsync((ZoneTable<Order>)_orders, rows, new() { MaxFileRows = 2, LoadId = "x" });
        string folder = staged.ManifestPath[..(staged.ManifestPath.LastIndexOf('/') + 1)];
        await stage.PutAsync(folder + "part-00009.csv", Content("order_id,customer,amount\n99,stray,1\n"));

        LoadReport report = await warehouse.LoadAsync(_orders, SnowflakeSource.StagedLoadInPlace(folder));
        LoadReport again = await warehouse.LoadAsync(_orders, Source.StagedLoad(folder));

        report.Counts.Inserted.Should().Be(5);
        again.Outcome.Should().Be(LoadOutcome.AlreadyLoaded, "the manifest has the checksum that both roads know it by");
        await warehouse.ExpectAsync("SELECT order_id, customer, amount FROM landing.orders ORDER BY order_id", "order_id | customer | amount\n1 | c1 | 0.2500\n2 | c2 | 0.5000\n3 | NULL | 0.7500\n4 | c4 | 1.0000\n5 | c5 | 1.2500");

        StagedLoad other = await stage.StageRowsAsync((ZoneTable<Order>)_orders, rows, new() { LoadId = "y", Compression = Compression.None });
        await stage.PutAsync(other.Files[0].Path, Content("order_id,customer,amount\n99,stray,1\n"));
        (await RefuseAsync(SnowflakeSource.StagedLoadInPlace(other.ManifestPath))).Should().MatchRegex(@"its manifest says \d+ bytes, and the stage 36\.");
        await stage.PutAsync(other.Files[0].Path, Content("order_id,customer,amount\n" + string.Concat(Enumerable.Repeat("1,c,1\n", 4)) + new string('1', (int)other.Files[0].Length - 25 - 24 - 5) + ",c,1\n"));
        (await RefuseAsync(SnowflakeSource.StagedLoadInPlace(other.ManifestPath))).Should().NotBeEmpty();
        await stage.DeleteAsync(other.Files[0].Path);
        (await RefuseAsync(SnowflakeSource.StagedLoadInPlace(other.ManifestPath))).Should().Contain("names the file").And.Contain("but it is not on the stage");

        async Task<string> RefuseAsync(LoadSource source) => (await Assert.ThrowsAnyAsync<WarehouseException>(() => warehouse.LoadAsync(_orders, source))).Message;
    }

    [Fact]
    public async Task An_external_stage_is_read_where_the_bucket_is()
    {
        string bucket = Directory.CreateDirectory(_account.Of("bucket")).FullName;
        _account.Account.AddBucket("s3://landing/", bucket);
        _account.Run("CREATE STAGE FILES.BUCKET URL = 's3://landing/shop/'");
        var stage = new SnowflakeExternalStageClient(new LocalStageClient(Path.Combine(bucket, "shop", "in")), SnowflakeStage.External("files", "bucket").In("in"));
        await using IWarehouse warehouse = await OpenAsync(stage);
        await stage.PutAsync("day 1/a.csv", Content("order_id,customer,amount\n1,A,1\n"));

        LoadReport report = await warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("day 1/"));
        LoadReport again = await warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("day 1/"));

        (report.Counts.Inserted, again.Outcome).Should().Be((1, LoadOutcome.AlreadyLoaded));
        await warehouse.ExpectAsync("SELECT order_id, source_file, source_line FROM landing.orders", "order_id | source_file | source_line\n1 | day 1/a.csv | 2");
    }

    [Fact]
    public async Task Files_that_vanish_are_replaced_or_are_read_in_part_end_the_load()
    {
        SnowflakeStageClient stage = _account.Open(SnowflakeStage.Internal("files", "inbox"));
        await using IWarehouse warehouse = await OpenAsync(stage);
        await stage.PutAsync("a.csv", Content("order_id,customer,amount\n1,A,1\n"));
        string there = Path.Combine(_account.Account.StageFolder, "named", "FILES.INBOX", "a.csv");

        _account.Account.BeforeStatement = text => Before(text, "COPY", () => File.Delete(there));
        (await RefuseAsync("a.csv")).Should().Contain("Remote file 'a.csv' was not found").And.EndWith("The load was rolled back; landing.orders is as before.");
        await stage.PutAsync("a.csv", Content("order_id,customer,amount\n1,A,1\n"));
        _account.Account.BeforeStatement = text => Before(text, "SELECT \"FILE_NAME\" AS", () => File.WriteAllText(there, "order_id,customer,amount\n2,B,2\n"));
        (await RefuseAsync("a.csv")).Should().Be("a.csv was replaced or deleted while it was read. The load was rolled back. Run it again.");
        _account.Account.BeforeStatement = null;
        _account.Account.ReportCopy = (_, row) => [row[0], "PARTIALLY_LOADED", 3L, 2L, 3L, 1L, "bad", 3L, 1L, null];
        (await RefuseAsync("a.csv")).Should().Be("a.csv was read in part: COPY reports PARTIALLY_LOADED, 2 of 3 records and 1 errors, the first in line 3. The load was rolled back. Mend the file, and load it again.");
        _account.Account.ReportCopy = (_, row) => ["inbox/other.csv", .. row[1..]];
        (await RefuseAsync("a.csv")).Should().Contain("COPY read 'inbox/other.csv', which is none of the files that were asked for");
        _account.Account.ReportCopy = null;
        (await RefuseAsync("none.csv")).Should().Contain("There is no file 'none.csv'");
        (await RefuseAsync("none/")).Should().Contain("No file fits 'none/'");

        await warehouse.ExpectAsync("SELECT count(*) AS total FROM landing.orders", "total\n0");
        (await warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("a.csv"))).Counts.Inserted.Should().Be(1);
        _account.Account.ImplicitCommits.Should().BeEmpty();

        async Task<string> RefuseAsync(string path) => (await Assert.ThrowsAnyAsync<WarehouseException>(() => warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace(path)))).Message;

        static void Before(string text, string what, Action act)
        {
            if (text.StartsWith(what, StringComparison.Ordinal))
                act();
        }
    }

    [Fact]
    public async Task A_header_that_does_not_fit_is_told_as_on_the_general_road()
    {
        SnowflakeStageClient stage = _account.Open(SnowflakeStage.Internal("files", "inbox"));
        await using IWarehouse warehouse = await OpenAsync(stage);
        foreach (string header in new[] { "order_id,customer", "order_id,customer,amount,more", "order_id,customer,amount,amount", "" })
        {
            await stage.PutAsync("a.csv", Content(header.Length == 0 ? "" : header + "\n1,A,1,2\n"));
            string there = (await Assert.ThrowsAnyAsync<WarehouseException>(() => warehouse.LoadAsync(_orders, Source.StagedFiles("a.csv", CsvFormat.Default)))).Message;
            string here = (await Assert.ThrowsAnyAsync<WarehouseException>(() => warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("a.csv")))).Message;
            if (header.Length > 0)
                here.Should().Be(there);
        }

        await stage.PutAsync("b.csv", Content("order_id,customer,amount,more\n1,A,1,2\n"));
        LoadReport report = await warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("b.csv", CsvFormat.Default with { IgnoreExtraColumns = true }));
        report.IgnoredColumns.Should().Equal("more");
        await stage.PutAsync("c.csv", Content("7,\"\",2\n8,,2\n"));
        await warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("c.csv", CsvFormat.Default with { HasHeader = false, EmptyIsNull = true }));
        await warehouse.ExpectAsync("SELECT order_id, customer IS NULL AS none, source_line FROM landing.orders WHERE order_id > 6 ORDER BY order_id", "order_id | none | source_line\n7 | true | 1\n8 | true | 2");
    }

    [Fact]
    public async Task What_cannot_be_read_in_place_is_refused()
    {
        await using (IWarehouse local = await OpenAsync(new LocalStageClient(_account.Of("local"))))
            (await RefuseAsync(local)).Should().Contain("is none that Snowflake can read");
        await using (IWarehouse table = await OpenAsync(_account.Open(SnowflakeStage.Table("files", "orders"))))
            (await RefuseAsync(table)).Should().Contain("Snowflake reads no single fields of files on the stage of a table");
        foreach (CsvFormat format in new CsvFormat[] { new() { NullText = "NULL" }, new() { Quote = '|' }, new() { DateFormats = ["dd.MM.yyyy"] }, new() { Encoding = System.Text.Encoding.Latin1 }, new() { Culture = new("de-DE") } })
            Assert.Throws<ArgumentException>(() => SnowflakeSource.FilesInPlace("a.csv", format)).Message.Should().StartWith("Snowflake does not read such a file as this SDK does: ");
        Assert.Throws<ArgumentException>(() => Source.Union(SnowflakeSource.FilesInPlace("a.csv"))).Message.Should().Contain("read by the engine itself");

        async Task<string> RefuseAsync(IWarehouse warehouse) => (await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("a.csv")))).Message;
    }

    private static async Task<long> CountAsync(IWarehouse warehouse, string table) => (await warehouse.QueryAsync<long>($"SELECT count(*) FROM {table}"))[0];

    private static MemoryStream Content(string text) => new(System.Text.Encoding.UTF8.GetBytes(text));

    private Task<IWarehouse> OpenAsync(IStageClient stage) => _account.OpenAsync(
        DimensionalModel.Create("in_place", model =>
        {
            _here = model.Landing<All>("here", Types);
            _there = model.Landing<All>("there", Types);
            _orders = model.Landing<Order>("orders");
            Dimension<Customer> customers = model.Dimension<Customer>("customers", d => d.NaturalKey(c => c.Name).Type1(c => c.City));
            _customers = customers;
            _sales = model.Fact<Sale>("sales", f => f.Grain("one sale", s => s.SaleId).Degenerate(s => s.SaleId).Dimension(customers, s => s.Customer, whenUnknown: UnknownMember.InferMember).Measure(s => s.Amount, Additivity.Additive).Upsert());
        }),
        stage);

    private static void Types(ZoneTableBuilder<All> table) => table.Column(row => row.Amount, ColumnType.Decimal(38, 2)).Column(row => row.Code, ColumnType.Char(5)).Column(row => row.Instant, ColumnType.TimestampTz).Column(row => row.Document, ColumnType.Json);

    private sealed record All(int Id, short? Small, long? Large, bool? Flag, Numeric? Amount, double? Ratio, string? Word, string? Code, DateOnly? Day, DateTime? Moment, DateTimeOffset? Instant, TimeOnly? TimeOf, Guid? Token, string? Document, byte[]? Bytes);

    private sealed record Order(int OrderId, string? Customer, decimal Amount);

    private sealed record Customer(string Name, string? City);

    private sealed record Sale(int SaleId, string Customer, decimal Amount);
}
