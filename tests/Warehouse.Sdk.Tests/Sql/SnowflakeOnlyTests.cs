using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Snowflake;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>What Snowflake alone can do says so on a warehouse of another engine, before anything is opened.</summary>
public sealed class SnowflakeOnlyTests
{
    [Theory]
    [InlineData("duckdb")]
    [InlineData("postgresql")]
    public async Task What_Snowflake_alone_can_do_is_refused_on_other_engines(string engine)
    {
        ZoneTable table = null!;
        DimensionalModel model = DimensionalModel.Create("kept", builder => table = builder.Landing<Row>("kept"));
        IWarehouseProvider provider = engine == "duckdb"
            ? new DuckDbProvider(new DuckDbOptions { ConnectionString = "Data Source=/nowhere/at/all.duckdb" })
            : new PostgresProvider(new PostgresOptions { ConnectionString = "Host=nowhere.invalid;Username=nobody;Database=none" });
        await using IWarehouse warehouse = new WarehouseClient(provider, model);
        var into = new QualifiedName("elsewhere", "kept");

        (string Method, Func<Task> Call)[] calls =
        [
            ("CloneAsync", () => warehouse.CloneAsync(table, into)),
            ("CloneModelAsync", () => warehouse.CloneModelAsync("elsewhere")),
            ("AsOfAsync", () => warehouse.AsOfAsync<Row>(table, TimePoint.At(DateTimeOffset.UnixEpoch))),
            ("UndropAsync", () => warehouse.UndropAsync(table)),
            ("RunAsync", () => warehouse.RunAsync(new SqlScript("nothing", []))),
        ];
        foreach (var (method, call) in calls)
        {
            var refused = await Assert.ThrowsAsync<WarehouseException>(call);
            refused.Message.Should().StartWith($"{method} is what Snowflake can do, and this warehouse (WarehouseClient) is on {provider.SystemName}. Nothing was changed.");
            refused.SystemName.Should().Be(provider.SystemName);
        }
    }

    private sealed record Row(int Id);
}
