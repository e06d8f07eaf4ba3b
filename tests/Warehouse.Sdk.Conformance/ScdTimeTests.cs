using Microsoft.Extensions.Time.Testing;
using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>Where the effective time comes from, and in what precision.</summary>
public abstract class ScdTimeTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    public sealed record Line(int Id, string? Value);

    public sealed record OffsetEvent(int Id, string? Value, DateTimeOffset At);

    public sealed record DatedEvent(int Id, string? Value, DateOnly At);

    private static readonly DateTimeOffset Start = new(2024, 1, 1, 12, 30, 0, TimeSpan.Zero);

    [Fact]
    public async Task Rows_without_a_time_are_true_since_the_load_began()
    {
        var clock = new FakeTimeProvider(Start);
        await using var members = await OpenLinesAsync(clock);
        await members.LoadAsync(new Line(1, "A"));
        clock.Advance(TimeSpan.FromHours(1));
        await members.LoadAsync(new Line(1, "B"));
        await members.ExpectAsync("""
            value | valid_from          | valid_to
            A     | 2024-01-01 12:30:00 | 2024-01-01 13:30:00
            B     | 2024-01-01 13:30:00 | NULL
            """);
    }

    [Fact]
    public async Task Rows_without_a_time_are_true_as_of_what_the_load_says()
    {
        await using var members = await OpenLinesAsync(new FakeTimeProvider(Start));
        await members.LoadAsync(new LoadOptions { AsOf = new DateTimeOffset(2024, 1, 10, 1, 0, 0, TimeSpan.FromHours(2)) }, new Line(1, "A"));
        await members.ExpectAsync("""
            value | valid_from          | valid_to
            A     | 2024-01-09 23:00:00 | NULL
            """);
    }

    [Fact]
    public async Task The_source_column_counts_where_there_is_one()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta, time: new FakeTimeProvider(Start));
        await members.LoadAsync(new LoadOptions { AsOf = Start }, Of(1, "A", 20));
        await members.ExpectAsync("""
            value | valid_from
            A     | 2024-01-20
            """);
    }

    [Fact]
    public async Task An_older_load_without_times_of_its_own_is_late()
    {
        await using var members = await OpenLinesAsync(new FakeTimeProvider(Start), LateEvents.Reject);
        await members.LoadAsync(new LoadOptions { AsOf = Start }, new Line(1, "B"));
        await members.ExpectRefusalAsync(new LoadOptions { AsOf = Start.AddDays(-1) }, new Line(1, "A"));
    }

    [Fact]
    public async Task P04_One_instant_in_two_offsets_is_one_instant()
    {
        await using var members = await ScdDimension.OpenAsync<OffsetEvent>(store, d => d.NaturalKey(e => e.Id).Type2(e => e.Value).EffectiveFrom(e => e.At));
        var inCopenhagen = new OffsetEvent(1, "A", new DateTimeOffset(2024, 7, 1, 10, 0, 0, TimeSpan.FromHours(2)));
        var inUtc = inCopenhagen with { At = inCopenhagen.At.ToUniversalTime() };
        (await members.LoadAsync(inCopenhagen, inUtc)).Counts.Should().Be(new LoadCounts { Read = 2, Duplicates = 1, NewMembers = 1 });
        await members.ExpectNothingChangesAsync(inUtc with { At = inCopenhagen.At.ToOffset(TimeSpan.FromHours(-11)) });
        await members.ExpectAsync("""
            value | valid_from
            A     | 2024-07-01 08:00:00
            """);
        await members.ExpectRefusalAsync(inCopenhagen with { Id = 2 }, inUtc with { Id = 2, Value = "B" });
    }

    [Fact]
    public async Task Local_times_are_brought_to_UTC()
    {
        var local = new DateTime(2024, 7, 1, 10, 0, 0, DateTimeKind.Local);
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.LoadAsync(new ScdEvent(1, "A", local));
        await members.ExpectNothingChangesAsync(new ScdEvent(1, "A", local.ToUniversalTime()));
    }

    [Fact]
    public async Task P01_What_is_finer_than_a_microsecond_is_cut_off_before_anything_is_compared()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Sequenced);
        DateTime at = new DateTime(2024, 1, 1).AddTicks(1234567);
        var report = await members.LoadAsync(new ScdEvent(1, "B", at.AddTicks(2), Lsn: 2), new ScdEvent(1, "A", at, Lsn: 1));
        report.Counts.Should().Be(new LoadCounts { Read = 2, Duplicates = 1, NewMembers = 1 });
        await members.ExpectAsync("""
            value | valid_from                 | valid_to
            B     | 2024-01-01 00:00:00.123456 | NULL
            """);
        await members.ExpectNothingChangesAsync(new ScdEvent(1, "B", at.AddTicks(-7), Lsn: 2));
    }

    [Fact]
    public async Task Times_finer_than_a_microsecond_before_1970_are_cut_towards_the_past_too()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.LoadAsync(new ScdEvent(1, "A", new DateTime(1960, 1, 1).AddTicks(19)));
        await members.ExpectAsync("""
            value | valid_from
            A     | 1960-01-01 00:00:00.000001
            """);
    }

    [Fact]
    public async Task A_load_time_finer_than_a_microsecond_is_cut_off_too()
    {
        var clock = new FakeTimeProvider(Start.AddTicks(9));
        await using var members = await OpenLinesAsync(clock);
        await members.LoadAsync(new Line(1, "A"));
        await members.ExpectAsync("""
            value | valid_from
            A     | 2024-01-01 12:30:00
            """);
    }

    [Fact]
    public async Task P07_A_date_is_its_midnight()
    {
        await using var members = await ScdDimension.OpenAsync<DatedEvent>(store, d => d.NaturalKey(e => e.Id).Type2(e => e.Value).EffectiveFrom(e => e.At));
        await members.LoadAsync(new DatedEvent(1, "A", new DateOnly(2024, 1, 1)), new DatedEvent(1, "B", new DateOnly(2024, 1, 10)));
        await members.ExpectAsync("""
            value | valid_from | valid_to
            A     | 2024-01-01 | 2024-01-10
            B     | 2024-01-10 | NULL
            """);
    }

    [Fact]
    public async Task First_versions_may_begin_before_they_were_delivered()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            WithOperations(d);
            d.FirstVersionFrom(new DateTime(1900, 1, 1));
        });
        ScdEvent[] first = [Of(1, "A", 1), Of(1, "B", 10)];
        ScdEvent[] second = [Of(1, "C", 20), Of(2, "A", 20)];
        await members.LoadAsync(first);
        await members.LoadAsync(second);
        await members.LoadAsync(Gone(2, 30));
        await members.LoadAsync(Of(2, "A", 40));
        await members.ExpectAsync("""
            id | value | valid_from | valid_to   | is_current | version
            1  | A     | 1900-01-01 | 2024-01-10 | false      | 1
            1  | B     | 2024-01-10 | 2024-01-20 | false      | 2
            1  | C     | 2024-01-20 | NULL       | true       | 3
            2  | A     | 1900-01-01 | 2024-01-30 | false      | 1
            2  | A     | 2024-02-09 | NULL       | true       | 2
            """);
        await members.ExpectNothingChangesAsync(first);
        await members.ExpectNothingChangesAsync(second);
        await members.ExpectNothingChangesAsync(Gone(2, 30));
    }

    [Fact]
    public async Task A_first_version_that_began_early_is_still_as_old_as_its_delivery()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            WithOperations(d);
            d.FirstVersionFrom(new DateTime(1900, 1, 1)).LateEvents(LateEvents.Reject);
        });
        await members.LoadAsync(Of(1, "A", 10));
        await members.ExpectNothingChangesAsync(Of(1, "A", 10));
        await members.ExpectRefusalAsync(Of(1, "B", 5));
        await members.ExpectRefusalAsync(Of(1, "B", 10));
        await members.ExpectRefusalAsync(Gone(1, 5));
        (await members.LoadAsync(Of(1, "B", 11))).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
    }

    [Fact]
    public async Task A_member_older_than_the_beginning_begins_when_it_does()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.FirstVersionFrom(Day(10));
        });
        await members.LoadAsync(Of(1, "A", 1), Of(2, "A", 20));
        await members.ExpectAsync("""
            id | valid_from
            1  | 2024-01-01
            2  | 2024-01-10
            """);
    }

    private Task<ScdDimension<Line>> OpenLinesAsync(TimeProvider time, LateEvents policy = LateEvents.Split)
        => ScdDimension.OpenAsync<Line>(store, d => d.NaturalKey(e => e.Id).Type2(e => e.Value).LateEvents(policy), time: time);
}
