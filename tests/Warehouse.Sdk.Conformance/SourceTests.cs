using System.Data;

namespace Warehouse.Sdk.Conformance;

/// <summary>Queries over the warehouse itself, and readers of any other system.</summary>
public abstract class SourceTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task A_query_with_parameters_is_converted_to_the_targets_types()
    {
        var (warehouse, things, sums) = await OpenAsync();
        await using var _ = warehouse;
        await warehouse.LoadAsync(things, [new(1, "a", 1.25m), new(2, "a", 2.5m), new(3, "b", 4m), new(4, "c", 8m)]);
        LoadSource source = Source.Query(
            "SELECT name, sum(amount) AS total, count(*) AS things FROM enterprise.thing WHERE name <> $left_out AND id < $id_limit GROUP BY name;",
            new Dictionary<string, object?> { ["left_out"] = "b", ["id_limit"] = 4 },
            "sums of things");

        LoadReport first = await warehouse.LoadAsync(sums, source);
        LoadReport again = await warehouse.LoadAsync(sums, source);

        first.Counts.Should().Be(new LoadCounts { Read = 1, Inserted = 1 });
        first.Source.Should().Be("sums of things");
        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync("SELECT name, total, things FROM enterprise.sum", "name | total | things\na | 3.75 | 2");
    }

    [Fact]
    public async Task A_query_may_hold_comments_and_texts_that_look_like_parameters()
    {
        var (warehouse, _, sums) = await OpenAsync();
        await using var __ = warehouse;

        await warehouse.LoadAsync(sums, Source.Query(
            """
            -- it's the host's own text: $things
            SELECT '$target' AS name, $total AS total, 1 AS things -- the end
            """,
            new Dictionary<string, object?> { ["total"] = 2m }));

        await warehouse.ExpectAsync("SELECT length(name) AS name, total, things FROM enterprise.sum", "name | total | things\n7 | 2.00 | 1");
    }

    [Fact]
    public async Task A_query_that_lacks_columns_is_refused_by_name()
    {
        var (warehouse, _, sums) = await OpenAsync();
        await using var __ = warehouse;
        string before = await warehouse.OfAllAsync();

        var refused = await Assert.ThrowsAsync<WarehouseSchemaException>(() => warehouse.LoadAsync(sums, Source.Query("SELECT name, amount AS value FROM enterprise.thing", description: "sums of things")));

        refused.Message.Should().Be(
            "sums of things does not fit enterprise.sum: column 'total' is missing; column 'things' is missing. Seen: name, value. Expected: name, total, things. "
            + "Nothing was loaded. Correct the source, or the row type in the model.");
        refused.Differences.Should().Equal("column 'total' is missing", "column 'things' is missing");
        refused.Target.Should().Be("enterprise.sum");
        (await warehouse.OfAllAsync()).Should().Be(before);
    }

    [Fact]
    public async Task A_query_that_cannot_run_is_told_with_its_step()
    {
        var (warehouse, _, sums) = await OpenAsync();
        await using var __ = warehouse;

        var failure = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(sums, Source.Query("SELECT name, total, things FROM enterprise.no_such_table")));

        failure.Step.Should().Be("describe-query");
        failure.Message.Should().StartWith("Loading enterprise.sum from query failed at 'describe-query': ").And.ContainEquivalentOf("no_such_table").And.EndWith("The load was rolled back; enterprise.sum is as before.");
    }

    [Fact]
    public async Task A_query_may_read_the_loads_own_parameters_and_its_own_end_with_it()
    {
        var (warehouse, _, sums) = await OpenAsync();
        await using var __ = warehouse;

        await warehouse.LoadAsync(sums, Source.Query(
            "SELECT CAST($source AS varchar(10)) AS name, $rows_read AS total, CAST($load_id AS integer) AS things", new Dictionary<string, object?> { ["source"] = "mine", ["rows_read"] = 77m }));

        await warehouse.ExpectAsync("SELECT name, total, things FROM enterprise.sum", "name | total | things\nmine | 77.00 | 1");
        await warehouse.ExpectAsync("SELECT load_id, source, rows_read FROM warehouse.load", "load_id | source | rows_read\n1 | query | 1");
    }

    [Fact]
    public async Task A_reader_of_other_types_is_converted_exactly_or_rejected()
    {
        var (warehouse, things, _) = await OpenAsync();
        await using var __ = warehouse;
        using var data = new DataTable();
        data.Columns.Add("id", typeof(string));
        data.Columns.Add("name", typeof(int));
        data.Columns.Add("amount", typeof(double));
        data.Rows.Add("1", 10, 1.5);
        data.Rows.Add("x", 20, 2.5);
        data.Rows.Add("3", DBNull.Value, 1e30);
        data.Rows.Add("4", DBNull.Value, DBNull.Value);

        using DataTableReader reader = data.CreateDataReader();
        LoadReport report = await warehouse.LoadAsync(things, Source.Reader(reader), new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 4, Inserted = 2, Rejected = 2 });
        await warehouse.ExpectAsync("SELECT id, name, amount FROM enterprise.thing ORDER BY id", "id | name | amount\n1 | 10 | 1.50\n4 | NULL | NULL");
        await warehouse.ExpectAsync("SELECT line, column_name FROM warehouse.reject ORDER BY line", "line | column_name\n2 | id\n3 | amount");
        await warehouse.ExpectAsync("SELECT raw_row FROM warehouse.reject WHERE line = 2", """
            raw_row
            {"id":"x","name":"20","amount":"2.5"}
            """);
    }

    [Fact]
    public async Task Dates_times_and_bytes_of_a_reader_become_texts_in_iso_form_and_hexadecimal()
    {
        ZoneTable<Words> table = null!;
        var model = DimensionalModel.Create("words", builder => table = builder.Enterprise<Words>("words", t => t.Key(row => row.Id)));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        using var data = new DataTable();
        data.Columns.Add("id", typeof(int));
        data.Columns.Add("a", typeof(DateTime));
        data.Columns.Add("b", typeof(byte[]));
        data.Columns.Add("c", typeof(double));
        data.Rows.Add(1, new DateTime(2024, 2, 1, 13, 0, 0), new byte[] { 0xAB, 0x01 }, 0.5);

        using DataTableReader reader = data.CreateDataReader();
        await warehouse.LoadAsync(table, Source.Reader(reader));

        await warehouse.ExpectAsync("SELECT a, b, c FROM enterprise.words", "a | b | c\n2024-02-01 13:00:00 | ab01 | 0.5");
    }

    [Fact]
    public async Task Numbers_are_rounded_to_whole_ones_the_same_way_everywhere()
    {
        ZoneTable<Whole> table = null!;
        var model = DimensionalModel.Create("whole", builder => table = builder.Enterprise<Whole>("whole", t => t
            .Key(row => row.Id).Column(row => row.FromDecimal, ColumnType.Integer).Column(row => row.FromDouble, ColumnType.Integer)));
        await using IWarehouse warehouse = await store.OpenAsync(model);

        LoadReport report = await warehouse.LoadAsync(table, [new(1, 2.5m, 2.5), new(2, 3.5m, 3.5), new(3, -2.5m, -0.4), new(4, 3_000_000_000m, 0), new(5, 0, double.NaN)], new() { Rejects = RejectPolicy.KeepAll });

        report.Counts.Rejected.Should().Be(2);
        await warehouse.ExpectAsync("SELECT id, from_decimal, from_double FROM enterprise.whole ORDER BY id", """
            id | from_decimal | from_double
            1  | 3            | 2
            2  | 4            | 4
            3  | -3           | 0
            """);
    }

    [Fact]
    public async Task Rows_of_another_type_are_refused()
    {
        var (warehouse, things, _) = await OpenAsync();
        await using var __ = warehouse;

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => warehouse.LoadAsync(things, Source.Rows<Words>([])));

        refused.Message.Should().Be("enterprise.thing takes rows of Thing; rows of Words were given. Nothing was loaded.");
    }

    private async Task<(IWarehouse Warehouse, ZoneTable<Thing> Things, ZoneTable<Sum> Sums)> OpenAsync()
    {
        ZoneTable<Thing> things = null!;
        ZoneTable<Sum> sums = null!;
        var model = DimensionalModel.Create("sources", builder =>
        {
            builder.Conventions(conventions => conventions with { DecimalType = ColumnType.Decimal(8, 2) });
            things = builder.Enterprise<Thing>("thing", table => table.Key(thing => thing.Id));
            sums = builder.Enterprise<Sum>("sum", table => table.Key(sum => sum.Name));
        });
        return (await store.OpenAsync(model), things, sums);
    }

    private sealed record Thing(int Id, string? Name, decimal? Amount);

    private sealed record Sum(string Name, decimal Total, int Things);

    private sealed record Words(int Id, string A, string B, string C);

    private sealed record Whole(int Id, decimal FromDecimal, double FromDouble);
}
