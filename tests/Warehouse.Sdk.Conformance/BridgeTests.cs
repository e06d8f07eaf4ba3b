namespace Warehouse.Sdk.Conformance;

/// <summary>Bridges: the members of each group, with weights that sum to exactly 1.</summary>
public abstract class BridgeTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Rows = """
        SELECT bridge.film_id, actor.actor_id, bridge.weight
        FROM business.bridge_film_actor AS bridge
        JOIN business.dim_actor AS actor ON actor.actor_key = bridge.actor_key
        ORDER BY bridge.film_id, actor.actor_id
        """;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(7)]
    public async Task Equal_weights_sum_to_exactly_1(int members)
    {
        Films films = new();
        await using IWarehouse warehouse = await OpenAsync(films, filmCount: 1, actorCount: members);

        LoadReport report = await warehouse.LoadAsync(films.Cast, Enumerable.Range(1, members).Select(actor => new CastRow(1, actor)));

        report.Counts.Should().Be(new LoadCounts { Read = members, Inserted = members });
        report.Counts.IsConserved.Should().BeTrue();
        (await warehouse.QueryAsync<decimal>("SELECT weight FROM business.bridge_film_actor")).Should().HaveCount(members).And.OnlyContain(weight => Math.Abs(weight - (1m / members)) < 0.00000001m);
        (await warehouse.QueryAsync<decimal>("SELECT sum(weight) FROM business.bridge_film_actor")).Should().Equal(1m);
    }

    [Fact]
    public async Task A_group_without_rows_gets_the_unknown_member_with_weight_1()
    {
        Films films = new();
        await using IWarehouse warehouse = await OpenAsync(films, filmCount: 2, actorCount: 1);

        LoadReport report = await warehouse.LoadAsync(films.Cast, [new(1, 1)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, EmptyGroups = 1 });
        await warehouse.ExpectAsync(Rows, """
            film_id | actor_id | weight
            1       | 1        | 1.000000000
            2       | NULL     | 1.000000000
            """);
    }

    [Fact]
    public async Task A_member_nobody_knows_is_the_unknown_member_and_counted()
    {
        Films films = new();
        await using IWarehouse warehouse = await OpenAsync(films, filmCount: 1, actorCount: 1);

        LoadReport report = await warehouse.LoadAsync(films.Cast, [new(1, 1), new(1, 77)]);

        report.UnknownMembers["dim_actor"].Should().Be(1);
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT actor_key, weight FROM business.bridge_film_actor ORDER BY actor_key", """
            actor_key | weight
            -1        | 0.500000000
            $1        | 0.500000000
            """);
    }

    [Fact]
    public async Task A_second_run_writes_nothing()
    {
        Films films = new();
        await using IWarehouse warehouse = await OpenAsync(films, filmCount: 3, actorCount: 3);
        CastRow[] cast = [new(1, 1), new(1, 2), new(1, 3), new(2, 1)];
        await warehouse.LoadAsync(films.Cast, cast);
        string before = await warehouse.OfTablesAsync();

        LoadReport report = await warehouse.LoadAsync(films.Cast, cast.Reverse());

        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        report.Counts.Should().Be(new LoadCounts { Read = 4, Unchanged = 4 });
        (await warehouse.OfTablesAsync()).Should().Be(before);
    }

    [Fact]
    public async Task Removed_rows_disappear_and_the_others_share_anew()
    {
        Films films = new();
        await using IWarehouse warehouse = await OpenAsync(films, filmCount: 1, actorCount: 2);
        await warehouse.LoadAsync(films.Cast, [new(1, 1), new(1, 2)]);

        LoadReport report = await warehouse.LoadAsync(films.Cast, [new(1, 2)]);

        report.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1, Deleted = 2 });
        await warehouse.ExpectAsync(Rows, "film_id | actor_id | weight\n1 | 2 | 1.000000000");
    }

    [Fact]
    public async Task Repeated_rows_collapse_and_incomplete_ones_are_rejected()
    {
        Films films = new();
        await using IWarehouse warehouse = await OpenAsync(films, filmCount: 1, actorCount: 2);

        LoadReport report = await warehouse.LoadAsync(films.Cast, [new(1, 1), new(1, 1), new(1, 2), new(null, 1), new(1, null)], new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 5, Inserted = 2, Duplicates = 1, Rejected = 2 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT line, reason FROM warehouse.reject ORDER BY line", "line | reason\n4 | group or member is NULL\n5 | group or member is NULL");
    }

    [Fact]
    public async Task Given_weights_are_kept_when_they_sum_to_1()
    {
        Films films = new();
        await using IWarehouse warehouse = await OpenAsync(films, filmCount: 1, actorCount: 2);

        await warehouse.LoadAsync(films.Shares, [new(1, 1, 0.25m), new(1, 2, 0.75m)]);

        await warehouse.ExpectAsync("SELECT weight FROM business.bridge_share ORDER BY weight", "weight\n0.250000000\n0.750000000");
    }

    [Fact]
    public async Task Given_weights_that_do_not_sum_to_1_are_refused()
    {
        Films films = new();
        await using IWarehouse warehouse = await OpenAsync(films, filmCount: 2, actorCount: 2);
        await warehouse.LoadAsync(films.Shares, [new(1, 1, 1)]);
        string before = await warehouse.OfAllAsync();

        var refused = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(films.Shares, [new(1, 1, 0.25m), new(1, 2, 0.7m), new(2, 1, 1)]));

        refused.Message.Should().StartWith("business.bridge_share: the weights of groups do not sum to 1 (film_id = 1, weights = 0.95").And.EndWith("). The load was rolled back; business.bridge_share is as before.");
        (await warehouse.OfAllAsync()).Should().Be(before);
    }

    [Fact]
    public async Task K08_A_group_with_a_new_key_keeps_its_members()
    {
        Films films = new();
        await using IWarehouse warehouse = await OpenAsync(films, filmCount: 2, actorCount: 2);
        await warehouse.LoadAsync(films.Cast, [new(1, 1), new(2, 2)]);

        (await warehouse.RekeyAsync(films.Film, [new(1, 7)])).Counts.Should().Be(new LoadCounts { Read = 1, Updated = 1 });
        (await warehouse.RekeyAsync(films.Film, [new(7, 7), new(1, 7)])).Outcome.Should().Be(LoadOutcome.NothingChanged);

        await warehouse.ExpectAsync(Rows, """
            film_id | actor_id | weight
            2       | 2        | 1.000000000
            7       | 1        | 1.000000000
            """);
        (await warehouse.LoadAsync(films.Cast, [new(7, 1), new(2, 2)])).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    private async Task<IWarehouse> OpenAsync(Films films, int filmCount, int actorCount)
    {
        IWarehouse warehouse = await store.OpenAsync(films.Model);
        await warehouse.LoadAsync(films.Film, Enumerable.Range(1, filmCount).Select(film => new FilmRow(film, $"film {film}")));
        await warehouse.LoadAsync(films.Actor, Enumerable.Range(1, actorCount).Select(actor => new ActorRow(actor, $"actor {actor}")));
        return warehouse;
    }

    private sealed record FilmRow(int FilmId, string Title);

    private sealed record ActorRow(int ActorId, string Name);

    private sealed record CastRow(int? FilmId, int? ActorId);

    private sealed record ShareRow(int FilmId, int ActorId, decimal Weight);

    private sealed class Films
    {
        public Films() => Model = DimensionalModel.Create("films", model =>
        {
            Film = model.Dimension<FilmRow>("dim_film", film => film.NaturalKey(row => row.FilmId).Type2(row => row.Title));
            Actor = model.Dimension<ActorRow>("dim_actor", actor => actor.NaturalKey(row => row.ActorId).Type1(row => row.Name));
            Cast = model.Bridge<CastRow>("bridge_film_actor", cast => cast.Group(Film, row => row.FilmId).Member(Actor, row => row.ActorId));
            Shares = model.Bridge<ShareRow>("bridge_share", share => share.Group(Film, row => row.FilmId).Member(Actor, row => row.ActorId).Weight(row => row.Weight));
        });

        public DimensionalModel Model { get; }

        public Dimension<FilmRow> Film { get; private set; } = null!;

        public Dimension<ActorRow> Actor { get; private set; } = null!;

        public Bridge<CastRow> Cast { get; private set; } = null!;

        public Bridge<ShareRow> Shares { get; private set; } = null!;
    }
}
