using Npgsql;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>The sessions of a database, seen and ended from outside of the warehouse.</summary>
internal sealed class PostgresSessions(string database) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database) { Pooling = false, SearchPath = null, Options = null, ApplicationName = "onlooker" });

    /// <summary>The processes whose sessions fulfil a condition over <c>pg_stat_activity</c>.</summary>
    public async Task<IReadOnlyList<int>> FindAsync(string condition)
    {
        await using NpgsqlCommand command = _source.CreateCommand($"SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND {condition}");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<int> processes = [];
        while (await reader.ReadAsync())
            processes.Add(reader.GetInt32(0));
        return processes;
    }

    /// <summary>Waits for as many such sessions as are expected.</summary>
    public async Task<IReadOnlyList<int>> WaitForAsync(string condition, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            IReadOnlyList<int> processes = await FindAsync(condition);
            if (processes.Count == count)
                return processes;
            await Task.Delay(Pause, patience.Token);
        }
    }

    /// <summary>Cuts the connection of a session off.</summary>
    public async Task EndAsync(int process)
    {
        await using NpgsqlCommand command = _source.CreateCommand("SELECT pg_terminate_backend($1)");
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = process });
        await command.ExecuteNonQueryAsync();
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();
}
