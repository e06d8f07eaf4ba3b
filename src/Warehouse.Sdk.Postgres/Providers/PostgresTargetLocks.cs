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
        await RunAsync(connection, FormattableString.Invariant($"SET LOCAL lock_timeout = {(long)timeout.TotalMilliseconds}"), cancellationToken).ConfigureAwait(false);
        foreach (string target in targets.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase))
        {
            try
            {
                await RunAsync(connection, FormattableString.Invariant($"SELECT pg_advisory_xact_lock({Key(target)})"), cancellationToken).ConfigureAwait(false);
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.LockNotAvailable)
            {
                throw await RefusalAsync(connection, target, timeout, error, cancellationToken).ConfigureAwait(false);
            }
        }

        await RunAsync(connection, "SET LOCAL lock_timeout TO DEFAULT", cancellationToken).ConfigureAwait(false);
    }

    private static async Task<object?> RunAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        NpgsqlCommand command = new(sql, connection) { CommandTimeout = 0 };
        await using (command.ConfigureAwait(false))
            return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }

    private static async Task<WarehouseConcurrencyException> RefusalAsync(NpgsqlConnection connection, string target, TimeSpan timeout, PostgresException error, CancellationToken cancellationToken)
    {
        // The failed wait has ended the transaction; nothing was done in it.
        await RunAsync(connection, "ROLLBACK", cancellationToken).ConfigureAwait(false);
        string holder = (string?)await RunAsync(connection, HolderOf(Key(target)), cancellationToken).ConfigureAwait(false) ?? "it has just ended";
        return new WarehouseConcurrencyException(
            FormattableString.Invariant($"{target} has been held by another load for {timeout.TotalSeconds:0.###} seconds ({holder}). Nothing was changed. Wait for it, or allow more time in PostgresOptions.LockTimeout."), error)
        {
            SystemName = "postgresql",
            Target = target,
        };
    }

    private static string HolderOf(long key) => FormattableString.Invariant($"""
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
          AND (CAST(held.classid AS bigint) << 32) | CAST(held.objid AS bigint) = {key}
        """);

    private static long Key(string target)
        => BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"warehouse-sdk {target.ToUpperInvariant()}")));
}
