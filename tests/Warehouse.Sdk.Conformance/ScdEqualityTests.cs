using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>When two values count as the same.</summary>
public abstract class ScdEqualityTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    public sealed record NumberEvent(int Id, double? Reading, decimal? Price, DateTime At);

    public sealed record TwoTexts(int Id, string? X, string? Y, DateTime At);

    private static readonly LoadCounts NewVersion = new() { Read = 1, NewVersions = 1 };
    private static readonly LoadCounts Unchanged = new() { Read = 1, Unchanged = 1 };

    [Theory]
    [InlineData("", null)]
    [InlineData(null, "")]
    [InlineData("A", "A ")]
    [InlineData("a", "A")]
    [InlineData("é", "e\u0301")]
    [InlineData(null, "^^")]
    [InlineData(null, "_dbt_utils_surrogate_key_null_")]
    [InlineData(null, "Unknown")]
    [InlineData("Unknown", null)]
    public async Task N02_N03_N04_N10_N18_Exactly_different_texts_make_a_version(string? before, string? after)
    {
        await using var members = await OpenAsync(Equality.Exact);
        await members.LoadAsync(Of(1, before, 1));
        (await members.LoadAsync(Of(1, after, 10))).Counts.Should().Be(NewVersion);
        (await ValuesAsync(members)).Should().Equal(before, after);
    }

    [Theory]
    [InlineData(Equality.TrimEnd, "A", "A  ", "A")]
    [InlineData(Equality.TrimEnd, "A  ", "A", "A")]
    [InlineData(Equality.IgnoreCase, "a", "A", "a")]
    [InlineData(Equality.IgnoreCase, "ÆØÅ", "æøå", "ÆØÅ")]
    [InlineData(Equality.UnicodeNfc, "é", "e\u0301", "é")]
    [InlineData(Equality.UnicodeNfc, "e\u0301", "é", "é")]
    [InlineData(Equality.TrimEnd | Equality.IgnoreCase, "a ", "A", "a")]
    public async Task N03_N04_N10_Texts_that_count_as_equal_change_nothing(Equality equality, string before, string after, string stored)
    {
        await using var members = await OpenAsync(equality);
        await members.LoadAsync(Of(1, before, 1));
        (await members.ExpectNothingChangesAsync(Of(1, after, 10))).Counts.Should().Be(Unchanged);
        (await ValuesAsync(members)).Should().Equal(stored);
    }

    [Theory]
    [InlineData(Equality.TrimEnd, " A", "A")]
    [InlineData(Equality.IgnoreCase, "a", "b")]
    [InlineData(Equality.IgnoreCase, "a", "á")]
    [InlineData(Equality.UnicodeNfc, "e", "é")]
    [InlineData(Equality.TrimEnd, null, " ")]
    public async Task Texts_that_differ_in_more_than_what_is_ignored_make_a_version(Equality equality, string? before, string after)
    {
        await using var members = await OpenAsync(equality);
        await members.LoadAsync(Of(1, before, 1));
        (await members.LoadAsync(Of(1, after, 10))).Counts.Should().Be(NewVersion);
    }

    [Fact]
    public async Task Case_is_ignored_in_types_1_and_3_too_and_the_stored_spelling_stays()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, d =>
        {
            ScdMixedEvent.Mixed(d);
            d.Compare(e => e.Email, Equality.IgnoreCase).Compare(e => e.Segment, Equality.IgnoreCase);
        });
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "n", 1));
        await members.ExpectNothingChangesAsync(ScdMixedEvent.Of(1, "o", "X", "A", "N", 10));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "X", "B", "N", 20));
        await members.ExpectAsync("""
            email | town | segment | previous_segment
            x     | A    | n       | NULL
            x     | B    | n       | NULL
            """);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "Y", "B", "S", 30));
        await members.ExpectAsync("""
            email | town | segment | previous_segment
            Y     | A    | S       | n
            Y     | B    | S       | n
            """);
    }

    [Fact]
    public async Task The_first_spelling_of_a_batch_is_the_one_that_is_stored()
    {
        await using var members = await OpenAsync(Equality.IgnoreCase);
        (await members.LoadAsync(Of(1, "A", 10), Of(1, "a", 1), Of(1, "B", 30), Of(1, "b", 20))).Counts.Should().Be(new LoadCounts { Read = 4, NewMembers = 1, NewVersions = 1, Unchanged = 2 });
        (await ValuesAsync(members)).Should().Equal("a", "b");
    }

    [Fact]
    public async Task What_type_3_remembers_and_a_mark_carries_is_the_stored_spelling()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, d =>
        {
            ScdMixedEvent.Mixed(d);
            d.Compare(e => e.Town, Equality.IgnoreCase).Compare(e => e.Segment, Equality.IgnoreCase).WhenAbsent(Absent.MarkDeleted);
        });
        await members.LoadAsync(
            ScdMixedEvent.Of(1, "o", "x", "a", "n", 1), ScdMixedEvent.Of(1, "o", "x", "A", "N", 5), ScdMixedEvent.Of(1, "o", "x", "A", "S", 10), ScdMixedEvent.Gone(1, 20));
        await members.ExpectAsync("""
            town | segment | previous_segment | is_deleted | valid_from | valid_to
            a    | S       | n                | false      | 2024-01-01 | 2024-01-20
            a    | S       | n                | true       | 2024-01-20 | NULL
            """);
    }

    [Theory]
    [InlineData(0.0, -0.0)]
    [InlineData(-0.0, 0.0)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(1d, 1.0)]
    public async Task N06_N08_Equal_readings_change_nothing(double before, double after)
    {
        await using var members = await OpenNumbersAsync();
        await members.LoadAsync(new NumberEvent(1, before, null, Day(1)));
        (await members.ExpectNothingChangesAsync(new NumberEvent(1, after, null, Day(10)))).Counts.Should().Be(Unchanged);
    }

    [Theory]
    [InlineData(0.0, double.NaN)]
    [InlineData(double.NaN, null)]
    [InlineData(null, 0.0)]
    [InlineData(1.0, 1.0000000000000002)]
    public async Task Different_readings_make_a_version(double? before, double? after)
    {
        await using var members = await OpenNumbersAsync();
        await members.LoadAsync(new NumberEvent(1, before, null, Day(1)));
        (await members.LoadAsync(new NumberEvent(1, after, null, Day(10)))).Counts.Should().Be(NewVersion);
    }

    [Fact]
    public async Task Copies_that_differ_only_in_the_sign_of_zero_are_duplicates()
    {
        await using var members = await OpenNumbersAsync();
        var report = await members.LoadAsync(new NumberEvent(1, 0.0, 1.10m, Day(1)), new NumberEvent(1, -0.0, 1.1m, Day(1)));
        report.Counts.Should().Be(new LoadCounts { Read = 2, Duplicates = 1, NewMembers = 1 });
    }

    [Fact]
    public async Task Trailing_zeros_are_no_change()
    {
        await using var members = await OpenNumbersAsync();
        await members.LoadAsync(new NumberEvent(1, null, 1.10m, Day(1)));
        (await members.ExpectNothingChangesAsync(new NumberEvent(1, null, 1.1m, Day(10)))).Counts.Should().Be(Unchanged);
    }

    [Fact]
    public async Task N07_Text_sources_are_converted_before_they_are_compared()
    {
        await using var members = await OpenNumbersAsync();
        await members.LoadAsync(Source.Query("SELECT 1 AS id, '1' AS reading, '1.10' AS price, '2024-01-01' AS at"));
        var report = await members.LoadAsync(Source.Query("SELECT '2024-01-10' AS at, '1.1' AS price, '1.0' AS reading, '1' AS id"));
        report.Outcome.Should().Be(LoadOutcome.NothingChanged, "neither other spellings of a number nor another order of columns are a change");
        report.Counts.Should().Be(Unchanged);
    }

    [Fact]
    public async Task N22_A_decimal_of_38_digits_changes_in_its_last_digit()
    {
        await using var members = await ScdDimension.OpenAsync<NumberEvent>(store, d => d
            .NaturalKey(e => e.Id)
            .Type2(e => e.Price)
            .EffectiveFrom(e => e.At)
            .Ignore(e => e.Reading)
            .Column(e => e.Price, ColumnType.Decimal(38, 9)));
        await members.LoadAsync(Source.Query("SELECT 1 AS id, '12345678901234567890123456789.123456788' AS price, '2024-01-01' AS at"));
        var report = await members.LoadAsync(Source.Query("SELECT 1 AS id, '12345678901234567890123456789.123456789' AS price, '2024-01-10' AS at"));
        report.Counts.Should().Be(NewVersion);
        await members.Warehouse.ExpectAsync("SELECT CAST(price AS varchar(50)) AS price, version FROM business.dim_member WHERE member_key > 0 ORDER BY version", """
            price                                   | version
            12345678901234567890123456789.123456788 | 1
            12345678901234567890123456789.123456789 | 2
            """);
    }

    [Fact]
    public async Task N16_A_value_that_moves_to_another_column_is_a_change()
    {
        await using var members = await ScdDimension.OpenAsync<TwoTexts>(store, d => d.NaturalKey(e => e.Id).Type2(e => e.X, e => e.Y).EffectiveFrom(e => e.At));
        await members.LoadAsync(new TwoTexts(1, "A", null, Day(1)));
        (await members.LoadAsync(new TwoTexts(1, null, "A", Day(10)))).Counts.Should().Be(NewVersion);
        await members.ExpectAsync("""
            x    | y    | version
            A    | NULL | 1
            NULL | A    | 2
            """);
    }

    [Fact]
    public async Task N12_Only_the_last_character_of_a_long_text_differs()
    {
        await using var members = await OpenAsync(Equality.Exact);
        string text = new('x', 1_000_000);
        await members.LoadAsync(Of(1, text + "a", 1));
        (await members.LoadAsync(Of(1, text + "b", 10))).Counts.Should().Be(NewVersion);
    }

    [Fact]
    public async Task N11_Texts_are_stored_byte_for_byte_and_measured_in_characters()
    {
        string smileys = string.Concat(Enumerable.Repeat("😀", 20));
        string[] texts = [smileys, "👩\u200d👩\u200d👧", "\u200fשלום\u200e", "'; DROP TABLE dim_member; --", "a\tb\r\nc", "$load_id {0} %s"];
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.Column(e => e.Value, ColumnType.Varchar(30));
        });
        await members.LoadAsync([.. texts.Select((text, index) => Of(1, text, index + 1))]);
        (await ValuesAsync(members)).Should().Equal(texts);
        await members.ExpectNothingChangesAsync([.. texts.Select((text, index) => Of(1, text, index + 1))]);

        var refusal = await members.ExpectRefusalAsync(Of(1, smileys + "12345678901", 20));
        refusal.Column.Should().Be("value");
        (await members.LoadAsync(Of(1, smileys + "1234567890", 20))).Counts.Should().Be(NewVersion);
    }

    private Task<ScdDimension<ScdEvent>> OpenAsync(Equality equality)
        => ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.Compare(e => e.Value, equality);
        });

    private Task<ScdDimension<NumberEvent>> OpenNumbersAsync()
        => ScdDimension.OpenAsync<NumberEvent>(store, d => d.NaturalKey(e => e.Id).Type2(e => e.Reading, e => e.Price).EffectiveFrom(e => e.At));

    private static Task<IReadOnlyList<string?>> ValuesAsync(ScdDimension<ScdEvent> members)
        => members.Warehouse.QueryAsync<string?>("SELECT value FROM business.dim_member WHERE member_key > 0 ORDER BY id, version");
}
