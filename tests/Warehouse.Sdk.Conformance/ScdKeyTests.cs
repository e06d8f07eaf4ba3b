using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>Natural keys, and names that were not made for SQL.</summary>
public abstract class ScdKeyTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    public sealed record LooseEvent(int? Id, string? Value, DateTime? At);

    public sealed record PairEvent(string? Left, string? Right, string? Value, DateTime At);

    public sealed record ScopedEvent(int Source, Guid Code, DateOnly Opened, string? Value, DateTime At);

    public sealed record HostileEvent(int Order, string? Select, string? Quote, string? Upper, string? Previous, DateTime At, string? Op);

    [Fact]
    public async Task K01_Rows_without_a_key_or_a_time_are_rejected_and_the_rest_is_loaded()
    {
        await using var members = await OpenLooseAsync();
        var report = await members.LoadAsync(
            new LoadOptions { Rejects = RejectPolicy.KeepAll },
            new LooseEvent(null, "A", Day(1)), new LooseEvent(1, "A", Day(1)), new LooseEvent(2, "A", null), new LooseEvent(null, null, null));
        report.Counts.Should().Be(new LoadCounts { Read = 4, Rejected = 3, NewMembers = 1 });
        await members.ExpectAsync("""
            id | value | valid_from
            1  | A     | 2024-01-01
            """);
        await members.ExpectRejectsAsync("""
            target              | file | line | column_name | reason
            business.dim_member | NULL | 1    | id          | natural key or effective time is NULL
            business.dim_member | NULL | 3    | at          | natural key or effective time is NULL
            business.dim_member | NULL | 4    | id, at      | natural key or effective time is NULL
            """);
    }

    [Fact]
    public async Task A_row_without_a_key_fails_the_load_by_default()
    {
        await using var members = await OpenLooseAsync();
        await members.LoadAsync(new LooseEvent(1, "A", Day(1)));
        var refusal = await members.ExpectRefusalAsync(new LooseEvent(1, "B", Day(10)), new LooseEvent(null, "A", Day(1)));
        refusal.Line.Should().Be(2);
        refusal.Column.Should().Be("id");
        refusal.Message.Should().Contain("NULL");
    }

    [Fact]
    public async Task A_fraction_of_rejects_is_allowed_up_to_its_limit()
    {
        await using var members = await OpenLooseAsync();
        var options = new LoadOptions { Rejects = RejectPolicy.UpToFraction(0.5) };
        (await members.LoadAsync(options, new LooseEvent(null, "A", Day(1)), new LooseEvent(1, "A", Day(1)))).Counts.Rejected.Should().Be(1);
        await members.ExpectRefusalAsync(options, new LooseEvent(null, "A", Day(1)), new LooseEvent(null, "B", Day(1)), new LooseEvent(1, "B", Day(10)));
    }

    [Fact]
    public async Task K02_Key_parts_are_never_joined_into_one_text()
    {
        await using var members = await OpenPairsAsync();
        await members.LoadAsync(new PairEvent("a|b", "c", "A", Day(1)), new PairEvent("a", "b|c", "A", Day(1)), new PairEvent("a|b|c", "", "A", Day(1)), new PairEvent("", "a|b|c", "A", Day(1)));
        var report = await members.LoadAsync(new PairEvent("a", "b|c", "B", Day(10)));
        report.Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        await members.Warehouse.ExpectAsync($"SELECT replace({ScdInvariants.Quoted("left")}, '|', '+') AS l, replace({ScdInvariants.Quoted("right")}, '|', '+') AS r, value, valid_to FROM business.dim_member WHERE member_key > 0 ORDER BY member_key", """
            l     | r     | value | valid_to
            ''    | a+b+c | A     | NULL
            a     | b+c   | A     | 2024-01-10
            a+b   | c     | A     | NULL
            a+b+c | ''    | A     | NULL
            a     | b+c   | B     | NULL
            """);
    }

    [Fact]
    public async Task A_NULL_part_rejects_the_row_and_leaves_the_empty_one_alone()
    {
        await using var members = await OpenPairsAsync();
        await members.LoadAsync(new PairEvent("1", "", "A", Day(1)));
        var report = await members.LoadAsync(new LoadOptions { Rejects = RejectPolicy.KeepAll }, new PairEvent("1", null, "B", Day(10)));
        report.Counts.Should().Be(new LoadCounts { Read = 1, Rejected = 1 });
        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await members.ExpectAsync("""
            left | right | value | valid_to
            1    | ''    | A     | NULL
            """);
    }

    [Theory]
    [InlineData("ab", "AB")]
    [InlineData("ab", "ab ")]
    [InlineData("é", "e\u0301")]
    [InlineData("o'neil", "o''neil")]
    [InlineData("\"x\"", "x")]
    [InlineData("1", "01")]
    [InlineData("😀", "😁")]
    [InlineData("%", "_")]
    [InlineData("NULL", "null")]
    [InlineData("$load_id", "{0}")]
    public async Task Texts_that_differ_are_different_members(string one, string other)
    {
        await using var members = await OpenPairsAsync();
        await members.LoadAsync(new PairEvent("k", one, "A", Day(1)), new PairEvent("k", other, "A", Day(1)));
        (await members.LoadAsync(new PairEvent("k", other, "B", Day(10)))).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        var rows = await members.Warehouse.QueryAsync<(string Right, string Value)>($"SELECT {ScdInvariants.Quoted("right")}, value FROM business.dim_member WHERE member_key > 0 ORDER BY member_key");
        rows.Should().BeEquivalentTo([(one, "A"), (other, "A"), (other, "B")]);
        await members.ExpectNothingChangesAsync(new PairEvent("k", one, "A", Day(1)), new PairEvent("k", other, "A", Day(1)));
    }

    [Fact]
    public async Task Keys_of_other_types_and_several_parts()
    {
        await using var members = await ScdDimension.OpenAsync<ScopedEvent>(store, d => d
            .NaturalKey(e => e.Source, e => e.Code, e => e.Opened)
            .Type2(e => e.Value)
            .EffectiveFrom(e => e.At));
        var code = new Guid("00112233-4455-6677-8899-aabbccddeeff");
        var opened = new DateOnly(1700, 2, 28);
        await members.LoadAsync(
            new ScopedEvent(1, code, opened, "A", Day(1)),
            new ScopedEvent(2, code, opened, "A", Day(1)),
            new ScopedEvent(1, Guid.Empty, opened, "A", Day(1)),
            new ScopedEvent(1, code, opened.AddDays(1), "A", Day(1)));
        (await members.LoadAsync(new ScopedEvent(1, code, opened, "B", Day(10)))).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            source | code                                 | opened     | value | valid_to
            1      | 00000000-0000-0000-0000-000000000000 | 1700-02-28 | A     | NULL
            1      | 00112233-4455-6677-8899-aabbccddeeff | 1700-02-28 | A     | 2024-01-10
            1      | 00112233-4455-6677-8899-aabbccddeeff | 1700-02-28 | B     | NULL
            1      | 00112233-4455-6677-8899-aabbccddeeff | 1700-03-01 | A     | NULL
            2      | 00112233-4455-6677-8899-aabbccddeeff | 1700-02-28 | A     | NULL
            """);
    }

    [Fact]
    public async Task Columns_may_have_hostile_names()
    {
        await using var members = await ScdDimension.OpenAsync<HostileEvent>(
            store,
            d => d
                .NaturalKey(e => e.Order)
                .SurrogateKey("Surrogate Key")
                .Type0(e => e.Quote)
                .Type1(e => e.Upper)
                .Type2(e => e.Select)
                .Type3(e => e.Previous)
                .EffectiveFrom(e => e.At)
                .Operation(e => e.Op)
                .WhenAbsent(Absent.Ignore)
                .Column(e => e.Quote, name: "a \"quoted\"; DROP TABLE x; -- name's")
                .Column(e => e.Upper, name: "UpperCase")
                .Column(e => e.Previous, name: "table")
                .Column(e => e.At, name: "when $as_of")
                .Column(e => e.Op, name: "Op Type"),
            names => names with { ValidFrom = "from", ValidTo = "to", IsCurrent = "Is Current", Version = "end", ChangedAt = "case", LoadId = "group", BusinessSchema = "Business Zone" });
        await members.LoadAsync(new HostileEvent(1, "s", "q", "u", "p", Day(1), "I"), new HostileEvent(2, "s", "q", "u", "p", Day(1), "I"));
        await members.LoadAsync(new HostileEvent(1, "t", "r", "v", "q", Day(10), "U"), new HostileEvent(2, null, null, null, null, Day(10), "D"));
        await members.ExpectAsync("""
            Surrogate Key | order | a "quoted"; DROP TABLE x; -- name's | UpperCase | select | table | previous_table | from       | to         | Is Current | end
            $1            | 1     | q                                   | v         | s      | q     | p              | 2024-01-01 | 2024-01-10 | false      | 1
            $2            | 1     | q                                   | v         | t      | q     | p              | 2024-01-10 | NULL       | true       | 2
            $3            | 2     | q                                   | u         | s      | p     | NULL           | 2024-01-01 | 2024-01-10 | false      | 1
            """);
        await members.ExpectNothingChangesAsync(new HostileEvent(1, "s", "q", "u", "p", Day(1), "I"), new HostileEvent(2, null, null, null, null, Day(10), "D"));
    }

    [Fact]
    public async Task Default_members_are_met_by_no_source_row()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.WithDefaultMember(new DefaultMember(-5, "Bad value"));
        });
        await members.LoadAsync(Of(-1, "A", 1), Of(-2, "A", 1), Of(0, "A", 1));
        await members.LoadAsync(Of(-1, "B", 10));
        await members.Warehouse.ExpectAsync("SELECT member_key, id, value, is_current, version FROM business.dim_member ORDER BY member_key", """
            member_key | id   | value          | is_current | version
            -5         | NULL | Bad value      | true       | 1
            -2         | NULL | Not applicable | true       | 1
            -1         | NULL | Unknown        | true       | 1
            1          | -2   | A              | true       | 1
            2          | -1   | A              | false      | 1
            3          | 0    | A              | true       | 1
            4          | -1   | B              | true       | 2
            """);
    }

    private Task<ScdDimension<LooseEvent>> OpenLooseAsync()
        => ScdDimension.OpenAsync<LooseEvent>(store, d => d.NaturalKey(e => e.Id).Type2(e => e.Value).EffectiveFrom(e => e.At!));

    private Task<ScdDimension<PairEvent>> OpenPairsAsync()
        => ScdDimension.OpenAsync<PairEvent>(store, d => d.NaturalKey(e => e.Left, e => e.Right).Type2(e => e.Value).EffectiveFrom(e => e.At));
}
