using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>Private tables outlive their load: to make one takes a statement, and each statement a while.</summary>
public sealed class SnowflakeWorkTableTests(SnowflakeTestStore store) : IClassFixture<SnowflakeTestStore>
{
    [Fact]
    public async Task The_next_load_of_a_target_finds_its_private_tables_made_and_none_of_their_rows()
    {
        string database = await store.CreateDatabaseAsync();
        Dimension<Thing> things = null!;
        await using IWarehouse warehouse = store.Open(database, DimensionalModel.Create("things", model => things = model.Dimension<Thing>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.Name))));
        await warehouse.DeployAsync();
        var options = (int day) => new LoadOptions { AsOf = new DateTimeOffset(2024, 1, day, 0, 0, 0, TimeSpan.Zero) };

        // Rows that repeat fill tables that other loads leave alone.
        await warehouse.LoadAsync(things, [new(1, "A"), new(1, "A"), new(2, "A")], options(1));
        int made = MadeIn(database);
        LoadReport second = await warehouse.LoadAsync(things, [new(1, "B"), new(3, "C")], options(2));
        LoadReport third = await warehouse.LoadAsync(things, [new(1, "B"), new(2, "A"), new(3, "C")], options(3));

        made.Should().BeGreaterThan(10);
        MadeIn(database).Should().Be(made);
        second.Counts.Should().Be(new LoadCounts { Read = 2, NewVersions = 1, NewMembers = 1 });
        third.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync("SELECT id, name, version FROM business.dim_thing WHERE thing_key > 0 ORDER BY id, version", "id | name | version\n1 | A | 1\n1 | B | 2\n2 | A | 1\n3 | C | 1");
    }

    [Fact]
    public async Task A_load_that_failed_leaves_no_private_table_to_the_next()
    {
        string database = await store.CreateDatabaseAsync();
        Dimension<Thing> things = null!;
        await using IWarehouse warehouse = store.Open(database, DimensionalModel.Create("things", model => things = model.Dimension<Thing>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.Name))));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(things, [new(1, "A")]);
        int made = MadeIn(database);
        EmulatedAccount account = EmulatedAccount.Of(database);
        account.BeforeStatement = sql =>
        {
            if (sql.StartsWith("INSERT INTO \"BUSINESS\"", StringComparison.Ordinal))
                throw new SnowflakeEmulatorException(100132, "P0000", "it does not fit");
        };
        await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(things, [new(2, "B")]));
        account.BeforeStatement = null;
        int before = MadeIn(database);

        LoadReport report = await warehouse.LoadAsync(things, [new(2, "B")]);

        before.Should().Be(made);
        MadeIn(database).Should().BeGreaterThan(before);
        report.Counts.Should().Be(new LoadCounts { Read = 1, NewMembers = 1 });
        await warehouse.ExpectAsync("SELECT id, name FROM business.dim_thing WHERE thing_key > 0 ORDER BY id", "id | name\n1 | A\n2 | B");
    }

    [Fact]
    public async Task A_private_table_that_could_not_be_made_is_made_by_the_next_load()
    {
        string database = await store.CreateDatabaseAsync();
        Dimension<Thing> things = null!;
        await using IWarehouse warehouse = store.Open(database, DimensionalModel.Create("things", model => things = model.Dimension<Thing>("dim_thing", d => d.NaturalKey(row => row.Id).Type2(row => row.Name))));
        await warehouse.DeployAsync();
        EmulatedAccount account = EmulatedAccount.Of(database);
        account.BeforeStatement = sql =>
        {
            if (sql.StartsWith("CREATE OR REPLACE TEMPORARY TABLE \"WAREHOUSE_WORK\".\"EVENTS\"", StringComparison.Ordinal))
                throw new SnowflakeEmulatorException(604, "57014", "it was cancelled");
        };
        await Assert.ThrowsAnyAsync<Exception>(() => warehouse.LoadAsync(things, [new(1, "A")]));
        account.BeforeStatement = null;

        (await warehouse.LoadAsync(things, [new(1, "A")])).Counts.Should().Be(new LoadCounts { Read = 1, NewMembers = 1 });
    }

    private static int MadeIn(string database) => EmulatedAccount.Of(database).Statements.Count(statement => statement.Text.StartsWith("CREATE OR REPLACE TEMPORARY TABLE", StringComparison.Ordinal));

    public sealed record Thing(int Id, string Name);
}
