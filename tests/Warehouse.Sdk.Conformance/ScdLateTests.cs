using System.Globalization;
using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>
/// Events older than the stored history. Loads are separated by a bar; <c>A[1,5) B[5,∞)</c> is what the member's versions say from which day
/// until which, a cross after the value marks a version in which it is gone.
/// </summary>
public abstract class ScdLateTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    [Theory]
    [InlineData("L01", "A10 | B5", "B[5,10) A[10,∞)", null)]
    [InlineData("L02", "A1 C20 | B10", "A[1,10) B[10,20) C[20,∞)", null)]
    [InlineData("L03", "A1 C20 | A10", "A[1,20) C[20,∞)", null)]
    [InlineData("L05", "A1 | A10 | B5", "A[1,5) B[5,∞)", "A[1,5) B[5,10) A[10,∞)")]
    [InlineData("L06", "A1 B30 | x20", "A[1,20) B[30,∞)", null)]
    [InlineData("L07", "A1 x20 | B10", "A[1,10) B[10,20)", null)]
    [InlineData("L09", "A1 C20 D30 | B25", "A[1,20) C[20,25) B[25,30) D[30,∞)", null)]
    [InlineData("L10", "A1 x10 C30 | B20", "A[1,10) B[20,30) C[30,∞)", null)]
    [InlineData("L11", "A1 x10 A30 | A20", "A[1,10) A[20,∞)", null)]
    [InlineData("L13", "A1 B100 | C60", "A[1,60) C[60,100) B[100,∞)", null)]
    [InlineData("B02", "B10 | C20 | A1", "A[1,10) B[10,20) C[20,∞)", null)]
    [InlineData("X05", "x10 | A5", "A[5,∞)", "A[5,10)")]
    [InlineData("X17", "A10 | x5", "A[10,∞)", null)]
    [InlineData("X17 remembered", "A10 | x5 | A1", "A[1,∞)", "A[1,5) A[10,∞)")]
    [InlineData("the same value before the first version", "A10 | A5", "A[5,∞)", null)]
    [InlineData("a delete before a delete", "A1 x20 | x10", "A[1,10)", null)]
    [InlineData("a delete in the first of two versions", "A1 B10 | x5", "A[1,5) B[10,∞)", null)]
    [InlineData("a return at the instant of an end", "A1 x10 | A10", "A[1,∞)", null)]
    [InlineData("a return that joins two versions", "A1 x10 A30 | A10", "A[1,∞)", null)]
    [InlineData("a change at the instant of an end", "A1 x10 C30 | B10", "A[1,10) B[10,30) C[30,∞)", null)]
    [InlineData("the next value in a gap", "A1 x10 C30 | C20", "A[1,10) C[20,∞)", null)]
    [InlineData("the next value before a change", "A1 C20 | C10", "A[1,10) C[10,∞)", null)]
    [InlineData("several at once", "A1 D40 | B10 C20 A30", "A[1,10) B[10,20) C[20,30) A[30,40) D[40,∞)", null)]
    [InlineData("late and new at once", "A1 C20 | B10 D30", "A[1,10) B[10,20) C[20,30) D[30,∞)", null)]
    [InlineData("a delete and a return in the past", "A1 B40 | x10 A20", "A[1,10) A[20,40) B[40,∞)", null)]
    public async Task B02_L01_to_L13_X05_X17_A_late_event_splits_the_history_where_it_belongs(string because, string loads, string split, string? reconciled)
    {
        (await LoadAsync(LateEvents.Split, WithOperations, loads)).Should().Be(split, "{0}, split", because);
        (await LoadAsync(LateEvents.Reconcile, WithOperations, loads)).Should().Be(reconciled ?? split, "{0}, reconciled", because);
    }

    [Theory]
    [InlineData("before a mark", "A1 x20 | B10", "A[1,10) B[10,20) B†[20,∞)")]
    [InlineData("an earlier mark", "A1 x20 | x10", "A[1,10) A†[10,∞)")]
    [InlineData("a mark undone at its own instant", "A1 x10 | A10", "A[1,∞)")]
    [InlineData("a mark replaced at its own instant", "A1 x10 | B10", "A[1,10) B[10,∞)")]
    [InlineData("in a mark", "A1 x10 C30 | B20", "A[1,10) A†[10,20) B[20,30) C[30,∞)")]
    [InlineData("a mark between versions", "A1 B30 | x20", "A[1,20) A†[20,30) B[30,∞)")]
    [InlineData("a second mark between versions", "A1 x10 B20 C40 | x30", "A[1,10) A†[10,20) B[20,30) B†[30,40) C[40,∞)")]
    public async Task Marks_of_deleted_members_move_with_the_history(string because, string loads, string expected)
    {
        void Marking(DimensionBuilder<ScdEvent> dimension)
        {
            WithOperations(dimension);
            dimension.WhenAbsent(Absent.MarkDeleted);
        }

        (await LoadAsync(LateEvents.Split, Marking, loads)).Should().Be(expected, "{0}, split", because);
        (await LoadAsync(LateEvents.Reconcile, Marking, loads)).Should().Be(expected, "{0}, reconciled", because);
    }

    [Theory]
    [MemberData(nameof(ScdConventions.All), MemberType = typeof(ScdConventions))]
    public async Task Late_events_are_taken_in_under_every_convention(IntervalStyle intervals, OpenEnd openEnd)
    {
        foreach (LateEvents policy in new[] { LateEvents.Split, LateEvents.Reconcile })
        {
            await using var members = await ScdDimension.OpenAsync(store, Under<ScdEvent>(policy, WithOperations), names => names with { Intervals = intervals, OpenEnd = openEnd });
            await members.LoadAsync(Events("A10 C30"));
            await members.LoadAsync(Events("B20 x25 Z1"));
            await members.Warehouse.ExpectAsync("SELECT value, valid_from, is_current, version FROM business.dim_member WHERE member_key > 0 ORDER BY version", """
                value | valid_from | is_current | version
                Z     | 2024-01-01 | false      | 1
                A     | 2024-01-10 | false      | 2
                B     | 2024-01-20 | false      | 3
                C     | 2024-01-30 | true       | 4
                """);
            await members.ExpectNothingChangesAsync(Events("A10 C30 B20 x25 Z1"));
        }
    }

    [Theory]
    [InlineData("A1 B5 A10 x20")]
    [InlineData("A1 A10 B5 A30 x20")]
    [InlineData("x5 A1 B5 B20 A10")]
    [InlineData("A1#1 B10#2 C10#3 x10#1 D20#1")]
    [InlineData("A10#1 x10#2 B20#3 A5#1")]
    public async Task L17_Reconciled_history_is_the_same_in_whatever_order_it_was_told(string events)
    {
        const int Orders = 8;
        string[] told = events.Split(' ');
        var random = new Random(17);
        string[][] orders = [.. Enumerable.Range(0, Orders).Select(order =>
        {
            if (order > 0)
                random.Shuffle(told);
            return told.Append(told[^1]).ToArray();
        })];
        // Members know nothing of each other, so each order is a member of its own, one event a load.
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(LateEvents.Reconcile, SequencedOperations));
        for (int load = 0; load <= told.Length; load++)
            await members.LoadAsync([.. orders.SelectMany((order, member) => Events(order[load]).Select(e => e with { Id = member + 1 }))]);

        string first = await DrawAsync(members);
        for (int member = 2; member <= Orders; member++)
            (await DrawAsync(members, member)).Should().Be(first, "the order was {0}", string.Join(" ", orders[member - 1]));
    }

    [Fact]
    public async Task L14_a_correction_by_sequence_keeps_the_surrogate_key()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(LateEvents.Reconcile, Sequenced));
        await members.LoadAsync(Events("A1#1 B10#1 C20#1"));
        var report = await members.LoadAsync(Events("X10#2"));
        report.Counts.Should().Be(new LoadCounts { Read = 1, Split = 1 });
        await members.ExpectAsync("""
            member_key | value | valid_from | valid_to
            1          | A     | 2024-01-01 | 2024-01-10
            2          | X     | 2024-01-10 | 2024-01-20
            3          | C     | 2024-01-20 | NULL
            """);
        await members.ExpectNothingChangesAsync(Events("B10#1"));
        await members.LoadAsync(Events("A10#3"));
        await members.ExpectAsync("""
            member_key | value | valid_from | valid_to   | version
            1          | A     | 2024-01-01 | 2024-01-20 | 1
            3          | C     | 2024-01-20 | NULL       | 2
            """);
    }

    [Fact]
    public async Task A_correction_by_sequence_counts_even_where_it_agrees_with_what_is_stored_now()
    {
        await using var members = await ScdDimension.OpenAsync(
            store,
            Under<ScdEvent>(LateEvents.Reconcile, d => d.NaturalKey(e => e.Id).Type3(e => e.Value).EffectiveFrom(e => e.At).Sequence(e => e.Lsn!).Ignore(e => e.Op)));
        await members.LoadAsync(Of(1, "b", 5, lsn: 1), Of(1, "A", 7, lsn: 3));
        await members.ExpectAsync("id | value | previous_value\n1 | A | b");

        await members.LoadAsync(Of(1, "A", 5, lsn: 2));

        await members.ExpectAsync("id | value | previous_value\n1 | A | NULL");
        await members.ExpectNothingChangesAsync(Of(1, "b", 5, lsn: 1), Of(1, "A", 5, lsn: 2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_spellings_at_one_instant_that_of_the_last_by_sequence_stays_in_one_batch_and_in_two(bool inOneBatch)
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(LateEvents.Reconcile, d =>
        {
            Sequenced(d);
            d.Compare(e => e.Value, Equality.IgnoreCase);
        }));
        ScdEvent[] events = [Of(1, "A", 5, lsn: 1), Of(1, "a", 5, lsn: 2)];
        foreach (ScdEvent[] batch in inOneBatch ? [events] : events.Chunk(1))
            await members.LoadAsync(batch);

        await members.ExpectAsync("id | value | valid_from | valid_to\n1 | a | 2024-01-05 | NULL");
    }

    [Fact]
    public async Task A_delete_that_ended_nobody_ends_an_older_row_even_inside_a_version_that_began_early()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(LateEvents.Reconcile, d =>
        {
            WithOperations(d);
            d.FirstVersionFrom(new DateTime(2000, 1, 1));
        }));
        await members.LoadAsync(Gone(1, 6), Of(1, "c", 12));
        await members.ExpectAsync("id | value | valid_from | valid_to\n1 | c | 2000-01-01 | NULL");

        await members.LoadAsync(Of(1, "c", 3));

        await members.ExpectAsync("""
            id | value | valid_from | valid_to
            1  | c     | 2000-01-01 | 2024-01-06
            1  | c     | 2024-01-12 | NULL
            """);
    }

    [Fact]
    public async Task L14_a_correction_is_refused_where_the_sequence_of_what_is_stored_is_not_kept()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(LateEvents.Split, Sequenced));
        await members.LoadAsync(Events("A1#1 B10#1 C20#1"));
        (await members.ExpectRefusalAsync(Events("X10#2"))).Message.Should().Contain("another event of the member at this instant is stored and differs (id = 1)");
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task Two_rows_at_one_instant_in_two_batches_are_never_chosen_between(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(policy, Delta));
        await members.LoadAsync(Events("A1 B10 C20"));
        await members.ExpectRefusalAsync(Events("X10"));
        var report = await members.LoadAsync(Tolerant, Events("X10 A5 D30"));
        report.Counts.Should().Be(new LoadCounts { Read = 3, Rejected = 1, Unchanged = 1, NewVersions = 1 });
        await members.ExpectRejectsAsync("""
            line | reason
            1    | another event of the member at this instant is stored and differs (id = 1)
            """);
        await members.ExpectNothingChangesAsync(Events("A1 B10 C20 D30"));
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task Keys_stay_with_their_versions_and_new_ones_come_from_the_counter(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(policy, WithOperations));
        await members.LoadAsync(Events("A10 x20 A30"));
        (await members.LoadAsync(Events("B5"))).Counts.Should().Be(new LoadCounts { Read = 1, Split = 1 });
        (await members.LoadAsync(Events("A25"))).Counts.Should().Be(new LoadCounts { Read = 1, Split = 1 });
        await members.ExpectAsync("""
            member_key | value | valid_from | valid_to   | version
            3          | B     | 2024-01-05 | 2024-01-10 | 1
            1          | A     | 2024-01-10 | 2024-01-20 | 2
            2          | A     | 2024-01-25 | NULL       | 3
            """);
        await members.LoadAsync(Events("A20"));
        await members.LoadAsync(Events("C40"));
        await members.ExpectAsync("""
            member_key | value | valid_from | valid_to   | version
            3          | B     | 2024-01-05 | 2024-01-10 | 1
            1          | A     | 2024-01-10 | 2024-02-09 | 2
            4          | C     | 2024-02-09 | NULL       | 3
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task Every_late_row_has_one_outcome(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(policy, WithOperations));
        await members.LoadAsync(Of(1, "A", 10), Of(1, "C", 30), Of(2, "A", 10), Gone(2, 20), Of(3, "A", 10));
        var report = await members.LoadAsync(Of(1, "B", 20), Of(1, "A", 15), Gone(1, 25), Of(1, "D", 40), Of(2, "A", 20), Gone(3, 5), Gone(3, 50), Of(4, "A", 1));
        report.Counts.Should().Be(new LoadCounts { Read = 8, Split = 2, Unchanged = 2, NewVersions = 1, Reopened = 1, Expired = 1, NewMembers = 1 });
        report.ToString().Should().Contain("2 late, split into history");
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task L18_T05_T06_other_types_keep_to_the_earliest_and_the_newest_event(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, Under<ScdMixedEvent>(policy, ScdMixedEvent.Mixed));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 10), ScdMixedEvent.Of(1, "q", "z", "C", "W", 30));
        (await members.ExpectNothingChangesAsync(ScdMixedEvent.Of(1, "r", "y", "A", "W", 20))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1 });
        await members.LoadAsync(ScdMixedEvent.Of(1, "p", "u", "B", "W", 5));
        await members.ExpectAsync("""
            origin | email | town | segment | valid_from | valid_to
            p      | z     | B    | W       | 2024-01-05 | 2024-01-10
            p      | z     | A    | W       | 2024-01-10 | 2024-01-30
            p      | z     | C    | W       | 2024-01-30 | NULL
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split, OverwriteScope.AllVersions)]
    [InlineData(LateEvents.Reconcile, OverwriteScope.AllVersions)]
    [InlineData(LateEvents.Split, OverwriteScope.CurrentVersion)]
    [InlineData(LateEvents.Reconcile, OverwriteScope.CurrentVersion)]
    public async Task X16_an_overwrite_of_a_closed_member_is_true_since_its_own_time(LateEvents policy, OverwriteScope scope)
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, d =>
        {
            ScdMixedEvent.Mixed(d);
            d.LateEvents(policy).Overwrite(scope);
        });
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        await members.LoadAsync(ScdMixedEvent.Gone(1, 10));
        (await members.LoadAsync(ScdMixedEvent.Of(1, "o", "y", "A", "N", 5))).Counts.Should().Be(new LoadCounts { Read = 1, Overwritten = 1 });
        await members.ExpectAsync("""
            email | town | valid_from | valid_to
            y     | A    | 2024-01-01 | 2024-01-10
            """);
    }

    [Fact]
    public async Task What_an_overwrite_confirmed_is_not_overtaken_by_an_older_split()
    {
        await using var members = await ScdDimension.OpenAsync<ScdMixedEvent>(store, ScdMixedEvent.Mixed);
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "x", "A", "N", 1));
        await members.LoadAsync(ScdMixedEvent.Of(1, "o", "y", "A", "N", 20));
        (await members.LoadAsync(ScdMixedEvent.Of(1, "o", "z", "B", "N", 10))).Counts.Should().Be(new LoadCounts { Read = 1, Split = 1 });
        await members.ExpectAsync("""
            email | town | valid_from | valid_to
            y     | A    | 2024-01-01 | 2024-01-10
            y     | B    | 2024-01-10 | 2024-01-20
            y     | A    | 2024-01-20 | NULL
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task A_first_version_that_begins_early_still_knows_when_it_was_told(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            WithOperations(d);
            d.FirstVersionFrom(Day(-100)).LateEvents(policy);
        });
        await members.LoadAsync(Events("A10"));
        await members.LoadAsync(Events("B5"));
        (await DrawAsync(members)).Should().Be(policy == LateEvents.Split ? "A[-100,5) B[5,10) A[10,∞)" : "B[-100,10) A[10,∞)");
        await members.ExpectNothingChangesAsync(Events("A10"));
        await members.ExpectNothingChangesAsync(Events("B5"));
    }

    [Fact]
    public async Task Only_distinct_events_are_remembered()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under<ScdEvent>(LateEvents.Reconcile, WithOperations));
        await members.LoadAsync(Events("A1 B10 x20"));
        await members.LoadAsync(Events("A1 A5 x20"));
        await members.LoadAsync(Events("A1 A5 B10 x20"));
        await members.Warehouse.ExpectAsync("SELECT id, value, effective_at, is_delete, is_inferred, load_id FROM business.dim_member_event ORDER BY effective_at", """
            id | value | effective_at | is_delete | is_inferred | load_id
            1  | A     | 2024-01-01   | false     | false       | $1
            1  | A     | 2024-01-05   | false     | false       | $2
            1  | B     | 2024-01-10   | false     | false       | $1
            1  | NULL  | 2024-01-20   | true      | false       | $1
            """);
    }

    [Fact]
    public async Task Absences_of_full_snapshots_are_remembered()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, d =>
        {
            Delta(d);
            d.WhenAbsent(Absent.Expire).LateEvents(LateEvents.Reconcile);
        });
        await members.LoadAsync(Snapshot(1), Of(1, "A", 1), Of(2, "A", 1));
        (await members.LoadAsync(Snapshot(20), Of(1, "A", 1))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1, Expired = 1, ExpiredByAbsence = 1 });
        await members.LoadAsync(Of(2, "B", 10));
        await members.ExpectRefusalAsync(Snapshot(10), Of(1, "A", 1));
        await members.LoadAsync(Snapshot(30), Of(1, "A", 1), Of(2, "B", 10));
        await members.ExpectAsync("""
            id | value | valid_from | valid_to
            1  | A     | 2024-01-01 | NULL
            2  | A     | 2024-01-01 | 2024-01-10
            2  | B     | 2024-01-10 | 2024-01-20
            2  | B     | 2024-01-30 | NULL
            """);
    }

    [Fact]
    public async Task A_policy_chosen_later_takes_the_stored_versions_for_events()
    {
        string database = await store.CreateDatabaseAsync();
        await using (IWarehouse before = await OpenAsync(database, LateEvents.Split))
        {
            await before.LoadAsync(before.Model.Dimensions.OfType<Dimension<ScdEvent>>().Single(), [.. Events("A1 B10 x20 C30"), Of(2, "A", 1)]);
        }

        await using IWarehouse after = await OpenAsync(database, LateEvents.Reconcile);
        var dimension = after.Model.Dimensions.OfType<Dimension<ScdEvent>>().Single();
        (await after.LoadAsync(dimension, [Of(1, "X", 5)])).Counts.Should().Be(new LoadCounts { Read = 1, Split = 1 });
        await after.ExpectAsync("SELECT id, value, valid_from, valid_to FROM business.dim_member WHERE member_key > 0 ORDER BY id, version", """
            id | value | valid_from | valid_to
            1  | A     | 2024-01-01 | 2024-01-05
            1  | X     | 2024-01-05 | 2024-01-10
            1  | B     | 2024-01-10 | 2024-01-20
            1  | C     | 2024-01-30 | NULL
            2  | A     | 2024-01-01 | NULL
            """);
    }

    private async Task<IWarehouse> OpenAsync(string database, LateEvents policy)
    {
        var model = DimensionalModel.Create("members", builder => builder.Dimension("dim_member", Under<ScdEvent>(policy, WithOperations)));
        IWarehouse warehouse = store.Open(database, model);
        await warehouse.DeployAsync();
        return warehouse;
    }

    private async Task<string> LoadAsync(LateEvents policy, Action<DimensionBuilder<ScdEvent>> define, string loads)
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Under(policy, define));
        foreach (string batch in loads.Split('|'))
            await members.LoadAsync(Events(batch));
        return await DrawAsync(members);
    }

    private static async Task<string> DrawAsync(ScdDimension<ScdEvent> members, int id = 1)
    {
        string isDeleted = members.Target.Definition.TracksDeletion ? "is_deleted" : "FALSE";
        var versions = await members.Warehouse.QueryAsync<(string Value, DateTime From, DateTime? To, bool IsDeleted)>(
            $"SELECT value, valid_from, valid_to, {isDeleted} FROM business.dim_member WHERE member_key > 0 AND id = {id} ORDER BY version");
        return string.Join(" ", versions.Select(version => string.Create(
            CultureInfo.InvariantCulture,
            $"{version.Value}{(version.IsDeleted ? "†" : string.Empty)}[{DayOf(version.From)},{(version.To is { } to ? DayOf(to).ToString(CultureInfo.InvariantCulture) : "∞")})")));
    }

    private static int DayOf(DateTime instant) => (instant - Day(0)).Days;
}
