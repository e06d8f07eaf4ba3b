using Warehouse.Sdk.Providers;
using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>Members are erased: what was known of them is gone from every table of the SDK, and facts still join.</summary>
public abstract class PurgeTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly LoadOptions Tolerant = new() { Rejects = RejectPolicy.KeepAll };

    public sealed record PersonRow(int PersonId, string? Name, string? City, string? Segment, DateTime At, string? Op = null);

    public sealed record VisitRow(int VisitId, int PersonId, DateTime At);

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task X21_An_erased_member_is_a_placeholder_that_its_facts_still_join(LateEvents policy)
    {
        var clinic = new Clinic(d => d.LateEvents(policy).DurableKey(), mini: true);
        await using IWarehouse warehouse = await store.OpenAsync(clinic.Model);
        await LoadAsync(warehouse, clinic);
        string others = await warehouse.DrawAsync(Others);

        LoadReport report = await warehouse.PurgeAsync(clinic.Person, [[1], [77]]);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Updated = 1, Unchanged = 1, Repointed = 2 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT person_key, person_id, name, city, valid_from, valid_to, is_current, version, change_reason, is_inferred, current_profile_key FROM business.dim_person WHERE person_id = 1", """
            person_key | person_id | name | city | valid_from | valid_to | is_current | version | change_reason | is_inferred | current_profile_key
            $1         | 1         | NULL | NULL | 2024-01-01 | NULL     | true       | 1       | inferred      | true        | -1
            """);
        await warehouse.ExpectAsync("SELECT visit.visit_id, person.person_id, person.version, visit.profile_key FROM business.fact_visit AS visit JOIN business.dim_person AS person ON person.person_key = visit.person_key WHERE person.person_id = 1 ORDER BY visit.visit_id", """
            visit_id | person_id | version | profile_key
            1        | 1         | 1       | -1
            2        | 1         | 1       | -1
            3        | 1         | 1       | -1
            """);
        await ExpectNothingKnownAsync(warehouse);
        (await warehouse.DrawAsync(Others)).Should().Be(others);
        await warehouse.ExpectAsync($"SELECT source, rows_read FROM warehouse.load WHERE load_id = {report.LoadId}", "source | rows_read\npurge | 2");
        await warehouse.ExpectAsync("SELECT line, raw_row IS NULL AS is_erased FROM warehouse.reject ORDER BY load_id, line", """
            line | is_erased
            1    | true
            2    | true
            3    | false
            4    | false
            """);
        await ExpectSoundAsync(warehouse);

        (await warehouse.PurgeAsync(clinic.Person, [[1]])).Outcome.Should().Be(LoadOutcome.NothingChanged);
        (await warehouse.LoadAsync(clinic.Person, [new PersonRow(1, "New", "Home", "y", Day(40)), new PersonRow(1, "New", "Away", "y", Day(50))])).Counts.Should().Be(new LoadCounts { Read = 2, Resolved = 1, NewVersions = 1, NewProfiles = 1, Repointed = 3 });
        await ExpectSoundAsync(warehouse);
    }

    [Theory]
    [InlineData(LateEvents.Split, Absent.Expire)]
    [InlineData(LateEvents.Reconcile, Absent.Expire)]
    [InlineData(LateEvents.Split, Absent.MarkDeleted)]
    [InlineData(LateEvents.Reconcile, Absent.MarkDeleted)]
    public async Task X21_The_end_of_an_erased_member_is_kept(LateEvents policy, Absent absent)
    {
        var clinic = new Clinic(d => d.LateEvents(policy).WhenAbsent(absent).SeparateHistory(), mini: false);
        await using IWarehouse warehouse = await store.OpenAsync(clinic.Model);
        await LoadAsync(warehouse, clinic);
        await warehouse.LoadAsync(clinic.Person, [new PersonRow(1, "Secret", "Secret", "Secret", Day(30), "D")]);

        await warehouse.PurgeAsync(clinic.Person, [[1]]);

        await warehouse.ExpectAsync("SELECT name, city, valid_from, valid_to, version, is_inferred FROM business.dim_person_history WHERE person_id = 1 ORDER BY version", absent == Absent.Expire
            ? """
              name | city | valid_from | valid_to   | version | is_inferred
              NULL | NULL | 2024-01-01 | 2024-01-30 | 1       | true
              """
            : """
              name | city | valid_from | valid_to   | version | is_inferred
              NULL | NULL | 2024-01-01 | 2024-01-30 | 1       | true
              NULL | NULL | 2024-01-30 | NULL       | 2       | false
              """);
        await ExpectNothingKnownAsync(warehouse);
        await ExpectSoundAsync(warehouse);
        (await warehouse.PurgeAsync(clinic.Person, [[1]])).Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.LoadAsync(clinic.Person, [new PersonRow(1, "New", "Home", "y", Day(40))]);
        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task X21_A_member_is_erased_as_a_whole_or_not_at_all()
    {
        var clinic = new Clinic(d => d.LateEvents(LateEvents.Reconcile), mini: true);
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, clinic.Model);
        await warehouse.DeployAsync();
        await LoadAsync(warehouse, clinic);
        string before = await warehouse.OfAllAsync();

        int attempts = await CrashEverywhere.RunAsync(provider, () => warehouse.PurgeAsync(clinic.Person, [[1]]), async () => (await warehouse.OfAllAsync()).Should().Be(before));

        attempts.Should().BeGreaterThan(12);
        await ExpectNothingKnownAsync(warehouse);
        await Assert.ThrowsAsync<ArgumentException>(() => warehouse.PurgeAsync(clinic.Person, [["1"]]));
        await Assert.ThrowsAsync<ArgumentException>(() => warehouse.PurgeAsync(clinic.Model.Dimensions.Single(dimension => dimension.Name.Name == "dim_profile_assignment"), [[1]]));
    }

    [Theory]
    [InlineData("O\"Neil")]
    [InlineData("a\\b")]
    [InlineData("Neil")]
    [InlineData("")]
    public async Task X21_Rejected_rows_are_found_by_keys_however_they_are_written(string code)
    {
        Dimension<GuestRow> guest = null!;
        var model = DimensionalModel.Create("inn", builder => guest = builder.Dimension<GuestRow>("dim_guest", d => d.NaturalKey(row => row.Code).Type2(row => row.Room).EffectiveFrom(row => row.At)));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(guest, [new(code, "Secret1", Day(1)), new("Other", "Secret2", Day(1))]);
        await warehouse.LoadAsync(guest, [new(code, "Secret3", Day(2)), new(code, "Secret4", Day(2)), new("Other", "Known5", Day(2)), new("Other", "Known6", Day(2))], Tolerant);

        await warehouse.PurgeAsync(guest, [[code]]);

        await warehouse.ExpectAsync("SELECT line, raw_row IS NULL AS is_erased FROM warehouse.reject ORDER BY line", """
            line | is_erased
            1    | true
            2    | true
            3    | false
            4    | false
            """);
    }

    private sealed record GuestRow(string Code, string Room, DateTime At);

    private const string Others = "SELECT person_key, name, city, valid_from, valid_to, version FROM business.dim_person WHERE person_id = 2 ORDER BY version";

    private static async Task LoadAsync(IWarehouse warehouse, Clinic clinic)
    {
        await warehouse.LoadAsync(clinic.Person, [new(1, "Secret", "SecretA", "SecretX", Day(1)), new(1, "Secret", "SecretB", "SecretX", Day(10)), new(1, "Secret", "SecretC", "SecretZ", Day(20)), new(2, "Bo", "Ribe", "y", Day(1)), new(2, "Bo", "Vejle", "y", Day(10))]);
        await warehouse.LoadAsync(clinic.Visit, [new(1, 1, Day(5)), new(2, 1, Day(15)), new(3, 1, Day(25)), new(4, 2, Day(15))]);
        await warehouse.LoadAsync(clinic.Person, [new(1, "Secret", "SecretD", "SecretX", Day(25)), new(1, "Secret", "SecretE", "SecretX", Day(25)), new(2, "Bo", "Odense", "y", Day(25)), new(2, "Bo", "Aarhus", "y", Day(25))], Tolerant);
    }

    // The combinations of a mini-dimension are nobody's: they say which there are, not whose.
    private static async Task ExpectNothingKnownAsync(IWarehouse warehouse)
    {
        string all = string.Join('\n', (await warehouse.OfAllAsync()).Split('\n').Where(line => !line.Contains("SecretX", StringComparison.Ordinal) && !line.Contains("SecretZ", StringComparison.Ordinal)));
        all.Should().NotContain("Secret");
    }

    private static async Task ExpectSoundAsync(IWarehouse warehouse)
    {
        VerifyReport report = await warehouse.VerifyAsync();
        report.IsSound.Should().BeTrue(report.ToString());
    }

    private sealed class Clinic
    {
        public Clinic(Action<DimensionBuilder<PersonRow>> define, bool mini) => Model = DimensionalModel.Create("clinic", model =>
        {
            MiniDimension<PersonRow>? profile = mini ? model.MiniDimension<PersonRow>("dim_profile", p => p.Attribute(row => row.Segment)) : null;
            Person = model.Dimension<PersonRow>("dim_person", d =>
            {
                d.NaturalKey(row => row.PersonId).Type1(row => row.Name).Type2(row => row.City).EffectiveFrom(row => row.At).Operation(row => row.Op).RecordChangeReason();
                _ = profile is null ? d.Type6(row => row.Segment) : d.MiniDimension(profile, currentKey: true);
                define(d);
            });
            Visit = model.Fact<VisitRow>("fact_visit", f =>
            {
                f.Grain("one visit", row => row.VisitId).Dimension(Person, row => row.PersonId, asOf: row => row.At);
                if (profile is not null)
                    f.MiniDimension(profile);
            });
        });

        public DimensionalModel Model { get; }

        public Dimension<PersonRow> Person { get; private set; } = null!;

        public Fact<VisitRow> Visit { get; private set; } = null!;
    }
}
