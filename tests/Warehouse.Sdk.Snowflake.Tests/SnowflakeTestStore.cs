using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>
/// An emulated account per database, in a folder that goes with the store; or, where <c>WAREHOUSE_TEST_SNOWFLAKE</c> is a connection string, a real account with a
/// database per database: the project then refers to the driver.
/// </summary>
public sealed class SnowflakeTestStore : WarehouseTestStore
{
    private readonly string _folder = Directory.CreateTempSubdirectory("warehouse-sdk-").FullName;
    private int _databases;

    private readonly List<string> _created = [];

    private static string? Account => Environment.GetEnvironmentVariable("WAREHOUSE_TEST_SNOWFLAKE") is { Length: > 0 } account ? account : null;

    static SnowflakeTestStore() => Stored = SnowflakeIdentifierRules.Stored;

    public override bool HoldsNumericNaN => false;

    public override bool EnforcesKeys => false;

    public override bool RollsBackDefinitions => false;

    public override bool ReadsInPlace => false;

    public override bool TellsFloatsApart => false;

    public override bool KeepsJsonAsWritten => false;

    public override bool HasPhysicalOptions => true;

    public override bool HoldsInfiniteDates => false;

    public static SnowflakeOptions Options(string database) => new()
    {
        ConnectionString = Account is { } account ? $"{account};db={database}" : $"account={database};db=EMULATED",
        Factory = Account is null ? SnowflakeEmulatorFactory.Instance : null,
        LockTimeout = TimeSpan.FromSeconds(5),
    };

    public override async Task<string> CreateDatabaseAsync()
    {
        int number = Interlocked.Increment(ref _databases);
        if (Account is null)
            return Path.Combine(_folder, FormattableString.Invariant($"{number}.duckdb"));
        string name = $"WAREHOUSE_SDK_TEST_{Guid.NewGuid():N}";
        await RunAsync($"CREATE DATABASE {name} DATA_RETENTION_TIME_IN_DAYS = 0");
        lock (_created)
            _created.Add(name);
        return name;
    }

    public override IWarehouse Open(string database, DimensionalModel model, TimeProvider? time = null)
        => new WarehouseClient(OpenProvider(database), model, new LocalStageClient(Path.Combine(_folder, "stage")), time: time);

    public override IWarehouseProvider OpenProvider(string database, TimeSpan? lockTimeout = null)
    {
        SnowflakeOptions options = Options(database);
        options.LockTimeout = lockTimeout ?? options.LockTimeout;
        return new SnowflakeProvider(options);
    }

    public override IWarehouseBuilder UseEngine(IWarehouseBuilder builder, string database)
        => builder.UseSnowflake(options => (options.ConnectionString, options.Factory) = (database.Length == 0 ? string.Empty : Options(database).ConnectionString, Options(database).Factory));

    private static async Task RunAsync(string sql)
    {
        await using DbConnection connection = SnowflakeDriver.Find(new SnowflakeOptions()).CreateConnection()!;
        connection.ConnectionString = Account;
        await connection.OpenAsync();
        await using DbCommand command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (string database in _created)
            await RunAsync($"DROP DATABASE IF EXISTS {database}");
        // Every statement of every suite: DDL would have committed what a load had done by then.
        string[] commits = Account is not null ? [] : [.. Enumerable.Range(1, _databases)
            .SelectMany(number => EmulatedAccount.Of(Path.Combine(_folder, FormattableString.Invariant($"{number}.duckdb"))).ImplicitCommits)
            .Select(statement => statement.Text)];
        Directory.Delete(_folder, recursive: true);
        commits.Should().BeEmpty("no DDL stands between BEGIN and COMMIT");
        await base.DisposeAsync();
    }
}
