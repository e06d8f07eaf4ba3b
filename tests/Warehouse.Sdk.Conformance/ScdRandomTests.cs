using System.Globalization;

namespace Warehouse.Sdk.Conformance;

/// <summary>Random streams against a model of the rules in plain C#. Streams share a warehouse, told apart by the first part of the key, to save time.</summary>
public abstract class ScdRandomTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const int StreamsPerWarehouse = 20;

    [Theory]
    [InlineData(1, false, false, false, false)]
    [InlineData(2, false, false, false, false)]
    [InlineData(3, false, false, false, false)]
    [InlineData(4, false, false, false, false)]
    [InlineData(5, false, false, false, false)]
    [InlineData(6, true, false, false, false)]
    [InlineData(7, true, false, false, true)]
    [InlineData(8, false, true, false, false)]
    [InlineData(9, true, true, false, false)]
    [InlineData(10, false, false, true, false)]
    [InlineData(11, false, true, true, false)]
    [InlineData(12, true, false, true, false)]
    [InlineData(13, false, false, false, true)]
    [InlineData(14, false, true, false, true)]
    [InlineData(15, true, true, true, true)]
    public async Task Streams_in_order_say_what_the_rules_say_and_their_batches_may_come_again(int seed, bool marksDeleted, bool overwritesCurrentOnly, bool ignoresCase, bool beginsEarly)
    {
        ScdRules rules = Rules(seed, marksDeleted, overwritesCurrentOnly, ignoresCase, beginsEarly);
        ScdRandomStream[] streams = [.. Enumerable.Range(seed * StreamsPerWarehouse, StreamsPerWarehouse).Select(number => new ScdRandomStream(number, rules))];
        await using var members = await ScdDimension.OpenAsync<ScdRandomEvent>(store, d => Define(d, rules));
        int batches = streams.Max(stream => stream.Batches.Count);
        for (int i = 0; i < batches; i++)
        {
            await members.LoadAsync(Batch(i));
            await ExpectAsync(i);
        }

        var random = new Random(seed);
        for (int i = 0; i < 3; i++)
            await members.ExpectNothingChangesAsync(Batch(random.Next(batches)));
        await members.ExpectNothingChangesAsync([.. streams.SelectMany(stream => stream.Batches.SelectMany(batch => batch))]);

        ScdRandomEvent[] Batch(int number) => [.. streams.Where(stream => number < stream.Batches.Count).SelectMany(stream => stream.Batches[number])];

        Task ExpectAsync(int lastBatch) => ExpectTablesAsync(members, rules, streams, lastBatch, stream => ScdReferenceModel.Table(stream.Batches.Take(lastBatch + 1).SelectMany(batch => batch), rules));
    }

    [Theory]
    [MemberData(nameof(ScdLateStreams.Cases), MemberType = typeof(ScdLateStreams))]
    public async Task Reconciled_streams_say_the_same_in_whatever_order_they_come(int seed, bool marksDeleted, bool overwritesCurrentOnly, bool ignoresCase, bool beginsEarly)
    {
        ScdRules rules = Rules(seed, marksDeleted, overwritesCurrentOnly, ignoresCase, beginsEarly);
        ScdRandomStream[] streams = [.. Enumerable.Range(seed * StreamsPerWarehouse, StreamsPerWarehouse).Select(number => new ScdRandomStream(number, rules, isInOrder: false))];
        await using var members = await ScdDimension.OpenAsync(store, ScdEvent.Under<ScdRandomEvent>(LateEvents.Reconcile, d => Define(d, rules)));
        int batches = streams.Max(stream => stream.Batches.Count);
        for (int i = 0; i < batches; i++)
        {
            await members.LoadAsync([.. streams.Where(stream => i < stream.Batches.Count).SelectMany(stream => stream.Batches[i])]);
            int last = i;
            await ExpectTablesAsync(members, rules, streams, last, stream => ScdReferenceModel.Table(stream.Batches.Take(last + 1).SelectMany(batch => batch), rules));
        }

        await members.ExpectNothingChangesAsync([.. streams[0].Batches[0], .. streams[^1].Batches[^1]]);
        await members.ExpectNothingChangesAsync([.. streams.SelectMany(stream => stream.Batches.SelectMany(batch => batch))]);
    }

    [Theory]
    [MemberData(nameof(ScdLateStreams.Cases), MemberType = typeof(ScdLateStreams))]
    public async Task Split_streams_say_what_their_batches_say_one_after_the_other(int seed, bool marksDeleted, bool overwritesCurrentOnly, bool ignoresCase, bool beginsEarly)
    {
        ScdRules rules = Rules(seed, marksDeleted, overwritesCurrentOnly, ignoresCase, beginsEarly);
        ScdRandomStream[] streams = [.. Enumerable.Range(seed * StreamsPerWarehouse, StreamsPerWarehouse).Select(number => new ScdRandomStream(number, rules, isInOrder: false))];
        Dictionary<int, ScdSplitModel> models = streams.ToDictionary(stream => stream.Number, _ => new ScdSplitModel(rules));
        await using var members = await ScdDimension.OpenAsync(store, ScdEvent.Under<ScdRandomEvent>(LateEvents.Split, d => Define(d, rules)));
        int batches = streams.Max(stream => stream.Batches.Count);
        for (int i = 0; i < batches; i++)
        {
            ScdRandomStream[] going = [.. streams.Where(stream => i < stream.Batches.Count)];
            foreach (ScdRandomStream stream in going)
                models[stream.Number].Apply(stream.Batches[i]);
            await members.LoadAsync([.. going.SelectMany(stream => stream.Batches[i])]);
            await ExpectTablesAsync(members, rules, streams, i, stream => models[stream.Number].Table);
        }
    }

    private static async Task ExpectTablesAsync(ScdDimension<ScdRandomEvent> members, ScdRules rules, IEnumerable<ScdRandomStream> streams, int lastBatch, Func<ScdRandomStream, IReadOnlyList<string>> expect)
    {
        ILookup<int, string> actual = await ReadAsync(members, rules);
        foreach (ScdRandomStream stream in streams)
        {
            IReadOnlyList<string> expected = expect(stream);
            if (!expected.SequenceEqual(actual[stream.Number]))
                Assert.Fail($"Stream {stream.Number} under {rules}, after batch {lastBatch}:\n{stream}\nExpected:\n{Draw(expected)}\nActual:\n{Draw(actual[stream.Number])}");
        }
    }

    // Every second seed derives columns too, every fourth in a history of its own.
    private static ScdRules Rules(int seed, bool marksDeleted, bool overwritesCurrentOnly, bool ignoresCase, bool beginsEarly)
        => new(marksDeleted, overwritesCurrentOnly, ignoresCase, beginsEarly) { Derives = seed % 2 == 0, SeparatesHistory = seed % 4 == 0 };

    private static void Define(DimensionBuilder<ScdRandomEvent> dimension, ScdRules rules)
    {
        dimension
            .NaturalKey(e => e.Stream, e => e.Id)
            .Type0(e => e.Origin)
            .Type1(e => e.Email)
            .Type3(e => e.Segment)
            .EffectiveFrom(e => e.At)
            .Operation(e => e.Op)
            .Ignore(e => e.IsDelete)
            .WhenAbsent(rules.MarksDeleted ? Absent.MarkDeleted : Absent.Ignore)
            .Overwrite(rules.OverwritesCurrentOnly ? OverwriteScope.CurrentVersion : OverwriteScope.AllVersions);
        if (rules.Derives)
            dimension.Type6(e => e.Town).DurableKey().RecordChangeReason();
        else
            dimension.Type2(e => e.Town);
        if (rules.FillsOrigin)
            dimension.FillWhenNull(e => e.Origin);
        if (rules.SeparatesHistory)
            dimension.SeparateHistory();
        if (rules.IgnoresCase)
            dimension.Compare(e => e.Email, Equality.IgnoreCase).Compare(e => e.Town, Equality.IgnoreCase).Compare(e => e.Segment, Equality.IgnoreCase);
        if (rules.BeginsEarly)
            dimension.FirstVersionFrom(ScdRules.Beginning);
    }

    private static async Task<ILookup<int, string>> ReadAsync(ScdDimension<ScdRandomEvent> members, ScdRules rules)
    {
        string isDeleted = rules.MarksDeleted ? "is_deleted" : "FALSE";
        string derived = rules.Derives ? "|| ' | ' || coalesce(current_town, 'NULL') || ' | ' || change_reason" : string.Empty;
        // Dates are written here: an engine would write them as its session is set.
        var rows = await members.Warehouse.QueryAsync<(int Stream, string Member, DateTime From, DateTime? To, string Version)>($"""
            SELECT stream,
                   CAST(id AS varchar(10)) || ' | ' || coalesce(origin, 'NULL') || ' | ' || coalesce(email, 'NULL') || ' | ' || coalesce(town, 'NULL')
                   || ' | ' || coalesce(segment, 'NULL') || ' | ' || coalesce(previous_segment, 'NULL') AS member,
                   valid_from, valid_to,
                   CASE WHEN is_current THEN 'true' ELSE 'false' END || ' | ' || CAST(version AS varchar(10))
                   || ' | ' || CASE WHEN {isDeleted} THEN 'deleted' ELSE 'there' END {derived} AS drawn_version
            FROM {ScdInvariants.Table(members.Target)}
            WHERE member_key > 0
            ORDER BY stream, id, version
            """);
        return rows.ToLookup(row => row.Stream, row => string.Create(CultureInfo.InvariantCulture, $"{row.Member} | {row.From:yyyy-MM-dd} | {(row.To is { } to ? to.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : "NULL")} | {row.Version}"));
    }

    private static string Draw(IEnumerable<string> rows) => string.Join("\n", rows.Prepend(ScdReferenceModel.Header).Select(row => "  " + row));
}

/// <summary>Seeds and rules of the streams that come in any order.</summary>
public static class ScdLateStreams
{
    public static TheoryData<int, bool, bool, bool, bool> Cases => new()
    {
        { 101, false, false, false, false },
        { 102, false, false, false, false },
        { 103, false, false, false, false },
        { 104, true, false, false, false },
        { 105, true, false, true, true },
        { 106, false, true, false, false },
        { 107, true, true, false, false },
        { 108, false, false, true, false },
        { 109, false, true, true, true },
        { 110, false, false, false, true },
    };
}
