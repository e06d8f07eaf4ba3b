using System.Globalization;
using System.Text;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Tests;

public sealed class CsvFeedTests
{
    [Fact]
    public async Task Rows_are_read_by_the_names_of_the_header_in_any_order_and_case()
        => (await CsvFile.ReadAsync<ItemRow>("Name,ID\nBall,1\nCar,2\n")).Should().Equal("2: 1 | 'Ball'", "3: 2 | 'Car'");

    [Fact]
    public async Task NULL_is_an_empty_field_and_an_empty_text_has_quotes()
        => (await CsvFile.ReadAsync<ItemRow>("id,name\n1,\n2,\"\"\n,x\n\"\",y\n")).Should().Equal(
            "2: 1 | NULL", "3: 2 | ''", "4: NULL | 'x'", "5: expected a whole number of 32 bits | 'y'");

    [Fact]
    public async Task EmptyIsNull_takes_quoted_empty_texts_too()
        => (await CsvFile.ReadAsync<ItemRow>("id,name\n1,\n2,\"\"\n", new CsvFormat { EmptyIsNull = true })).Should().Equal("2: 1 | NULL", "3: 2 | NULL");

    [Fact]
    public async Task A_declared_text_means_NULL_unless_it_is_quoted()
        => (await CsvFile.ReadAsync<ItemRow>("id,name\n1,\\N\n2,\"\\N\"\n3,\n4,\\n\n\\N,x\n", new CsvFormat { NullText = "\\N" })).Should().Equal(
            "2: 1 | NULL", "3: 2 | '\\N'", "4: 3 | ''", "5: 4 | '\\n'", "6: NULL | 'x'");

    [Fact]
    public async Task A_declared_text_and_the_empty_one_can_both_mean_NULL()
        => (await CsvFile.ReadAsync<ItemRow>("id,name\n1,NULL\n2,\n3,\"\"\n", new CsvFormat { NullText = "NULL", EmptyIsNull = true })).Should().Equal(
            "2: 1 | NULL", "3: 2 | NULL", "4: 3 | NULL");

    [Fact]
    public async Task EmptyIsNull_leaves_a_quoted_NULL_text_a_text()
        => (await CsvFile.ReadAsync<ItemRow>("id,name\n1,\"NULL\"\n", new CsvFormat { NullText = "NULL", EmptyIsNull = true })).Should().Equal("2: 1 | 'NULL'");

    [Fact]
    public async Task Delimiter_and_quote_can_be_others()
        => (await CsvFile.ReadAsync<ItemRow>("id;name\n1;'a;b'\n2;'it''s'\n3;\"x\"\n4;''\n5;\n", new CsvFormat { Delimiter = ';', Quote = '\'' })).Should().Equal(
            "2: 1 | 'a;b'", "3: 2 | 'it's'", "4: 3 | '\"x\"'", "5: 4 | ''", "6: 5 | NULL");

    [Fact]
    public async Task Quotes_protect_delimiters_quotes_and_line_ends()
        => (await CsvFile.ReadAsync<ItemRow>("id,name\n1,\"a,b\"\n2,\"say \"\"hi\"\"\"\n3,\"two\nlines\"\n")).Should().Equal(
            "2: 1 | 'a,b'", "3: 2 | 'say \"hi\"'", "4: 3 | 'two\nlines'");

    [Fact]
    public async Task Lines_are_counted_as_an_editor_counts_them()
        => (await CsvFile.ReadAsync<ItemRow>("id,name\n1,\"a\n\nb\"\n2,x\n3,\"c\nd\"\n4,y")).Should().Equal(
            "2: 1 | 'a\n\nb'", "5: 2 | 'x'", "6: 3 | 'c\nd'", "8: 4 | 'y'");

    [Theory]
    [InlineData("id,name\r\n1,x\r\n2,\"a\r\nb\"\r\n3,z\r\n")]
    [InlineData("id,name\r\n1,x\r\n2,\"a\r\nb\"\r\n3,z")]
    public async Task Windows_line_ends_are_line_ends(string content)
        => (await CsvFile.ReadAsync<ItemRow>(content)).Should().Equal("2: 1 | 'x'", "3: 2 | 'a\r\nb'", "5: 3 | 'z'");

    [Fact]
    public async Task The_last_line_needs_no_end()
        => (await CsvFile.ReadAsync<ItemRow>("id,name\n1,x\n2,")).Should().Equal("2: 1 | 'x'", "3: 2 | NULL");

    [Fact]
    public async Task A_byte_order_mark_is_no_part_of_the_first_column()
        => (await CsvFile.ReadAsync<ItemRow>([0xef, 0xbb, 0xbf, .. "id,name\n1,x\n"u8])).Should().Equal("2: 1 | 'x'");

    [Fact]
    public async Task A_row_that_begins_with_a_hash_is_a_row()
        => (await CsvFile.ReadAsync<ItemRow>("name,id\n#1 hit,5\n\"#2\",6\n#,7\n")).Should().Equal("2: 5 | '#1 hit'", "3: 6 | '#2'", "4: 7 | '#'");

    [Fact]
    public async Task A_file_that_a_crash_filled_up_with_zeros_is_not_taken_for_a_whole_one()
        => (await CsvFile.ReadAsync<ItemRow>("id,name\n1,x\n\0\0\0\0")).Should().Equal("2: 1 | 'x'", "3: 1 fields, expected 2");

    [Fact]
    public async Task Ragged_rows_say_what_is_wrong_with_them()
        => (await CsvFile.ReadAsync<ItemRow>("id,name\n1\n2,x,y\n3,z\n\n4,w\n")).Should().Equal(
            "2: 1 fields, expected 2", "3: 3 fields, expected 2", "4: 3 | 'z'", "5: 1 fields, expected 2", "6: 4 | 'w'");

    [Fact]
    public async Task An_empty_line_of_a_file_with_one_column_is_a_NULL()
        => (await CsvFile.ReadAsync<NameRow>("name\nx\n\ny\n")).Should().Equal("2: 'x'", "3: NULL", "4: 'y'");

    [Fact]
    public async Task A_row_keeps_its_text_for_the_reject_table()
    {
        await using RowFeed<CsvRow> feed = await CsvFile.OpenAsync<ItemRow>("id,name\r\nx,\"a\r\nb\"\r\n"u8.ToArray());
        await feed.MoveNextAsync(TestContext.Current.CancellationToken);

        feed.RawRow().Should().Be("x,\"a\r\nb\"");
        feed.File.Should().Be("x.csv");
        feed.Current.Should().NotBeNull();
    }

    [Fact]
    public async Task Numbers_are_not_guessed()
        => (await CsvFile.ReadAsync<TypedRow>("id,amount,day,moment,flag\n1,\"4,99\",2024-02-30,2024-01-01 00:00,maybe\n1.0,4.99,2024-02-29,2024-01-01T01:00:00+02:00,T\n")).Should().Equal(
            "2: 1 | expected a decimal number with the point '.' | expected a date as yyyy-MM-dd | 2024-01-01 00:00:00 | expected true, t or 1, or false, f or 0",
            "3: expected a whole number of 32 bits | 4.99 | 2024-02-29 | 2023-12-31 23:00:00 | True");

    [Fact]
    public async Task A_file_can_be_written_as_people_write_it()
        => (await CsvFile.ReadAsync<TypedRow>("id;amount;day;moment;flag\n1;4,99;29.02.2024;24.05.2005 22:53;0\n", new CsvFormat
        {
            Delimiter = ';',
            Culture = CultureInfo.GetCultureInfo("da-DK"),
            DateFormats = ["dd.MM.yyyy"],
            TimestampFormats = ["dd.MM.yyyy HH:mm"],
        })).Should().Equal("2: 1 | 4.99 | 2024-02-29 | 2005-05-24 22:53:00 | False");

    [Fact]
    public async Task A_missing_an_unknown_and_a_repeated_column_are_told_together()
    {
        Func<Task> open = () => CsvFile.OpenAsync<ItemRow>("id,ID,nam\n1,1,x\n"u8.ToArray());

        (await open.Should().ThrowAsync<WarehouseSchemaException>())
            .WithMessage("x.csv does not fit landing.row: column 'name' is missing; column 'id' stands there 2 times; column 'nam' is not expected. "
                + "Seen: id, ID, nam. Expected: id, name. Nothing was loaded. Correct the source, or the row type in the model.")
            .Which.Differences.Should().Equal("column 'name' is missing", "column 'id' stands there 2 times", "column 'nam' is not expected");
    }

    [Fact]
    public async Task Extra_columns_can_be_left_out()
        => (await CsvFile.ReadAsync<ItemRow>("note,id,name\nhello,1,x\n", new CsvFormat { IgnoreExtraColumns = true })).Should().Equal("2: 1 | 'x'");

    [Fact]
    public async Task But_missing_and_repeated_ones_cannot()
    {
        Func<Task> open = () => CsvFile.OpenAsync<ItemRow>("note,note,id\n1,2,3\n"u8.ToArray(), new CsvFormat { IgnoreExtraColumns = true });

        (await open.Should().ThrowAsync<WarehouseSchemaException>())
            .Which.Differences.Should().Equal("column 'name' is missing", "column 'note' stands there 2 times");
    }

    [Fact]
    public async Task A_header_without_a_name_is_named_by_its_place()
    {
        Func<Task> open = () => CsvFile.OpenAsync<ItemRow>("id,,name\n1,2,3\n"u8.ToArray());

        (await open.Should().ThrowAsync<WarehouseLoadException>())
            .WithMessage("x.csv, line 1: field 2 of the header is no column name. Expected a header line with names. Nothing was loaded.");
    }

    [Fact]
    public async Task Without_a_header_fields_stand_in_the_targets_order_from_line_1()
        => (await CsvFile.ReadAsync<ItemRow>("1,x\n2,y,z\n", new CsvFormat { HasHeader = false })).Should().Equal("1: 1 | 'x'", "2: 3 fields, expected 2");

    [Fact]
    public async Task An_empty_file_without_a_header_has_no_rows()
        => (await CsvFile.ReadAsync<ItemRow>(string.Empty, new CsvFormat { HasHeader = false })).Should().BeEmpty();

    [Fact]
    public async Task A_header_alone_has_no_rows() => (await CsvFile.ReadAsync<ItemRow>("id,name")).Should().BeEmpty();

    [Fact]
    public async Task An_empty_file_that_should_have_a_header_cannot_be_read()
    {
        Func<Task> open = () => CsvFile.OpenAsync<ItemRow>([]);

        (await open.Should().ThrowAsync<WarehouseLoadException>())
            .WithMessage("x.csv cannot be read from line 1 on: *. Nothing was loaded.")
            .Which.File.Should().Be("x.csv");
    }

    [Fact]
    public async Task Bytes_that_are_no_text_fail_the_load()
    {
        Func<Task> read = () => CsvFile.ReadAsync<ItemRow>(Encoding.Latin1.GetBytes("id,name\n1,Åse\n"));

        WarehouseLoadException refused = (await read.Should().ThrowAsync<WarehouseLoadException>())
            .WithMessage("x.csv cannot be read from line 1 on: it holds bytes that are no utf-8 text; declare its encoding in CsvFormat.Encoding. Nothing was loaded.").Which;
        refused.Line.Should().Be(1);
    }

    [Fact]
    public async Task So_do_they_far_down_the_file()
    {
        string rows = string.Concat(Enumerable.Range(1, 20_000).Select(id => FormattableString.Invariant($"{id},x\n")));
        Func<Task> read = () => CsvFile.ReadAsync<ItemRow>([.. "id,name\n"u8, .. Encoding.ASCII.GetBytes(rows), .. Encoding.Latin1.GetBytes("20001,Åse\n")]);

        WarehouseLoadException refused = (await read.Should().ThrowAsync<WarehouseLoadException>())
            .WithMessage("x.csv cannot be read from line * on: it holds bytes that are no utf-8 text; declare its encoding in CsvFormat.Encoding. Nothing was loaded.").Which;
        refused.Line.Should().BeInRange(10_000, 20_002, "text is read ahead, by less than a few thousand lines");
    }

    [Fact]
    public async Task The_refusal_names_the_encoding_that_was_declared()
    {
        string rows = string.Concat(Enumerable.Repeat("1,x\n", 20_000));
        Func<Task> read = () => CsvFile.ReadAsync<ItemRow>([.. "id,name\n"u8, .. Encoding.ASCII.GetBytes(rows), 0xc5, (byte)'\n'], new CsvFormat { Encoding = Encoding.ASCII });

        await read.Should().ThrowAsync<WarehouseLoadException>().WithMessage("*bytes that are no us-ascii text*");
    }

    [Fact]
    public async Task A_declared_encoding_is_used()
        => (await CsvFile.ReadAsync<ItemRow>(Encoding.Latin1.GetBytes("id,name\n1,Åse\n"), new CsvFormat { Encoding = Encoding.Latin1 })).Should().Equal("2: 1 | 'Åse'");

    [Theory]
    [InlineData("id,name\n1,x\n2,\"cut o", 3)]
    [InlineData("id,name\n1,\"a\nb\"\n2,\"cut o\nff\n", 4)]
    public async Task A_file_that_ends_inside_quotes_was_cut_off(string content, int line)
    {
        Func<Task> read = () => CsvFile.ReadAsync<ItemRow>(content);

        WarehouseLoadException refused = (await read.Should().ThrowAsync<WarehouseLoadException>())
            .WithMessage(FormattableString.Invariant($"x.csv cannot be read from line {line} on: *; the file may have been cut off. Nothing was loaded.")).Which;
        refused.File.Should().Be("x.csv");
        refused.Line.Should().Be(line);
    }

    [Fact]
    public async Task So_was_one_whose_header_does()
    {
        Func<Task> open = () => CsvFile.OpenAsync<ItemRow>("id,\"na"u8.ToArray());

        (await open.Should().ThrowAsync<WarehouseLoadException>()).Which.Line.Should().Be(1);
    }

    [Fact]
    public async Task Text_after_a_closing_quote_is_no_CSV()
    {
        Func<Task> read = () => CsvFile.ReadAsync<ItemRow>("id,name\n1,\"a\"b\n");

        (await read.Should().ThrowAsync<WarehouseLoadException>()).Which.Line.Should().Be(2);
    }

    [Fact]
    public async Task A_quote_inside_a_field_without_quotes_is_a_character()
        => (await CsvFile.ReadAsync<WideRow>("a,b,c\n5\" disk,\"\",\n\"x\",3\" disk,\"\"\n")).Should().Equal("2: '5\" disk' | '' | NULL", "3: 'x' | '3\" disk' | ''");

    [Fact]
    public async Task Reading_can_be_cancelled()
    {
        await using RowFeed<CsvRow> feed = await CsvFile.OpenAsync<ItemRow>("id,name\n1,x\n"u8.ToArray());
        Func<Task> read = async () =>
        {
            for (int i = 0; i < 10; i++)
                await feed.MoveNextAsync(new CancellationToken(canceled: true));
        };

        await read.Should().ThrowAsync<OperationCanceledException>();
    }

    private sealed record ItemRow(int? Id, string? Name);

    private sealed record NameRow(string? Name);

    private sealed record WideRow(string? A, string? B, string? C);

    private sealed record TypedRow(int Id, decimal Amount, DateOnly Day, DateTime Moment, bool Flag);
}
