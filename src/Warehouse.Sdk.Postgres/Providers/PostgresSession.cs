using System.Data.Common;
using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Postgres;

/// <summary>One PostgreSQL connection and its transaction. Others help it to stage rows, where they may.</summary>
internal sealed class PostgresSession(NpgsqlConnection connection, PostgresOptions options, PostgresConnections others) : IWarehouseSession
{
    // What a host or a server has set must not change what a load means, nor make a delta read a whole dimension where an index leads to its members;
    // it comes back when the transaction ends.
    private readonly string _settings = string.Create(CultureInfo.InvariantCulture, $"""
        SET LOCAL TimeZone = 'UTC';
        SET LOCAL standard_conforming_strings = on;
        SET LOCAL DateStyle = 'ISO, YMD';
        SET LOCAL IntervalStyle = 'postgres';
        SET LOCAL extra_float_digits = 1;
        SET LOCAL bytea_output = 'hex';
        SET LOCAL jit = off;
        SELECT set_config('work_mem', concat(greatest(pg_size_bytes(current_setting('work_mem')), {options.WorkMemory * 1048576L}) / 1024, 'kB'), TRUE),
               set_config('random_page_cost', CAST(least(CAST(current_setting('random_page_cost') AS numeric), 1.1) AS text), TRUE)
        """);

    private NpgsqlTransaction? _transaction;
    private PostgresSharedStaging? _staging;
    private bool _hasFailed;

    public DbConnection Connection => connection;

    public async Task BeginAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
    {
        // While others stage, the load's own connection waits, and for as long as that takes.
        string settings = options.ParallelCopies > 1 ? $"{_settings}; SET LOCAL idle_in_transaction_session_timeout = 0" : _settings;
        await BeginAsync(System.Data.IsolationLevel.ReadCommitted, settings, cancellationToken).ConfigureAwait(false);
        await PostgresTargetLocks.TakeAsync(connection, targets, options.LockTimeout, cancellationToken).ConfigureAwait(false);
    }

    public Task BeginReadAsync(CancellationToken cancellationToken)
        => BeginAsync(System.Data.IsolationLevel.RepeatableRead, $"SET TRANSACTION READ ONLY;\n{_settings}", cancellationToken);

    private async Task BeginAsync(System.Data.IsolationLevel isolation, string settings, CancellationToken cancellationToken)
    {
        _transaction = await connection.BeginTransactionAsync(isolation, cancellationToken).ConfigureAwait(false);
        NpgsqlCommand command = new(settings, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        NpgsqlTransaction transaction = _transaction ?? throw new InvalidOperationException("No transaction was begun.");
        // The server answers a commit after a failure with a rollback and no error.
        if (_hasFailed)
            throw new InvalidOperationException("A statement of the transaction failed; it can only be rolled back.");
        if (_staging is not null)
            await WatchAsync(() => _staging.DropAsync(cancellationToken)).ConfigureAwait(false);
        _transaction = null;
        await using (transaction.ConfigureAwait(false))
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        _staging = null;
    }

    public async Task RollbackAsync()
    {
        (NpgsqlTransaction? transaction, PostgresSharedStaging? staging) = (_transaction, _staging);
        (_transaction, _staging, _hasFailed) = (null, null, false);
        if (transaction is not null)
            await RollbackAsync(transaction).ConfigureAwait(false);
        if (staging is not null)
            await staging.DiscardAsync().ConfigureAwait(false);
    }

    public Task<long> ExecuteAsync(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
        => RunAsync(statement, parameters, async command => Math.Max(0L, await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false)));

    public Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> QueryAsync(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
        => RunAsync(statement, parameters, command => ReadAllAsync(command, cancellationToken));

    public Task<IReadOnlyList<TRow>> QueryAsync<TRow>(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, Func<DbDataReader, IEnumerable<TRow>> read, CancellationToken cancellationToken)
        => RunAsync<IReadOnlyList<TRow>>(statement, parameters, async command =>
        {
            NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                return [.. read(reader)];
        });
    public Task<long> StageAsync<TRow>(LoadTarget target, RowFeed<TRow> feed, RejectedRows rejects, CancellationToken cancellationToken)
    {
        // Days are staged by a deployment, and what that has created nobody else sees before its end.
        // And a part of a source gives up its table to the next.
        if (options.ParallelCopies == 1 || target is DateDimension or PartTarget)
            return CopyAsync(PostgresSql.Staged, feed, rejects, cancellationToken);
        PostgresSharedStaging staging = _staging ??= new PostgresSharedStaging(connection, target.Conventions.LedgerSchema, others, options.ParallelCopies);
        return WriteAsync(
            feed,
            rejects,
            columns => Task.FromResult<IRowCopy>(new PostgresParallelCopy(staging, columns, cancellationToken)),
            () => rejects.IsFull ? Task.CompletedTask : staging.AnalyzeAsync(cancellationToken),
            cancellationToken);
    }

    public Task AppendAsync<TRow>(QualifiedName table, RowFeed<TRow> feed, CancellationToken cancellationToken)
        => CopyAsync(table, feed, rejects: null, cancellationToken);

    public bool IsTransient(DbException error)
        => error.IsTransient || error is PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow };

    public async ValueTask DisposeAsync()
    {
        await RollbackAsync().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task RollbackAsync(NpgsqlTransaction transaction)
    {
        try
        {
            await using (transaction.ConfigureAwait(false))
                await transaction.RollbackAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is DbException or InvalidOperationException or ObjectDisposedException)
        {
            // The connection is gone, and the server rolls back by itself; the failure that led here is the one to tell.
        }
    }

    private Task<long> CopyAsync<TRow>(QualifiedName table, RowFeed<TRow> feed, RejectedRows? rejects, CancellationToken cancellationToken)
        => WriteAsync(feed, rejects, async columns => await PostgresCopy.BeginAsync([connection], table, columns, cancellationToken).ConfigureAwait(false), () => Task.CompletedTask, cancellationToken);

    // Encoding keeps a processor busy and must not hold up the caller's thread.
    private Task<long> WriteAsync<TRow>(RowFeed<TRow> feed, RejectedRows? rejects, Func<IReadOnlyList<Identifier>, Task<IRowCopy>> begin, Func<Task> finish, CancellationToken cancellationToken)
        => WatchAsync(() => Task.Run(
            async () =>
            {
                using var writer = new PostgresStagingWriter<TRow>(feed, rejects);
                long read;
                IRowCopy copy = await begin(writer.Columns).ConfigureAwait(false);
                await using (copy.ConfigureAwait(false))
                    read = await writer.WriteAsync(copy, cancellationToken).ConfigureAwait(false);
                await finish().ConfigureAwait(false);
                return read;
            },
            cancellationToken));

    private Task<TResult> RunAsync<TResult>(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, Func<NpgsqlCommand, Task<TResult>> run)
        => WatchAsync(async () =>
        {
            var (text, names) = PostgresParameters.ToPositional(statement.Text);
            NpgsqlCommand command = new(text, connection) { CommandTimeout = 0 };
            await using (command.ConfigureAwait(false))
            {
                foreach (string name in names)
                    command.Parameters.Add(Parameter(parameters.GetValueOrDefault(name)));
                return await run(command).ConfigureAwait(false);
            }
        });

    private Task<long> WatchAsync(Func<Task> run)
        => WatchAsync(async () =>
        {
            await run().ConfigureAwait(false);
            return 0L;
        });

    private async Task<TResult> WatchAsync<TResult>(Func<Task<TResult>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch
        {
            _hasFailed = true;
            throw;
        }
    }

    // Instants are stored in UTC without a zone; the driver would take a time of kind UTC for one with a zone.
    private static NpgsqlParameter Parameter(object? value) => value switch
    {
        null => new NpgsqlParameter { Value = DBNull.Value },
        DateTime time => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Timestamp, Value = DateTime.SpecifyKind(time.Kind == DateTimeKind.Local ? time.ToUniversalTime() : time, DateTimeKind.Unspecified) },
        DateTimeOffset time => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Timestamp, Value = DateTime.SpecifyKind(time.UtcDateTime, DateTimeKind.Unspecified) },
        _ => new NpgsqlParameter { Value = value },
    };

    private static async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadAllAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            List<IReadOnlyDictionary<string, object?>> rows = [];
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, ordinal => reader.IsDBNull(ordinal) ? null : reader.GetValue(ordinal)));
            return rows;
        }
    }
}
