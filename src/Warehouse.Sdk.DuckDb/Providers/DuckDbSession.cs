using System.Data.Common;
using DuckDB.NET.Data;
using DuckDB.NET.Native;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>One DuckDB connection. The engine is in the process and answers synchronously, so its work is done off the caller's thread.</summary>
internal sealed class DuckDbSession(DuckDBConnection connection, DuckDbTargetLocks locks) : IWarehouseSession
{
    private IDisposable? _heldTargets;
    private DuckDBTransaction? _transaction;
    private bool _hasWritten;
    private bool _isReading;

    public DbConnection Connection => connection;

    public async Task BeginAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
    {
        _heldTargets = await locks.TakeAsync(targets, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        _transaction = connection.BeginTransaction();
        _hasWritten = false;
    }

    public Task BeginReadAsync(CancellationToken cancellationToken)
        => Task.Run(
            () =>
            {
                // The driver's own transactions may write.
                using DuckDBCommand command = connection.CreateCommand();
                command.CommandText = "BEGIN TRANSACTION READ ONLY";
                command.ExecuteNonQuery();
                _isReading = true;
            },
            cancellationToken);

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DuckDBTransaction transaction = _transaction ?? throw new InvalidOperationException("No transaction was begun.");
        _transaction = null;
        await Task.Run(transaction.Commit, CancellationToken.None).ConfigureAwait(false);
        LetTargetsGo();
    }

    public Task RollbackAsync()
    {
        DuckDBTransaction? transaction = _transaction;
        _transaction = null;
        try
        {
            transaction?.Rollback();
            if (_isReading)
                EndRead();
        }
        catch (DbException)
        {
            // The engine has rolled back by itself; the failure that led here is the one to tell.
        }

        LetTargetsGo();
        return Task.CompletedTask;
    }

    private void EndRead()
    {
        _isReading = false;
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "ROLLBACK";
        command.ExecuteNonQuery();
    }

    private void LetTargetsGo()
    {
        _heldTargets?.Dispose();
        _heldTargets = null;
    }

    public Task<long> ExecuteAsync(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
        => RunAsync(
            statement,
            parameters,
            command =>
            {
                long touched = command.ExecuteNonQuery();
                switch (DuckDbStatementReaches.ReachOf(statement))
                {
                    case DuckDbStatementReach.OwnRowsOfFacts:
                        CommitOwnTables();
                        break;
                    case DuckDbStatementReach.Rows:
                        _hasWritten |= touched != 0;
                        break;
                    case DuckDbStatementReach.Structure:
                        _hasWritten = true;
                        break;
                }

                return touched;
            },
            cancellationToken);

    public Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> QueryAsync(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
        => RunAsync(statement, parameters, ReadAll, cancellationToken);

    public Task<IReadOnlyList<TRow>> QueryAsync<TRow>(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, Func<DbDataReader, IEnumerable<TRow>> read, CancellationToken cancellationToken)
        => RunAsync<IReadOnlyList<TRow>>(
            statement,
            parameters,
            command =>
            {
                using DuckDBDataReader reader = command.ExecuteReader();
                return [.. read(reader)];
            },
            cancellationToken);
    public Task<long> StageAsync<TRow>(LoadTarget target, RowFeed<TRow> feed, RejectedRows rejects, CancellationToken cancellationToken)
        => Task.Run(
            async () =>
            {
                long read;
                var writer = new DuckDbStagingWriter<TRow>(connection, DuckDbSql.Staged, feed, rejects);
                await using (writer.ConfigureAwait(false))
                    read = await writer.WriteAsync(cancellationToken).ConfigureAwait(false);
                CommitOwnTables();
                return read;
            },
            cancellationToken);

    public Task AppendAsync<TRow>(QualifiedName table, RowFeed<TRow> feed, CancellationToken cancellationToken)
    {
        _hasWritten = true;
        return Task.Run(
            async () =>
            {
                var writer = new DuckDbStagingWriter<TRow>(connection, table, feed, rejects: null);
                await using (writer.ConfigureAwait(false))
                    await writer.WriteAsync(cancellationToken).ConfigureAwait(false);
            },
            cancellationToken);
    }

    public bool IsTransient(DbException error) => error is DuckDBException { ErrorType: DuckDBErrorType.Transaction };

    public async ValueTask DisposeAsync()
    {
        await RollbackAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// What reads rows of a transaction that is still open takes the engine up to twice the processor time. Temporary tables are nobody else's and go
    /// with the connection, so a transaction that has written nothing else is ended, and the load goes on in the next; its targets stay held.
    /// </summary>
    private void CommitOwnTables()
    {
        if (_transaction is null || _hasWritten)
            return;
        DuckDBTransaction done = _transaction;
        _transaction = null;
        done.Commit();
        _transaction = connection.BeginTransaction();
    }

    private Task<TResult> RunAsync<TResult>(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, Func<DuckDBCommand, TResult> run, CancellationToken cancellationToken)
        => Task.Run(
            () =>
            {
                using DuckDBCommand command = connection.CreateCommand();
                command.CommandText = statement.Text;
                foreach (string name in statement.Parameters)
                {
                    if (parameters.TryGetValue(name, out object? value))
                        command.Parameters.Add(new DuckDBParameter(name, value));
                }

                using CancellationTokenRegistration registration = cancellationToken.Register(command.Cancel);
                try
                {
                    return run(command);
                }
                catch (DbException) when (cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException(cancellationToken);
                }
            },
            cancellationToken);

    private static IReadOnlyList<IReadOnlyDictionary<string, object?>> ReadAll(DuckDBCommand command)
    {
        using DuckDBDataReader reader = command.ExecuteReader();
        List<IReadOnlyDictionary<string, object?>> rows = [];
        while (reader.Read())
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, ordinal => reader.IsDBNull(ordinal) ? null : reader.GetValue(ordinal)));
        return rows;
    }
}
