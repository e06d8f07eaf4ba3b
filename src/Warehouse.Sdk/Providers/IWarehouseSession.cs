using System.Data.Common;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>
/// One connection with at most one transaction. After any failure inside a transaction the only way on is
/// <see cref="RollbackAsync"/>; disposing without <see cref="CommitAsync"/> rolls back.
/// </summary>
public interface IWarehouseSession : IAsyncDisposable
{
    /// <summary>The open connection, for queries.</summary>
    DbConnection Connection { get; }

    /// <summary>Begins the transaction.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task BeginAsync(CancellationToken cancellationToken);

    /// <summary>Makes everything since <see cref="BeginAsync"/> visible, all at once.</summary>
    /// <param name="cancellationToken">Gives up; nothing is then committed.</param>
    Task CommitAsync(CancellationToken cancellationToken);

    /// <summary>Undoes everything since <see cref="BeginAsync"/>. Never throws because of the failure that led to it.</summary>
    Task RollbackAsync();

    /// <summary>Runs a statement.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="parameters">Values by name; those the statement does not mention are left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The number of rows it touched.</returns>
    Task<long> ExecuteAsync(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken);

    /// <summary>Runs a statement that returns a few rows.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="parameters">Values by name; those the statement does not mention are left out.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The rows, each as column names and values; NULL is <see langword="null"/>.</returns>
    Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> QueryAsync(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken);

    /// <summary>Writes rows into the run's staging table, as fast as the engine can, inside the transaction and in constant memory.</summary>
    /// <param name="feed">The rows.</param>
    /// <param name="rejects">Takes rows that do not convert.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <typeparam name="TRow">What a row is.</typeparam>
    /// <returns>The number of rows read, with those rejected.</returns>
    Task<long> StageAsync<TRow>(RowFeed<TRow> feed, RejectedRows rejects, CancellationToken cancellationToken);

    /// <summary>True when the error means that the same call may succeed later without any change.</summary>
    /// <param name="error">The driver's error.</param>
    bool IsTransient(DbException error);
}
