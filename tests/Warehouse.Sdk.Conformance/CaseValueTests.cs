using System.Globalization;
using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>What counts as the same value, by the numbers of the case catalogue: section 2, and of section 16 what is about texts.</summary>
public abstract class CaseValueTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    public sealed record JsonEvent(int Id, string? Document, DateTime At);

    public sealed record DatedEvent(int Id, DateOnly? Ended, DateTime? Seen, DateTime At);

    public sealed record FileEvent(int Id, bool? Flag, decimal? Price, DateOnly? Born, DateTime At);

    [Fact]
    public async Task N02_An_empty_text_is_NULL_where_that_is_declared()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.Compare(e => e.Value, Equality.EmptyIsNull | Equality.TrimEnd);
        });
        await members.LoadAsync(Of(1, "", 1), Of(2, null, 1), Of(3, "  ", 1), Of(4, "A ", 1));
        await members.ExpectNothingChangesAsync(Of(1, null, 10), Of(2, "", 10), Of(3, "", 10), Of(4, "A", 10));
        await members.ExpectAsync("""
            id | value
            1  | NULL
            2  | NULL
            3  | NULL
            4  | A
            """);
    }

    [Fact]
    public async Task N15_Json_is_compared_by_what_it_says()
    {
        await using var members = await OpenJsonAsync(ColumnType.Json, Equality.Json);
        (await members.LoadAsync(Json(1, """{"b": 1.0, "a": [true, null, "æ\u0041"]}""", 1), Json(1, """{"a":[true,null,"æA"],"b":1}""", 1)))
            .Counts.Should().Be(new LoadCounts { Read = 2, NewMembers = 1, Duplicates = 1 });
        await members.ExpectNothingChangesAsync(Json(1, """{ "a" : [ true , null , "æA" ], "b" : 10e-1 }""", 10));
        await members.ExpectNothingChangesAsync(Json(1, """{"b": 2, "a": [true, null, "æA"], "b": 1}""", 10));
        (await members.LoadAsync(Json(1, """{"a": [null, true, "æA"], "b": 1}""", 20), Json(1, """{"a": [null, true, "æA"], "b": "1"}""", 30), Json(1, null, 40)))
            .Counts.Should().Be(new LoadCounts { Read = 3, NewVersions = 3 });
        await members.ExpectAsync("""
            valid_from | valid_to
            2024-01-01 | 2024-01-20
            2024-01-20 | 2024-01-30
            2024-01-30 | 2024-02-09
            2024-02-09 | NULL
            """);
        (await members.LoadAsync(Source.Query("""SELECT 1 AS id, '{"b":1,"a":[null,true,"æA"]}' AS document, TIMESTAMP '2024-03-01' AS at UNION ALL SELECT 1, '{"a":[null,true,"æA"], "b":1.00}', TIMESTAMP '2024-03-02'""")))
            .Counts.Should().Be(new LoadCounts { Read = 2, NewVersions = 1, Unchanged = 1 });
    }

    [Fact]
    public async Task N15_Json_kept_as_text_is_compared_exactly()
    {
        await using var members = await OpenJsonAsync(ColumnType.Text, Equality.Exact);
        await members.LoadAsync(Json(1, """{"a":1,"b":2}""", 1));
        (await members.LoadAsync(Json(1, """{"b":2,"a":1}""", 10))).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
    }

    [Fact]
    public async Task N14_The_character_0_is_taken_out_where_that_is_declared()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.RemoveNul(e => e.Value);
        });
        await members.LoadAsync(Of(1, "a\0b", 1), Of(2, null, 1), Of(3, "\0", 1));
        await members.ExpectNothingChangesAsync(Of(1, "ab\0\0", 10));
        using var folder = new ScratchFolder();
        string file = folder.Of("members.csv");
        await File.WriteAllTextAsync(file, "id,value,at\n2,c\0d,2024-01-10\n");
        await members.LoadAsync(Source.Csv(file));
        await members.ExpectAsync("""
            id | value | valid_from
            1  | ab    | 2024-01-01
            2  | NULL  | 2024-01-01
            2  | cd    | 2024-01-10
            3  | ''    | 2024-01-01
            """);
    }

    [Fact]
    public async Task N19_N20_S07_Columns_in_another_order_and_values_in_other_spellings_change_nothing()
    {
        await using var members = await ScdDimension.OpenAsync<FileEvent>(store, DefineFile);
        using var folder = new ScratchFolder();
        async Task<LoadReport> LoadAsync(string name, string text, CsvFormat? format = null)
        {
            await File.WriteAllTextAsync(folder.Of(name), text);
            return await members.LoadAsync(Source.Csv(folder.Of(name), format));
        }

        await LoadAsync("first.csv", "id,flag,price,born,at\n1,true,1.5,2024-01-02,2024-01-01\n2,f,2,,2024-01-01\n");
        foreach (string text in new[] { "at,born,price,flag,id\n2024-01-10,2024-01-02,1.50,t,1\n2024-01-10,,2.0,0,2\n", "FLAG,Id,born,price,At\n1,1,2024-01-02,1.500,2024-01-20\nFALSE,2,,2,2024-01-20\n" })
            (await LoadAsync($"{text.Length}.csv", text)).Counts.Should().Be(new LoadCounts { Read = 2, Unchanged = 2 });
        var danish = new CsvFormat { Delimiter = ';', Culture = CultureInfo.GetCultureInfo("da-DK"), DateFormats = ["dd.MM.yyyy"], TimestampFormats = ["dd.MM.yyyy"] };
        (await LoadAsync("danish.csv", "id;flag;price;born;at\n1;T;1,5;02.01.2024;30.01.2024\n", danish)).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1 });
        await members.ExpectAsync("""
            id | flag  | price  | born       | valid_from
            1  | true  | 1.5000 | 2024-01-02 | 2024-01-01
            2  | false | 2.0000 | NULL       | 2024-01-01
            """);
    }

    [Theory]
    [InlineData("da-DK")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    public async Task P12_The_hosts_culture_changes_nothing(string culture)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
        try
        {
            await using var members = await ScdDimension.OpenAsync<FileEvent>(store, d =>
            {
                DefineFile(d);
                d.FirstVersionFrom(new DateTime(2023, 12, 31, 1, 2, 3));
            });
            using var folder = new ScratchFolder();
            await File.WriteAllTextAsync(folder.Of("members.csv"), "ID,FLAG,PRICE,BORN,AT\n1,TRUE,1234.5,2024-02-29,2024-01-01 10:20:30.5\n");
            await members.LoadAsync(Source.Csv(folder.Of("members.csv")));
            await members.LoadAsync(new LoadOptions { AsOf = new DateTimeOffset(Day(20), TimeSpan.Zero) }, new FileEvent(1, true, 1234.6m, new DateOnly(2024, 2, 29), Day(10)));
            await members.ExpectAsync("""
                id | flag | price     | born       | valid_from          | valid_to
                1  | true | 1234.5000 | 2024-02-29 | 2023-12-31 01:02:03 | 2024-01-10
                1  | true | 1234.6000 | 2024-02-29 | 2024-01-10          | NULL
                """);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("2024-01-01 24:00:00")]
    [InlineData("2016-12-31 23:59:60")]
    [InlineData("0000-00-00")]
    [InlineData("infinity")]
    [InlineData("2024-02-30")]
    public async Task P08_P09_A_time_that_is_none_rejects_its_row(string time)
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        using var folder = new ScratchFolder();
        await File.WriteAllTextAsync(folder.Of("members.csv"), $"id,value,at\n1,A,{time}\n2,B,2024-01-01\n");
        (await members.LoadAsync(Source.Csv(folder.Of("members.csv")), new LoadOptions { Rejects = RejectPolicy.KeepAll })).Counts.Should().Be(new LoadCounts { Read = 2, NewMembers = 1, Rejected = 1 });
        await members.ExpectRejectsAsync("""
            line | column_name
            2    | at
            """);
    }

    [Fact]
    public async Task P08_Days_that_mean_none_are_NULL_where_that_is_declared()
    {
        await using var members = await ScdDimension.OpenAsync<DatedEvent>(store, DefineDated);
        await members.LoadAsync(Dated(1, "9999-12-31", "2024-01-01"), Dated(2, "0001-01-01", "2024-01-01"), Dated(3, null, "2024-01-01"), Dated(4, "2023-05-06", "2024-01-01"));
        await members.ExpectNothingChangesAsync(Dated(1, null, "2024-01-10"), Dated(2, "9999-12-31", "2024-01-10"), Dated(3, "0001-01-01", "2024-01-10"));
        (await members.LoadAsync(Source.Query($"""
            SELECT 1 AS id, DATE '1970-01-02' AS ended, TIMESTAMP '9999-12-31 23:59:59' AS seen, TIMESTAMP '2024-01-20' AS at
            UNION ALL SELECT 2, {None("DATE 'infinity'", "DATE '9999-12-31'")}, {None("TIMESTAMP '-infinity'", "TIMESTAMP '0001-01-01'")}, TIMESTAMP '2024-01-20'
            UNION ALL SELECT 4, DATE '9999-12-31', NULL, TIMESTAMP '2024-01-20'
            """))).Counts.Should().Be(new LoadCounts { Read = 3, NewVersions = 2, Unchanged = 1 });
        await members.ExpectAsync("""
            id | ended      | seen                | valid_from | valid_to
            1  | NULL       | NULL                | 2024-01-01 | 2024-01-20
            1  | 1970-01-02 | NULL                | 2024-01-20 | NULL
            2  | NULL       | NULL                | 2024-01-01 | NULL
            3  | NULL       | NULL                | 2024-01-01 | NULL
            4  | 2023-05-06 | 2023-05-06 07:00:00 | 2024-01-01 | 2024-01-20
            4  | NULL       | NULL                | 2024-01-20 | NULL
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task P08_An_effective_time_that_means_none_rejects_its_row(LateEvents lateEvents)
    {
        await using var members = await ScdDimension.OpenAsync<DatedEvent>(store, d =>
        {
            DefineDated(d);
            d.LateEvents(lateEvents);
        });
        (await members.LoadAsync(Source.Query($"""
            SELECT 1 AS id, DATE '2024-01-01' AS ended, TIMESTAMP '2024-01-01' AS seen, TIMESTAMP '9999-12-31 23:59:59' AS at
            UNION ALL SELECT 2, NULL, NULL, {None("TIMESTAMP 'infinity'", "TIMESTAMP '9999-12-31'")}
            UNION ALL SELECT 3, NULL, NULL, TIMESTAMP '0001-01-01'
            UNION ALL SELECT NULL, NULL, NULL, NULL
            UNION ALL SELECT 4, NULL, NULL, TIMESTAMP '9999-12-30'
            """), new LoadOptions { Rejects = RejectPolicy.KeepAll })).Counts.Should().Be(new LoadCounts { Read = 5, NewMembers = 1, Rejected = 4 });
        await members.Warehouse.ExpectAsync("SELECT column_name, reason FROM warehouse.reject ORDER BY column_name", """
            column_name | reason
            at          | natural key or effective time is NULL or a date that means none
            at          | natural key or effective time is NULL or a date that means none
            at          | natural key or effective time is NULL or a date that means none
            id, at      | natural key or effective time is NULL or a date that means none
            """);
        await members.ExpectAsync("""
            id | valid_from | valid_to
            4  | 9999-12-30 | NULL
            """);
    }

    private string None(string infinite, string agreed) => store.HoldsInfiniteDates ? infinite : agreed;

    [Fact]
    public async Task P11_The_sequence_decides_between_two_changes_of_one_second()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Sequenced);
        await members.LoadAsync(Events("A1#1 C10#3 B10#2 D20#4"));
        await members.ExpectAsync("""
            value | valid_from | valid_to
            A     | 2024-01-01 | 2024-01-10
            C     | 2024-01-10 | 2024-01-20
            D     | 2024-01-20 | NULL
            """);
    }

    private static JsonEvent Json(int id, string? document, int day) => new(id, document, Day(day));

    private static DatedEvent Dated(int id, string? ended, string at)
        => new(id, ended is null ? null : DateOnly.Parse(ended, CultureInfo.InvariantCulture), ended is null ? null : DateTime.Parse($"{ended} 07:00", CultureInfo.InvariantCulture), DateTime.Parse(at, CultureInfo.InvariantCulture));

    private static void DefineDated(DimensionBuilder<DatedEvent> dimension)
        => dimension.NaturalKey(e => e.Id).Type2(e => e.Ended).Type1(e => e.Seen).EffectiveFrom(e => e.At).Overwrite(OverwriteScope.CurrentVersion)
            .NullDates(new DateOnly(9999, 12, 31), DateOnly.MinValue);

    private static void DefineFile(DimensionBuilder<FileEvent> dimension)
        => dimension.NaturalKey(e => e.Id).Type2(e => e.Flag, e => e.Price, e => e.Born).EffectiveFrom(e => e.At);

    private Task<ScdDimension<JsonEvent>> OpenJsonAsync(ColumnType type, Equality equality)
        => ScdDimension.OpenAsync<JsonEvent>(store, d => d.NaturalKey(e => e.Id).Type2(e => e.Document).EffectiveFrom(e => e.At).Column(e => e.Document, type).Compare(e => e.Document, equality));
}
