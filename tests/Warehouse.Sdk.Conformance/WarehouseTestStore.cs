using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Conformance;

/// <summary>What an engine gives the suites: empty databases, and what it can do.</summary>
public abstract class WarehouseTestStore : IAsyncLifetime
{
    /// <summary>Opens a warehouse on an empty database of its own and deploys the model to it.</summary>
    public async Task<IWarehouse> OpenAsync(DimensionalModel model, TimeProvider? time = null)
    {
        IWarehouse warehouse = Open(await CreateDatabaseAsync(), model, time);
        await warehouse.DeployAsync();
        return warehouse;
    }

    /// <summary>Makes an empty database and returns how to reach it.</summary>
    public abstract Task<string> CreateDatabaseAsync();

    /// <summary>Opens a warehouse on a database, as often as a test likes; deploys nothing.</summary>
    public abstract IWarehouse Open(string database, DimensionalModel model, TimeProvider? time = null);

    /// <summary>The engine on a database, for suites that look under the front door.</summary>
    public abstract IWarehouseProvider OpenProvider(string database, TimeSpan? lockTimeout = null);

    /// <summary>Registers the engine on a database, as a host would.</summary>
    public abstract IWarehouseBuilder UseEngine(IWarehouseBuilder builder, string database);

    /// <summary>Whether a numeric column holds NaN; an engine whose columns do not rejects the row.</summary>
    public abstract bool HoldsNumericNaN { get; }

    /// <summary>Whether the engine itself refuses a key that stands in a table already; where it does not, only the loads see to that.</summary>
    public abstract bool EnforcesKeys { get; }

    /// <summary>Whether tables that a transaction makes go with it when it is rolled back.</summary>
    public virtual bool RollsBackDefinitions => true;

    /// <summary>Whether a load may read a table of the database where it is.</summary>
    public virtual bool ReadsInPlace => true;

    /// <summary>Whether floating point numbers of 32 and of 64 bits have types of their own.</summary>
    public virtual bool TellsFloatsApart => true;

    /// <summary>Whether JSON comes back as it was written; where it does not, it says the same in the engine's own form.</summary>
    public virtual bool KeepsJsonAsWritten => true;

    /// <summary>Whether the engine has clustering keys, transience, retention and tags; one that has not refuses them.</summary>
    public virtual bool HasPhysicalOptions => false;

    /// <summary>Whether a date may be infinite.</summary>
    public virtual bool HoldsInfiniteDates => true;

    /// <summary>A name as the engine under test keeps it where it is quoted; one process tests one engine.</summary>
    public static Func<string, string> Stored { get; protected set; } = name => name;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
