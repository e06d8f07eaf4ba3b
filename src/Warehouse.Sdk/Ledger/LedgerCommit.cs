using System.Data.Common;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>Commits what the ledger has a row of. The answer to a commit may be lost where the commit itself was not: the ledger then tells.</summary>
internal sealed class LedgerCommit(IWarehouseProvider provider, ILedgerSql ledger)
{
    /// <param name="session">The session that is to be committed.</param>
    /// <param name="runner">The statements that it ran; <c>$load_id</c> is the number in the ledger.</param>
    /// <param name="target">What was written, for the message.</param>
    /// <param name="locked">The tables that the session holds.</param>
    /// <param name="cancellationToken">Gives up before the commit begins, not later.</param>
    /// <exception cref="DbException">Nothing was committed.</exception>
    /// <exception cref="WarehouseLoadException">Nobody can tell whether it was.</exception>
    public async Task RunAsync(IWarehouseSession session, StatementRunner runner, string target, IReadOnlyCollection<string> locked, CancellationToken cancellationToken)
    {
        try
        {
            await session.CommitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (DbException error)
        {
            await session.RollbackAsync().ConfigureAwait(false);
            if (!await IsInLedgerAsync(runner, target, locked, error).ConfigureAwait(false))
                throw;
        }
    }

    // Whoever holds the targets knows that the transaction before is over, one way or the other.
    private async Task<bool> IsInLedgerAsync(StatementRunner runner, string target, IReadOnlyCollection<string> locked, DbException lost)
    {
        try
        {
            IWarehouseSession session = await provider.OpenSessionAsync(CancellationToken.None).ConfigureAwait(false);
            await using (session.ConfigureAwait(false))
            {
                await session.BeginAsync(locked, CancellationToken.None).ConfigureAwait(false);
                return (await session.QueryAsync(ledger.FindLoad, runner.Parameters, CancellationToken.None).ConfigureAwait(false)).Count > 0;
            }
        }
        catch (Exception error) when (error is DbException or WarehouseException)
        {
            throw new WarehouseLoadException($"The connection was lost while load {runner.Parameters["load_id"]} of {target} was being committed, and the ledger cannot be asked whether it was: {provider.Dialect.Explain(lost)} The load is there as a whole or not at all. Look for its number in the ledger's table of loads before you run it again.", lost)
            {
                SystemName = provider.SystemName,
                Target = target,
                Step = "commit",
                IsTransient = true,
            };
        }
    }
}
