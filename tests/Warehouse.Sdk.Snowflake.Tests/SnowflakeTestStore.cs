using Microsoft.Extensions.DependencyInjection;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>An emulated account per database, in a folder that goes with the store.</summary>
public sealed class SnowflakeTestStore : WarehouseTestStore
{
    private readonly string _folder = Directory.CreateTempSubdirectory("warehouse-sdk-").FullName;
    private int _databases;

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
        ConnectionString = $"account={database};db=EMULATED",
        Factory = SnowflakeEmulatorFactory.Instance,
        LockTimeout = TimeSpan.FromSeconds(5),
    };

    public override Task<string> CreateDatabaseAsync()
        => Task.FromResult(Path.Combine(_folder, FormattableString.Invariant($"{Interlocked.Increment(ref _databases)}.duckdb")));

    public override IWarehouse Open(string database, DimensionalModel model, TimeProvider? time = null)
        => new WarehouseClient(OpenProvider(database), model, new LocalStageClient(Path.Combine(_folder, "stage")), time: time);

    public override IWarehouseProvider OpenProvider(string database, TimeSpan? lockTimeout = null)
    {
        SnowflakeOptions options = Options(database);
        options.LockTimeout = lockTimeout ?? options.LockTimeout;
        return new SnowflakeProvider(options);
    }

    public override IWarehouseBuilder UseEngine(IWarehouseBuilder builder, string database)
        => builder.UseSnowflake(options => (options.ConnectionString, options.Factory) = (database.Length == 0 ? string.Empty : Options(database).ConnectionString, SnowflakeEmulatorFactory.Instance));

    public override ValueTask DisposeAsync()
    {
        // Every statement of every suite: DDL would have committed what a load had done by then.
        string[] commits = [.. Enumerable.Range(1, _databases)
            .SelectMany(number => EmulatedAccount.Of(Path.Combine(_folder, FormattableString.Invariant($"{number}.duckdb"))).ImplicitCommits)
            .Select(statement => statement.Text)];
        Directory.Delete(_folder, recursive: true);
        commits.Should().BeEmpty("no DDL stands between BEGIN and COMMIT");
        return base.DisposeAsync();
    }
}
