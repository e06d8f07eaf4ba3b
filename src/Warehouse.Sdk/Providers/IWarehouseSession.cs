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

    /// <summary>
    /// Waits until no other load holds any of these targets, then begins the transaction. They are held until it ends, however it ends, and are
    /// taken in a fixed order, so that loads never wait for each other in a circle. What others committed before is seen.
    /// </summary>
    /// <param name="targets">The names of the tables that will be written.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseConcurrencyException">Another load held one for longer than the configured wait.</exception>
    Task BeginAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken);

    /// <summary>
    /// Begins a transaction that reads only and in which all statements see the database as it was at the first of them. It holds no target, waits
    /// for no load and is ended by <see cref="RollbackAsync"/> or by disposing.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    Task BeginReadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes ready what the scripts of a load need and what the engine cannot make inside a transaction. Called before <see cref="BeginAsync"/>; the
    /// statements run later, and not all of them need to. By default there is nothing to do.
    /// </summary>
    /// <param name="scripts">The scripts, in their order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task PrepareAsync(IReadOnlyList<SqlScript> scripts, CancellationToken cancellationToken) => Task.CompletedTask;

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

    /// <summary>Runs a statement that returns a few rows of a type.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="parameters">Values by name; those the statement does not mention are left out.</param>
    /// <param name="read">Turns the result into rows; all of them are taken before the call returns.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <typeparam name="TRow">The type of a row.</typeparam>
    Task<IReadOnlyList<TRow>> QueryAsync<TRow>(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, Func<DbDataReader, IEnumerable<TRow>> read, CancellationToken cancellationToken);

    /// <summary>
    /// Writes rows into the run's staging table, as fast as the engine can, inside the transaction and in constant memory. Ends when the feed
    /// does or when <see cref="RejectedRows.IsFull"/>; called again, it goes on where it was.
    /// </summary>
    /// <param name="target">What the rows are for.</param>
    /// <param name="feed">The rows.</param>
    /// <param name="rejects">Takes rows that do not convert.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <typeparam name="TRow">What a row is.</typeparam>
    /// <returns>The number of rows read, with those rejected.</returns>
    Task<long> StageAsync<TRow>(LoadTarget target, RowFeed<TRow> feed, RejectedRows rejects, CancellationToken cancellationToken);

    /// <summary>Appends rows to a table whose columns are those of the feed, in their order, by the same path.</summary>
    /// <param name="table">The table.</param>
    /// <param name="feed">The rows; all of them convert.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <typeparam name="TRow">What a row is.</typeparam>
    Task AppendAsync<TRow>(QualifiedName table, RowFeed<TRow> feed, CancellationToken cancellationToken);

    /// <summary>True when the error means that the same call may succeed later without any change.</summary>
    /// <param name="error">The driver's error.</param>
    bool IsTransient(DbException error);
}
