using System.Data.Common;
using Npgsql;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Postgres;

/// <summary>
/// Where one load stages its rows when several connections may do it: in its private table, until there are so many that a table which all of them
/// see takes its place. The load's transaction holds a lock of its own on that table's name, so that others know a living load's table from one
/// that a crash has left behind.
/// </summary>
internal sealed class PostgresSharedStaging(NpgsqlConnection load, Identifier schema, PostgresConnections connections, int copies)
{
    // Fewer would only take the rows another way.
    private const int FewestConnections = 2;

    // What cannot be dropped in this time is left to the next sweep.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private QualifiedName? _shared;

    /// <summary>The connection of the load itself, in its transaction.</summary>
    public NpgsqlConnection Load => load;

    /// <summary>The table that the rows go to.</summary>
    public QualifiedName Table => _shared ?? PostgresSql.Staged;

    /// <summary>Opens connections that see <see cref="Table"/>; none when the load's own has to do.</summary>
    public async Task<IReadOnlyList<NpgsqlConnection>> OpenAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<NpgsqlConnection> opened = await connections.OpenUpToAsync(copies, cancellationToken).ConfigureAwait(false);
        try
        {
            if (opened.Count >= FewestConnections)
            {
                if (_shared is null)
                    await ShareAsync(opened[0], cancellationToken).ConfigureAwait(false);
                return opened;
            }
        }
        catch
        {
            await PostgresConnections.CloseAsync(opened).ConfigureAwait(false);
            throw;
        }

        await PostgresConnections.CloseAsync(opened).ConfigureAwait(false);
        return [];
    }

    /// <summary>The table is left alone by the server's own housekeeping, and the planner would not know what is in it.</summary>
    public async Task AnalyzeAsync(CancellationToken cancellationToken)
    {
        if (_shared is { } table)
            await RunAsync(load, PostgresSharedStagingSql.Analyze(table), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops the table in the load's own transaction, so that it goes when the load comes.</summary>
    public async Task DropAsync(CancellationToken cancellationToken)
    {
        if (_shared is { } table)
            await RunAsync(load, PostgresSharedStagingSql.Drop(table), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Drops the table after the load's transaction has failed, if that can be done; never throws.</summary>
    public async Task DiscardAsync()
    {
        if (_shared is not { } table)
            return;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            NpgsqlConnection other = await connections.OpenAsync(patience.Token).ConfigureAwait(false);
            await using (other.ConfigureAwait(false))
                await RunAsync(other, PostgresSharedStagingSql.Discard(table), patience.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (error is DbException or OperationCanceledException or InvalidOperationException or ObjectDisposedException)
        {
            // The next sweep drops it; the failure that led here is the one to tell.
        }
    }

    private async Task ShareAsync(NpgsqlConnection other, CancellationToken cancellationToken)
    {
        var table = new QualifiedName(schema, $"{PostgresSharedStagingSql.Prefix}{Guid.NewGuid():n}");
        await RunAsync(load, PostgresSharedStagingSql.Hold(table), cancellationToken).ConfigureAwait(false);
        var columns = (string)(await RunAsync(load, PostgresSharedStagingSql.ReadColumns, cancellationToken).ConfigureAwait(false))!;
        await RunAsync(other, PostgresSharedStagingSql.Sweep(schema).Text, cancellationToken).ConfigureAwait(false);
        // Whether a create that is cut off was committed nobody can tell; from here on there may be something to drop.
        _shared = table;
        await RunAsync(other, PostgresSharedStagingSql.Create(table, columns), cancellationToken).ConfigureAwait(false);
        await RunAsync(load, PostgresSharedStagingSql.TakePlace(table), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
