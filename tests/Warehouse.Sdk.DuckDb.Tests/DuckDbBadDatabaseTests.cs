using System.Diagnostics;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>Databases that cannot be opened: one clear error that says why, and what to do.</summary>
public sealed class DuckDbBadDatabaseTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("warehouse-sdk-bad-").FullName;

    [Fact]
    public async Task A_folder_that_is_not_there()
    {
        // The name has 'lock' in it, as the engine's message about a held file has.
        string file = Path.Combine(_folder, "nowhere", "clock.duckdb");

        var error = await Assert.ThrowsAsync<WarehouseException>(() => DuckDbWarehouse.OpenAsync(file, Model));

        error.Message.Should().StartWith($"The DuckDB file '{file}' cannot be opened for writing: ").And.EndWith("Nothing was changed. Check that the folder exists, that it may be written to, and that the file is a DuckDB database.");
        (error.SystemName, error.Target, error.IsTransient).Should().Be(("duckdb", file, false));
        error.InnerException.Should().BeOfType<DuckDBException>();
    }

    [Fact]
    public async Task A_path_that_is_a_folder()
    {
        var error = await Assert.ThrowsAsync<WarehouseException>(() => DuckDbWarehouse.OpenAsync(_folder, Model));

        error.Message.Should().StartWith($"The DuckDB file '{_folder}' cannot be opened for writing: ");
    }

    [Fact]
    public async Task A_data_file_is_not_opened_as_a_database_in_memory()
    {
        string file = Path.Combine(_folder, "actor.csv");
        await File.WriteAllTextAsync(file, "actor_id,name\n1,Ann\n");
        Func<Task> open = () => DuckDbWarehouse.OpenAsync(file, DimensionalModel.Create("any", model => model.DateDimension("dim_date", new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 2))));
        WarehouseException error = (await open.Should().ThrowAsync<WarehouseException>()).Which;
        error.Message.Should().StartWith($"The file '{file}' is a data file and no DuckDB database. Nothing was changed.");
        (await File.ReadAllTextAsync(file)).Should().Be("actor_id,name\n1,Ann\n");
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_left_as_it_is()
    {
        string file = Path.Combine(_folder, "notes.duckdb");
        await File.WriteAllTextAsync(file, string.Concat(Enumerable.Repeat("these are only notes\n", 1000)));

        var error = await Assert.ThrowsAsync<WarehouseException>(() => DuckDbWarehouse.OpenAsync(file, Model));

        error.Message.Should().StartWith($"The DuckDB file '{file}' cannot be opened for writing: ").And.Contain("that the file is a DuckDB database");
        (await File.ReadAllTextAsync(file)).Should().StartWith("these are only notes");
    }

    [Fact]
    public async Task A_file_that_another_process_holds()
    {
        string file = Path.Combine(_folder, "held.duckdb");
        using Process other = HoldingProcess.Start(file);
        try
        {
            (await other.StandardOutput.ReadLineAsync()).Should().Be(HoldingProcess.Ready);

            var error = await Assert.ThrowsAsync<WarehouseConcurrencyException>(() => DuckDbWarehouse.OpenAsync(file, Model));

            error.Message.Should().StartWith($"The DuckDB file '{file}' is held by another process (").And.EndWith("Nothing was changed. DuckDB lets one process write to a file: close the other one, or wait for it.");
            error.IsTransient.Should().BeTrue();
        }
        finally
        {
            other.StandardInput.Close();
            await other.WaitForExitAsync();
        }

        await using IWarehouse warehouse = await DuckDbWarehouse.OpenAsync(file, Model);
        (await warehouse.QueryAsync<int>("SELECT i FROM held")).Should().Equal(1);
    }

    [Fact]
    public async Task A_warehouse_that_failed_to_open_opens_once_the_cause_is_gone()
    {
        string file = Path.Combine(_folder, "later", "a.duckdb");
        await using var warehouse = new Warehouse.Sdk.Providers.WarehouseClient(new DuckDbProvider(new DuckDbOptions { ConnectionString = file }), Model);
        await Assert.ThrowsAsync<WarehouseException>(() => warehouse.DeployAsync());

        Directory.CreateDirectory(Path.GetDirectoryName(file)!);

        (await warehouse.DeployAsync()).IsUnchanged.Should().BeFalse();
    }

    [Fact]
    public async Task Disposing_the_warehouse_closes_the_file()
    {
        string file = Path.Combine(_folder, "closed.duckdb");
        await using (IWarehouse warehouse = await DuckDbWarehouse.OpenAsync(file, Model))
            await warehouse.QueryAsync<int>("SELECT 1");

        // The engine refuses another configuration as long as the file is open anywhere in the process.
        await using var other = new DuckDBConnection($"Data Source={file};access_mode=READ_ONLY");
        await other.OpenAsync();
        other.State.Should().Be(System.Data.ConnectionState.Open);
    }

    [Fact]
    public async Task A_warehouse_in_memory_lives_as_long_as_it_is_not_disposed()
    {
        await using IWarehouse one = await DuckDbWarehouse.OpenAsync(":memory:", Model);
        await using IWarehouse two = await DuckDbWarehouse.OpenAsync(":memory:", Model);

        await one.LoadAsync((ZoneTable<Thing>)Model.Tables[0], [new(1, "A")]);

        (await one.QueryAsync<long>("SELECT count(*) FROM landing.thing")).Should().Equal(1);
        (await two.QueryAsync<long>("SELECT count(*) FROM landing.thing")).Should().Equal(0);
    }

    [Fact]
    public async Task Errors_about_values_do_not_tell_the_values()
    {
        await using IWarehouse warehouse = await DuckDbWarehouse.OpenAsync(":memory:", Model);

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync((ZoneTable<Thing>)Model.Tables[0], Source.Query("SELECT 'secret' AS id, 'x' AS name")));

        error.Message.Should().Be("Loading landing.thing from query failed at 'stage-query': DuckDB reports a Conversion error (the inner exception has its own words). The load was rolled back; landing.thing is as before.");
        error.InnerException!.Message.Should().Contain("secret");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static DimensionalModel Model { get; } = DimensionalModel.Create("things", model => model.Landing<Thing>("thing"));

    private sealed record Thing(int Id, string Name);
}
