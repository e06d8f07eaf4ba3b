namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>The data dictionary is kept in the database as it was written.</summary>
public sealed class DuckDbCommentTests
{
    [Fact]
    public async Task Comments_over_several_lines_are_kept_as_written()
    {
        const string Comment = "one row per thing;\nit's $load_id that says\n  which load";
        var model = DimensionalModel.Create("things", builder => builder.Landing<Thing>("thing", table => table.Comment(Comment).Column(thing => thing.Id, comment: Comment)));
        await using IWarehouse warehouse = await DuckDbWarehouse.OpenAsync(":memory:", model);

        (await warehouse.QueryAsync<string>("SELECT comment FROM duckdb_tables() WHERE table_name = 'thing'")).Should().Equal(Comment);
        (await warehouse.QueryAsync<string>("SELECT comment FROM duckdb_columns() WHERE table_name = 'thing' AND column_name = 'id'")).Should().Equal(Comment);
    }

    private sealed record Thing(int Id);
}
