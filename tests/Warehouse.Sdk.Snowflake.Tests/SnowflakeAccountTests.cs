using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>What stands between an application and its account is told, and nothing is changed.</summary>
public sealed class SnowflakeAccountTests : IAsyncDisposable
{
    private readonly StagedAccount _account = new();
    private ZoneTable _orders = null!;

    public ValueTask DisposeAsync() => _account.DisposeAsync();

    [Fact]
    public async Task A_driver_that_is_not_there_is_named()
    {
        await using var provider = new SnowflakeProvider(new SnowflakeOptions { ConnectionString = "account=x" });

        (await Assert.ThrowsAsync<WarehouseException>(() => provider.OpenSessionAsync(CancellationToken.None))).Message.Should().StartWith("Snowflake's driver is not there. Nothing was changed. Add a reference to the package Snowflake.Data");
        (await Assert.ThrowsAsync<WarehouseException>(() => new SnowflakeProvisioning().Schema("x").RunAsync(new SnowflakeOptions()))).Message.Should().StartWith("Snowflake's driver is not there.");
    }

    [Theory]
    [InlineData("db=EMULATED", "Required property ACCOUNT is not provided")]
    [InlineData("password=wrong;db=EMULATED;account=", "Snowflake refuses the credentials (390100).")]
    public async Task An_account_that_does_not_let_in_is_told_without_its_secrets(string settings, string message)
    {
        SnowflakeOptions options = _account.Options();
        options.ConnectionString = settings.EndsWith('=') ? settings + _account.File : settings;
        await using var provider = new SnowflakeProvider(options);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => provider.OpenSessionAsync(CancellationToken.None));

        error.Message.Should().StartWith("The Snowflake database EMULATED of account ").And.Contain(message).And.Contain("Nothing was changed. Check account, user, database, role and warehouse").And.NotContain("wrong");
    }

    [Theory]
    [InlineData(606, "No active warehouse selected in the current session.", false, "No warehouse is running and the role may not resume one (606). Name one in the connection string, and grant OPERATE or USAGE on it.")]
    [InlineData(390114, "Authentication token has expired.", true, "The session's token has expired (390114); open a new session.")]
    [InlineData(3001, "SQL access control error: Insufficient privileges to operate on schema 'LANDING'", false, "The role lacks a privilege: Error: SQL access control error: Insufficient privileges to operate on schema 'LANDING'")]
    public async Task A_statement_that_the_account_refuses_rolls_the_load_back_and_the_next_run_recovers(int code, string words, bool isTransient, string message)
    {
        IWarehouse warehouse = await OpenAsync();
        _account.Account.BeforeStatement = text =>
        {
            if (text.StartsWith("INSERT INTO \"LANDING\"", StringComparison.Ordinal))
                throw new SnowflakeEmulatorException(code, "57014", words);
        };

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_orders, Source.Rows([new Order(1)])));
        _account.Account.BeforeStatement = null;

        error.Message.Should().Contain(message).And.EndWith("The load was rolled back; landing.orders is as before.");
        error.IsTransient.Should().Be(isTransient);
        await warehouse.ExpectAsync("SELECT (SELECT count(*) FROM landing.orders) AS total, (SELECT count(*) FROM warehouse.load) AS loads", "total | loads\n0 | 0");
        (await warehouse.LoadAsync(_orders, Source.Rows([new Order(1)]))).Counts.Inserted.Should().Be(1);
    }

    [Fact]
    public async Task A_host_names_the_stage_beside_the_warehouse_and_ends_its_sessions()
    {
        ServiceCollection services = new();
        services.AddWarehouse(w => w
            .UseSnowflake(options => (options.ConnectionString, options.Factory, options.TemporaryFolder) = (_account.Options().ConnectionString, SnowflakeEmulatorFactory.Instance, _account.Of("temporary")))
            .UseSnowflakeStage(SnowflakeStage.Internal("files", "inbox"))
            .AddModel(DimensionalModel.Create("host", model => _orders = model.Landing<Order>("orders"))));
        await using (ServiceProvider host = services.BuildServiceProvider())
        {
            IWarehouse warehouse = host.GetRequiredService<IWarehouse>();
            await warehouse.DeployAsync();
            await warehouse.Stage.PutAsync("a.csv", new MemoryStream("id\n7\n"u8.ToArray()));
            warehouse.Stage.Should().BeOfType<SnowflakeStageClient>();
            (await warehouse.LoadAsync(_orders, SnowflakeSource.FilesInPlace("a.csv"))).Counts.Inserted.Should().Be(1);
        }

        ServiceCollection wrong = new();
        wrong.AddWarehouse(w => w.UseSnowflake(options => (options.ConnectionString, options.UploadSessions) = ("account=x", 17)).UseSnowflakeExternalStage(SnowflakeStage.External("files", "bucket"), _ => new LocalStageClient(_account.Of("bucket"))).AddModel(DimensionalModel.Create("host", model => model.Landing<Order>("orders"))));
        await using ServiceProvider refused = wrong.BuildServiceProvider();
        Assert.Throws<OptionsValidationException>(() => refused.GetRequiredService<IWarehouse>()).Message.Should().Contain("SnowflakeOptions.UploadSessions must be from 1 to 16.");
    }

    private Task<IWarehouse> OpenAsync() => _account.OpenAsync(DimensionalModel.Create("account", model => _orders = model.Landing<Order>("orders")), new LocalStageClient(_account.Of("stage")));

    private sealed record Order(int Id);
}
