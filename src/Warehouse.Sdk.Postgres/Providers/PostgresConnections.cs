using System.Data.Common;
using System.Transactions;
using Npgsql;

namespace Warehouse.Sdk.Postgres;

/// <summary>The connections of a warehouse, taken from its data source and never part of a transaction of the host's.</summary>
internal sealed class PostgresConnections(NpgsqlDataSource source)
{
    // As long as a pool is waited for, connections that were had before lie idle.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <exception cref="DbException">There is none to be had.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        using var apart = new TransactionScope(TransactionScopeOption.Suppress, TransactionScopeAsyncFlowOption.Enabled);
        try
        {
            return await source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            apart.Complete();
        }
    }

    /// <summary>
    /// As many as can be had within five seconds, so that loads which share a pool never wait for each other in a circle; perhaps none. Whether the
    /// server is there at all, the load's own connection will tell.
    /// </summary>
    public async Task<IReadOnlyList<NpgsqlConnection>> OpenUpToAsync(int count, CancellationToken cancellationToken)
    {
        List<NpgsqlConnection> opened = [];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (opened.Count < count)
                opened.Add(await OpenAsync(patience.Token).ConfigureAwait(false));
        }
        catch (Exception error) when (error is DbException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return opened;
        }
        catch
        {
            await CloseAsync(opened).ConfigureAwait(false);
            throw;
        }

        return opened;
    }

    public static async ValueTask CloseAsync(IEnumerable<NpgsqlConnection> connections)
    {
        foreach (NpgsqlConnection connection in connections)
            await connection.DisposeAsync().ConfigureAwait(false);
    }
}
