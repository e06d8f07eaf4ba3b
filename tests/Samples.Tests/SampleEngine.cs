using Spectre.Console;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Postgres.Testing;

namespace Samples.Tests;

/// <summary>Where a sample's warehouse is in a test: a folder and a database of its own.</summary>
public abstract class SampleEngine : IAsyncDisposable
{
    private readonly StringWriter _printed = new();
    private readonly ScratchFolder _folder = new();

    public string Folder => _folder.Path;

    /// <summary>What the sample has printed so far.</summary>
    public string Printed => _printed.ToString();

    public IAnsiConsole Console() => AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No, Out = new AnsiConsoleOutput(_printed) });

    public abstract Task<SampleTarget> TargetAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }
}

public sealed class DuckDbEngine : SampleEngine
{
    public override Task<SampleTarget> TargetAsync() => Task.FromResult(SampleTarget.Parse($"duckdb:{Path.Combine(Folder, "sample.duckdb")}"));
}

public sealed class PostgresEngine : SampleEngine
{
    private PostgresServer? _server;
    private string? _database;

    public override async Task<SampleTarget> TargetAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _database ??= await _server.CreateDatabaseAsync();
        return SampleTarget.Parse($"postgres:{_database}");
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_database is not null)
            await _server!.DropDatabasesAsync([_database]);
    }
}

public sealed class SnowflakeEngine : SampleEngine
{
    public override Task<SampleTarget> TargetAsync() => Task.FromResult(SampleTarget.Parse($"snowflake-emulator:{Path.Combine(Folder, "sample.duckdb")}"));
}
