using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Snowflake.Emulator;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>Clones, tables as they stood, and tables that come back.</summary>
public sealed class SnowflakeTablePastTests(SnowflakeTestStore store) : IClassFixture<SnowflakeTestStore>
{
    [Fact]
    public async Task A_table_is_read_as_it_stood_whatever_the_dates_of_its_rows_say()
    {
        string database = await store.CreateDatabaseAsync();
        var clock = new SnowflakeClock(database);
        await using IWarehouse warehouse = store.Open(database, Model());
        await warehouse.DeployAsync();
        DateTimeOffset empty = clock.Pass(TimeSpan.FromMinutes(1));
        await warehouse.LoadAsync(_dimension, [new(1, "Oslo", new(2020, 1, 1)), new(2, "Rome", new(2020, 1, 1))]);
        DateTimeOffset first = clock.Pass(TimeSpan.FromMinutes(1));
        await warehouse.LoadAsync(_dimension, [new(1, "Bergen", new(2020, 6, 1))]);
        string insert = clock.LastStatement(text => text.StartsWith("INSERT INTO \"BUSINESS\".\"DIM_THING\"", StringComparison.Ordinal));
        clock.Pass(TimeSpan.FromMinutes(1));

        (await CitiesAsync(warehouse, TimePoint.At(empty))).Should().Equal("Not applicable", "Unknown");
        (await CitiesAsync(warehouse, TimePoint.At(first))).Should().Equal("Not applicable", "Oslo", "Rome", "Unknown");
        (await CitiesAsync(warehouse, TimePoint.At(clock.Now))).Should().Equal("Bergen", "Not applicable", "Oslo", "Rome", "Unknown");
        (await CitiesAsync(warehouse, TimePoint.BeforeStatement(insert))).Should().Equal("Not applicable", "Oslo", "Rome", "Unknown");
        (await CitiesAsync(warehouse, TimePoint.AtStatement(insert))).Should().Contain("Bergen");
        (await warehouse.QueryAsync<string>($"SELECT stood.city FROM {_dimension.FromAsOf(TimePoint.At(first))} AS stood WHERE stood.id = 1")).Should().Equal("Oslo");
        // In the winter of 2020 member 1 lived in Oslo: that the warehouse knows today, and is another question.
        (await warehouse.QueryAsync<string>("SELECT city FROM TABLE(business.dim_thing_asof('2020-02-01'::TIMESTAMP_NTZ)) WHERE id = 1")).Should().Equal("Oslo");
        (await warehouse.QueryAsync<string>("SELECT city FROM TABLE(business.dim_thing_asof('2020-07-01'::TIMESTAMP_NTZ)) WHERE id = 1")).Should().Equal("Bergen");
    }

    [Fact]
    public async Task A_moment_of_which_nothing_is_kept_is_told_as_that()
    {
        string database = await store.CreateDatabaseAsync();
        var clock = new SnowflakeClock(database);
        await using IWarehouse warehouse = store.Open(database, Model(p => p.Retention(2)));
        DateTimeOffset before = clock.Pass(TimeSpan.FromHours(1));
        await warehouse.DeployAsync();
        DateTimeOffset deployed = clock.Pass(TimeSpan.FromDays(1.5));

        var tooEarly = await Assert.ThrowsAsync<WarehouseException>(() => CitiesAsync(warehouse, TimePoint.At(before)));
        (await CitiesAsync(warehouse, TimePoint.At(deployed))).Should().HaveCount(2);
        clock.Pass(TimeSpan.FromDays(1));
        var tooLate = await Assert.ThrowsAsync<WarehouseException>(() => CitiesAsync(warehouse, TimePoint.At(deployed)));
        var clone = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.CloneAsync(_dimension, new QualifiedName("sandbox", "dim_thing"), new CloneOptions { AsOf = TimePoint.At(deployed) }));

        tooEarly.Message.Should().StartWith("business.dim_thing cannot be read as it stood at 2026-03-01 12:00:00.000000 UTC: Snowflake keeps nothing of that moment (707)").And.Contain("Retention(days)");
        tooLate.Message.Should().Contain("further back than its retention");
        clone.Message.Should().StartWith("business.dim_thing could not be cloned as it stood at").And.Contain("(707)").And.EndWith("Nothing was cloned.");
        Assert.Throws<ArgumentException>(() => TimePoint.AtStatement("'; DROP TABLE x; --")).Message.Should().Contain("is no id of a statement");
    }

    [Fact]
    public async Task A_clone_is_a_table_of_its_own_and_takes_no_place_that_is_taken()
    {
        string database = await store.CreateDatabaseAsync();
        var clock = new SnowflakeClock(database);
        await using IWarehouse warehouse = store.Open(database, Model(p => p.Transient().ClusterBy("id")));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(_dimension, [new(1, "Oslo", new(2020, 1, 1))]);
        DateTimeOffset first = clock.Pass(TimeSpan.FromMinutes(1));
        await warehouse.LoadAsync(_dimension, [new(1, "Bergen", new(2020, 6, 1))]);
        var copy = new QualifiedName("Sand box", "before;");

        await warehouse.CloneAsync(_dimension, copy, new CloneOptions { AsOf = TimePoint.At(first) });
        await warehouse.QueryAsync<object>("UPDATE \"Sand box\".\"before;\" SET city = 'Paris' WHERE id = 1");
        var taken = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.CloneAsync(_dimension, copy));
        (await warehouse.QueryAsync<string>("SELECT city FROM \"Sand box\".\"before;\" WHERE id = 1 ORDER BY 1")).Should().Equal("Paris");
        (await warehouse.QueryAsync<string>("SELECT city FROM business.dim_thing WHERE id = 1 ORDER BY 1")).Should().Equal("Bergen", "Oslo");
        await warehouse.CloneAsync(_dimension, copy, new CloneOptions { Replace = true });

        taken.Message.Should().StartWith("Sand box.before; cannot be cloned into: the name is taken. Nothing was cloned.");
        (await warehouse.QueryAsync<string>("SELECT city FROM \"Sand box\".\"before;\" WHERE id = 1 ORDER BY 1")).Should().Equal("Bergen", "Oslo");
        await warehouse.ExpectAsync("SELECT is_transient, clustering_key FROM information_schema.tables WHERE table_schema = 'Sand box'", "is_transient | clustering_key\nYES | LINEAR(\"ID\")");
        (await Assert.ThrowsAsync<ArgumentException>(() => warehouse.CloneAsync(_dimension, _dimension.Name, new CloneOptions { Replace = true }))).Message.Should().Contain("would not agree with the ledger");
        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
    }

    [Fact]
    public async Task A_whole_model_is_cloned_into_one_schema_or_nothing_of_it()
    {
        string database = await store.CreateDatabaseAsync();
        ZoneTable<Thing> landing = null!;
        var model = DimensionalModel.Create("things", builder =>
        {
            landing = builder.Landing<Thing>("thing");
            _dimension = builder.Dimension<Thing>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.City).EffectiveFrom(row => row.At).LateEvents(LateEvents.Reconcile));
        });
        await using IWarehouse warehouse = store.Open(database, model);
        var absent = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.CloneModelAsync("sandbox"));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(_dimension, [new(1, "Oslo", new(2020, 1, 1))]);

        IReadOnlyList<QualifiedName> cloned = await warehouse.CloneModelAsync("sandbox");

        absent.Message.Should().Contain("Deploy the model first.");
        cloned.Select(table => table.ToString()).Should().Equal("sandbox.thing", "sandbox.dim_thing", "sandbox.dim_thing_event");
        (await warehouse.QueryAsync<long>("SELECT count(*) FROM sandbox.dim_thing_event")).Should().Equal(1L);
        await warehouse.QueryAsync<object>("DROP TABLE sandbox.dim_thing");
        (await Assert.ThrowsAsync<WarehouseException>(() => warehouse.CloneModelAsync("sandbox"))).Message.Should().StartWith("sandbox.thing, sandbox.dim_thing_event cannot be cloned into");
        (await warehouse.QueryAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'SANDBOX'")).Should().Equal(2L);

        var twice = DimensionalModel.Create("twice", builder =>
        {
            builder.Landing<Thing>("thing");
            builder.Enterprise<Thing>("thing", t => t.Key(row => row.Id));
        });
        await using IWarehouse other = store.Open(database, twice);
        (await Assert.ThrowsAsync<ArgumentException>(() => other.CloneModelAsync("sandbox2"))).Message.Should().Contain("landing.thing and enterprise.thing would both be cloned into sandbox2.thing");
    }

    [Fact]
    public async Task A_right_that_is_missing_in_the_middle_is_named_with_what_was_cloned()
    {
        string database = await store.CreateDatabaseAsync();
        var model = DimensionalModel.Create("things", builder =>
        {
            builder.Landing<Thing>("one");
            builder.Landing<Thing>("two");
        });
        await using IWarehouse warehouse = store.Open(database, model);
        await warehouse.DeployAsync();
        EmulatedAccount.Of(database).BeforeStatement = sql =>
        {
            if (sql.Contains("CLONE \"LANDING\".\"TWO\"", StringComparison.Ordinal))
                throw new SnowflakeEmulatorException(3001, "42501", "SQL access control error:\nInsufficient privileges to operate on table 'TWO'");
        };

        var error = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.CloneModelAsync("sandbox"));

        error.Message.Should().StartWith("landing.two could not be cloned: The role lacks a privilege:").And.Contain("'TWO'").And.EndWith("There are clones of 1 tables by now: sandbox.one.");
    }

    [Fact]
    public async Task A_dropped_table_comes_back_unless_its_name_is_taken_or_nothing_is_kept()
    {
        string database = await store.CreateDatabaseAsync();
        var clock = new SnowflakeClock(database);
        await using IWarehouse warehouse = store.Open(database, Model(p => p.Retention(3)));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(_dimension, [new(1, "Oslo", new(2020, 1, 1))]);
        await warehouse.QueryAsync<object>("DROP TABLE business.dim_thing");
        clock.Pass(TimeSpan.FromDays(1));

        await warehouse.UndropAsync(_dimension);
        (await warehouse.QueryAsync<string>("SELECT city FROM business.dim_thing WHERE id = 1")).Should().Equal("Oslo");
        (await warehouse.DeployAsync()).IsUnchanged.Should().BeTrue();
        (await warehouse.LoadAsync(_dimension, [new(1, "Oslo", new(2020, 1, 1))])).Outcome.Should().Be(LoadOutcome.NothingChanged);
        var never = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.UndropAsync(_dimension));
        await warehouse.QueryAsync<object>("DROP TABLE business.dim_thing");
        clock.Pass(TimeSpan.FromDays(4));
        var gone = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.UndropAsync(_dimension));

        never.Message.Should().StartWith("business.dim_thing could not be brought back: a table of the name is there.").And.Contain("Rename that one first");
        gone.Message.Should().Contain("longer ago than its retention").And.EndWith("Nothing was changed.");
    }

    private Dimension<Thing> _dimension = null!;

    private DimensionalModel Model(Action<PhysicalBuilder>? options = null) => DimensionalModel.Create("things", model => _dimension = model.Dimension<Thing>("dim_thing", d =>
    {
        d.NaturalKey(row => row.Id).Type2(row => row.City).EffectiveFrom(row => row.At);
        if (options is not null)
            d.Physical(options);
    }));

    private async Task<IReadOnlyList<string>> CitiesAsync(IWarehouse warehouse, TimePoint point) => [.. (await warehouse.AsOfAsync<Row>(_dimension, point)).Select(row => row.City).Order(StringComparer.Ordinal)];

    private sealed record Thing(int Id, string City, DateTime At);

    private sealed class Row
    {
        public string City { get; set; } = string.Empty;
    }
}
