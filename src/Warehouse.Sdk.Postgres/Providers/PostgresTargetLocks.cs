using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Warehouse.Sdk.Postgres;

/// <summary>
/// One load per target at a time, in whichever process: an advisory lock that goes with the load's own transaction, so that neither a crash nor a
/// lost connection leaves it behind.
/// </summary>
internal static class PostgresTargetLocks
{
    /// <summary>
    /// Takes them in one order for all, so that two loads never wait for each other in a circle. Statements after it see what the loads before
    /// committed: each statement of the transaction takes its own snapshot.
    /// </summary>
    /// <exception cref="WarehouseConcurrencyException">Another load held one for too long.</exception>
    public static async Task TakeAsync(NpgsqlConnection connection, IReadOnlyCollection<string> targets, TimeSpan timeout, CancellationToken cancellationToken)
    {
        string[] ordered = [.. targets.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
        NpgsqlBatch batch = connection.CreateBatch();
        await using (batch.ConfigureAwait(false))
        {
            batch.Timeout = 0;
            batch.BatchCommands.Add(new NpgsqlBatchCommand(FormattableString.Invariant($"SET LOCAL lock_timeout = {(long)timeout.TotalMilliseconds}")));
            foreach (string target in ordered)
                batch.BatchCommands.Add(new NpgsqlBatchCommand("SELECT pg_advisory_xact_lock($1)") { Parameters = { new NpgsqlParameter<long> { TypedValue = Key(target) } } });
            batch.BatchCommands.Add(new NpgsqlBatchCommand("SET LOCAL lock_timeout TO DEFAULT"));
            try
            {
                await batch.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                int command = batch.BatchCommands.IndexOf(error.BatchCommand!);
                throw await RefusalAsync(connection, ordered[command - 1], timeout, error, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static async Task<WarehouseConcurrencyException> RefusalAsync(NpgsqlConnection connection, string target, TimeSpan timeout, PostgresException error, CancellationToken cancellationToken)
    {
        // The failed wait has ended the transaction; nothing was done in it.
        NpgsqlCommand rollback = new("ROLLBACK", connection);
        await using (rollback.ConfigureAwait(false))
            await rollback.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        string holder = await HolderAsync(connection, Key(target), cancellationToken).ConfigureAwait(false);
        return new WarehouseConcurrencyException(
            FormattableString.Invariant($"{target} has been held by another load for {timeout.TotalSeconds:0.###} seconds ({holder}). Nothing was changed. Wait for it, or allow more time in PostgresOptions.LockTimeout."), error)
        {
            SystemName = "postgresql",
            Target = target,
        };
    }

    private static async Task<string> HolderAsync(NpgsqlConnection connection, long key, CancellationToken cancellationToken)
    {
        const string Holder = """
            SELECT concat('process ', activity.pid,
                          ', ', coalesce(nullif(activity.application_name, ''), 'unnamed application'),
                          ', from ', coalesce(host(activity.client_addr), 'this machine'),
                          ', since ', to_char(activity.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), ' UTC')
            FROM pg_locks AS held
            JOIN pg_stat_activity AS activity ON activity.pid = held.pid
            JOIN pg_database AS here ON here.oid = held.database AND here.datname = current_database()
            WHERE held.locktype = 'advisory'
              AND held.granted
              AND held.objsubid = 1
              AND (CAST(held.classid AS bigint) << 32) | CAST(held.objid AS bigint) = $1
            """;
        NpgsqlCommand command = new(Holder, connection) { Parameters = { new NpgsqlParameter<long> { TypedValue = key } } };
        await using (command.ConfigureAwait(false))
            return (string?)await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) ?? "it has just ended";
    }

    private static long Key(string target)
        => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"warehouse-sdk {target.ToUpperInvariant()}")));
}
