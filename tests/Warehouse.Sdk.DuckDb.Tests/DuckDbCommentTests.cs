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

    [Fact]
    public async Task History_views_are_in_the_data_dictionary()
    {
        var model = DimensionalModel.Create("things", builder => builder.Dimension<Named>("dim_thing", d => d.NaturalKey(thing => thing.Id).Type2(thing => thing.Name)));
        await using IWarehouse warehouse = await DuckDbWarehouse.OpenAsync(":memory:", model);

        (await warehouse.QueryAsync<string>("SELECT comment FROM duckdb_views() WHERE view_name = 'dim_thing_current'")).Should()
            .Equal("The open version of each member of business.dim_thing, the default members among them; a member that is gone has none.");
        (await warehouse.QueryAsync<string>("SELECT comment FROM duckdb_functions() WHERE function_name = 'dim_thing_asof'")).Should()
            .Equal("The version of each member of business.dim_thing that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.");
    }

    private sealed record Named(int Id, string Name);

    private sealed record Thing(int Id);
}
