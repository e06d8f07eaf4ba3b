using System.Data.Common;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>An emulated account with a table and stages in schema FILES; each test has its own.</summary>
internal sealed class StagedAccount : IAsyncDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly List<IAsyncDisposable> _opened = [];

    public StagedAccount()
    {
        File = _folder.Of("account.duckdb");
        Run(
            "CREATE SCHEMA FILES",
            "CREATE TABLE FILES.ORDERS (I INT)",
            "CREATE STAGE FILES.INBOX ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')",
            "CREATE STAGE FILES.ENCRYPTED",
            "CREATE STAGE FILES.\"Mixed Names\" ENCRYPTION = (TYPE = 'SNOWFLAKE_SSE')");
    }

    public string File { get; }

    public EmulatedAccount Account => EmulatedAccount.Of(File);

    /// <summary>Where files wait on their way.</summary>
    public string Waiting => Path.Combine(_folder.Of("temporary"), "warehouse_sdk", "stage");

    public string Of(string name) => _folder.Of(name);

    public int CountWaiting() => Directory.Exists(_folder.Of("temporary")) ? Directory.EnumerateDirectories(_folder.Of("temporary"), "*", SearchOption.AllDirectories).Count(folder => Guid.TryParse(Path.GetFileName(folder), out _)) : 0;

    public SnowflakeOptions Options(string? temporaryFolder = null)
    {
        SnowflakeOptions options = new()
        {
            ConnectionString = $"account={File};db=EMULATED",
            Factory = SnowflakeEmulatorFactory.Instance,
            LockTimeout = TimeSpan.FromSeconds(5),
            TemporaryFolder = temporaryFolder ?? _folder.Of("temporary"),
            RetryDelay = TimeSpan.FromMilliseconds(1),
        };
        return options;
    }

    public SnowflakeStageClient Open(SnowflakeStage stage, string? temporaryFolder = null)
    {
        var client = new SnowflakeStageClient(Options(temporaryFolder), stage);
        _opened.Add(client);
        return client;
    }

    public async Task<IWarehouse> OpenAsync(DimensionalModel model, IStageClient stage, Action<SnowflakeOptions>? configure = null)
    {
        SnowflakeOptions options = Options();
        configure?.Invoke(options);
        var warehouse = new WarehouseClient(new SnowflakeProvider(options), model, stage);
        _opened.Add(warehouse);
        await warehouse.DeployAsync();
        return warehouse;
    }

    public void Run(params string[] statements)
    {
        using DbConnection connection = Connect();
        foreach (string statement in statements)
        {
            using DbCommand command = connection.CreateCommand();
            command.CommandText = statement;
            command.ExecuteNonQuery();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Account.BeforeStatement = null;
        foreach (IAsyncDisposable opened in _opened)
            await opened.DisposeAsync();
        _folder.Dispose();
    }

    private SnowflakeEmulatorConnection Connect()
    {
        var connection = new SnowflakeEmulatorConnection { ConnectionString = $"account={File}" };
        connection.Open();
        return connection;
    }
}
