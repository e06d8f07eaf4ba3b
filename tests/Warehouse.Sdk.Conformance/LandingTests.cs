using System.Data;

namespace Warehouse.Sdk.Conformance;

/// <summary>Rows as received into the landing zone, and from there on to the enterprise zone.</summary>
public abstract class LandingTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const string Landed = "SELECT id, name, source_line, load_id FROM landing.thing ORDER BY load_id, source_line";
    private const string Things = "SELECT id, name FROM enterprise.thing ORDER BY id";

    [Fact]
    public async Task Rows_land_as_received_with_load_and_number()
    {
        Zones zones = new();
        await using IWarehouse warehouse = await store.OpenAsync(zones.Model);

        LoadReport report = await warehouse.Loader.LoadAsync(zones.Landing, Source.Rows<Thing>([new(1, "A"), new(1, "A"), new(null, null)]));

        report.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 3 });
        report.Counts.IsConserved.Should().BeTrue();
        await warehouse.ExpectAsync(Landed, """
            id   | name | source_line | load_id
            1    | A    | 1           | 1
            1    | A    | 2           | 1
            NULL | NULL | 3           | 1
            """);
        await warehouse.ExpectAsync("SELECT count(*) AS files FROM landing.thing WHERE source_file IS NOT NULL", "files\n0");
    }

    [Fact]
    public async Task A_reader_lands_by_column_name()
    {
        Zones zones = new();
        await using IWarehouse warehouse = await store.OpenAsync(zones.Model);
        using var data = new DataTable();
        data.Columns.Add("NAME", typeof(string));
        data.Columns.Add("unused", typeof(object));
        data.Columns.Add("id", typeof(long));
        data.Rows.Add("A", 1, 1L);
        data.Rows.Add(DBNull.Value, DBNull.Value, DBNull.Value);

        using (DataTableReader reader = data.CreateDataReader())
            await warehouse.Loader.LoadAsync(zones.Landing, Source.Reader(reader, "the old system"));

        await warehouse.ExpectAsync(Landed, "id | name | source_line | load_id\n1 | A | 1 | 1\nNULL | NULL | 2 | 1");
        await warehouse.ExpectAsync("SELECT source FROM warehouse.load", "source\nthe old system");
    }

    [Fact]
    public async Task A_file_lands_with_its_path_and_the_line_each_row_begins_at()
    {
        Zones zones = new();
        await using IWarehouse warehouse = await store.OpenAsync(zones.Model);
        using var folder = new ScratchFolder();
        string file = folder.Write("things.csv", "name,id\nA,1\n\"two\nlines\",2\r\n\"\",3\n,4");

        await warehouse.Loader.LoadAsync(zones.Landing, Source.Csv(file));

        (await warehouse.QueryAsync<string>("SELECT DISTINCT source_file FROM landing.thing")).Should().Equal(file);
        (await warehouse.QueryAsync<string>("SELECT name FROM landing.thing WHERE id = 2")).Should().Equal("two\nlines");
        await warehouse.ExpectAsync("SELECT id, source_line, name IS NULL AS is_null, name = '' AS is_empty FROM landing.thing ORDER BY id", """
            id | source_line | is_null | is_empty
            1  | 2           | false   | false
            2  | 3           | false   | false
            3  | 5           | false   | true
            4  | 6           | true    | NULL
            """);
    }

    [Fact]
    public async Task What_landed_is_taken_in_once_and_the_last_landed_wins()
    {
        Zones zones = new();
        await using IWarehouse warehouse = await store.OpenAsync(zones.Model);
        await warehouse.LoadAsync(zones.Landing, [new(1, "A"), new(2, "B")]);
        await warehouse.LoadAsync(zones.Landing, [new(1, "A2"), new(3, "C")]);

        LoadReport first = await warehouse.Incremental.LoadAsync(zones.Enterprise, Source.Landed(zones.Landing));
        LoadReport nothing = await warehouse.Incremental.LoadAsync(zones.Enterprise, Source.Landed(zones.Landing));
        await warehouse.LoadAsync(zones.Landing, [new(2, "B2"), new(3, "C")]);
        LoadReport second = await warehouse.Incremental.LoadAsync(zones.Enterprise, Source.Landed(zones.Landing));

        first.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 3, Duplicates = 1 });
        nothing.Outcome.Should().Be(LoadOutcome.NothingChanged);
        nothing.Counts.Should().Be(new LoadCounts());
        second.Counts.Should().Be(new LoadCounts { Read = 2, Updated = 1, Unchanged = 1 });
        await warehouse.ExpectAsync(Things, "id | name\n1 | A2\n2 | B2\n3 | C");
        await warehouse.ExpectAsync("SELECT target, column_name, value FROM warehouse.watermark", """
            target           | column_name           | value
            enterprise.thing | landing.thing.load_id | 5
            """);
    }

    [Fact]
    public async Task A_failed_load_takes_in_the_same_rows_again()
    {
        Zones zones = new();
        await using IWarehouse warehouse = await store.OpenAsync(zones.Model);
        await warehouse.LoadAsync(zones.Landing, [new(1, "A"), new(null, "B")]);

        await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(zones.Enterprise, Source.Landed(zones.Landing)));
        LoadReport report = await warehouse.LoadAsync(zones.Enterprise, Source.Landed(zones.Landing), new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 1, Rejected = 1 });
        report.Counts.IsConserved.Should().BeTrue();
    }

    [Fact]
    public async Task Different_rows_of_one_key_in_one_landing_are_a_conflict()
    {
        Zones zones = new();
        await using IWarehouse warehouse = await store.OpenAsync(zones.Model);
        await warehouse.LoadAsync(zones.Landing, [new(1, "A"), new(1, "B"), new(1, "B")]);

        LoadReport report = await warehouse.LoadAsync(zones.Enterprise, Source.Landed(zones.Landing), new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 3, Rejected = 3 });
    }

    [Fact]
    public async Task A_full_refresh_takes_the_latest_landing_only()
    {
        Zones zones = new();
        await using IWarehouse warehouse = await store.OpenAsync(zones.Model);
        await warehouse.LoadAsync(zones.Landing, [new(1, "A"), new(2, "B")]);
        await warehouse.LoadAsync(zones.Landing, [new(2, "B"), new(3, "C")]);

        LoadReport first = await warehouse.LoadAsync(zones.Refreshed, Source.Landed(zones.Landing));
        LoadReport nothing = await warehouse.LoadAsync(zones.Refreshed, Source.Landed(zones.Landing));

        first.Counts.Should().Be(new LoadCounts { Read = 2, Inserted = 2 });
        nothing.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync("SELECT id, name FROM enterprise.refreshed ORDER BY id", "id | name\n2 | B\n3 | C");
    }

    [Fact]
    public async Task Two_targets_take_in_one_landing_table_each_at_its_own_pace()
    {
        Zones zones = new();
        await using IWarehouse warehouse = await store.OpenAsync(zones.Model);
        await warehouse.LoadAsync(zones.Landing, [new(1, "A")]);
        await warehouse.LoadAsync(zones.Enterprise, Source.Landed(zones.Landing));
        await warehouse.LoadAsync(zones.Landing, [new(2, "B")]);

        await warehouse.LoadAsync(zones.Enterprise, Source.Landed(zones.Landing));
        LoadReport dimension = await warehouse.LoadAsync(zones.Dimension, Source.Landed(zones.Landing));

        dimension.Counts.NewMembers.Should().Be(2);
        await warehouse.ExpectAsync(Things, "id | name\n1 | A\n2 | B");
    }

    [Fact]
    public async Task The_zones_keep_their_doors_apart()
    {
        Zones zones = new();
        await using IWarehouse warehouse = await store.OpenAsync(zones.Model);

        await Assert.ThrowsAsync<ArgumentException>(() => warehouse.Loader.LoadAsync(zones.Enterprise, Source.Rows<Thing>([])));
        await Assert.ThrowsAsync<ArgumentException>(() => warehouse.Incremental.LoadAsync(zones.Landing, Source.Rows<Thing>([])));
        await Assert.ThrowsAsync<ArgumentException>(() => warehouse.LoadAsync(zones.Landing, Source.Landed(zones.Landing)));
        Assert.Throws<ArgumentException>(() => Source.Landed(zones.Enterprise));
    }

    private sealed record Thing(int? Id, string? Name);

    private sealed class Zones
    {
        public Zones() => Model = DimensionalModel.Create("zones", model =>
        {
            Landing = model.Landing<Thing>("thing");
            Enterprise = model.Enterprise<Thing>("thing", table => table.Key(thing => thing.Id));
            Refreshed = model.Enterprise<Thing>("refreshed", table => table.Key(thing => thing.Id).FullRefresh());
            Dimension = model.Dimension<Thing>("dim_thing", dimension => dimension.NaturalKey(thing => thing.Id).Type2(thing => thing.Name));
        });

        public DimensionalModel Model { get; }

        public ZoneTable<Thing> Landing { get; private set; } = null!;

        public ZoneTable<Thing> Enterprise { get; private set; } = null!;

        public ZoneTable<Thing> Refreshed { get; private set; } = null!;

        public Dimension<Thing> Dimension { get; private set; } = null!;
    }
}
