using System.Collections.Concurrent;
using System.Data.Common;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Sends the part files of a load, some at once, while the next is being written: each over a session of its own, the load's own first, which has nothing to do
/// meanwhile. No more files wait on this machine than there are sessions.
/// </summary>
internal sealed class SnowflakeUploads(DbConnection own, SnowflakeConnections connections, SnowflakeOptions options, string stage, string? tag) : IAsyncDisposable
{
    private const int Attempts = 3;

    private readonly SemaphoreSlim _free = new(options.UploadSessions);
    private readonly ConcurrentBag<DbConnection> _idle = [own];
    private readonly List<Task> _running = [];
    private volatile Exception? _failure;

    /// <summary>Begins to send a file, as soon as a session is free; the file is gone when it has arrived.</summary>
    /// <exception cref="WarehouseException">One before it could not be sent.</exception>
    public async Task SendAsync(SnowflakePart part, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (_failure is not null)
            await Task.WhenAll(_running).ConfigureAwait(false);
        _running.Add(SendOneAsync(part, cancellationToken));
    }

    /// <summary>Waits until all are there.</summary>
    public Task CompleteAsync() => Task.WhenAll(_running);

    public async ValueTask DisposeAsync()
    {
        try
        {
            // The folder of a file that is on its way must not go before it.
            await Task.WhenAll(_running).ConfigureAwait(false);
        }
        catch (Exception error) when (ReferenceEquals(error, _failure) || error is OperationCanceledException || _failure is not null)
        {
            // Whoever waited for them was told.
        }

        while (_idle.TryTake(out DbConnection? session))
        {
            if (!ReferenceEquals(session, own))
                await ReturnAsync(session).ConfigureAwait(false);
        }

        _free.Dispose();
    }

    private async Task SendOneAsync(SnowflakePart part, CancellationToken cancellationToken)
    {
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                if (await TrySendAsync(part, isLast: attempt == Attempts, cancellationToken).ConfigureAwait(false))
                    break;
                await Task.Delay(options.RetryDelay * attempt, cancellationToken).ConfigureAwait(false);
            }

            File.Delete(part.File);
        }
        catch (Exception error)
        {
            _failure ??= error;
            throw;
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<bool> TrySendAsync(SnowflakePart part, bool isLast, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        DbConnection session = _idle.TryTake(out DbConnection? idle) ? idle : await OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            SnowflakeTransferred result = await SnowflakeTransfer.RunAsync(session, SnowflakeCopySql.Put(part.File, stage)).ConfigureAwait(false);
            _idle.Add(session);
            return result.IsUploaded || (isLast
                ? throw new WarehouseException($"{part.Name} could not be uploaded to {stage}: the driver reports {result}, {Attempts} times. The load was rolled back. Run it again.") { SystemName = SnowflakeProvider.Name, Target = stage, IsTransient = true }
                : false);
        }
        catch (DbException error)
        {
            // Another session may do better; the load's own is given up for this only, it knows its state itself.
            if (!ReferenceEquals(session, own))
                await session.DisposeAsync().ConfigureAwait(false);
            if (!isLast && SnowflakeErrors.IsTransient(error))
                return false;
            string right = SnowflakeErrors.Code(error) is 2003 or 3001 ? " The role needs READ and WRITE on the stage of SnowflakeOptions.Stage." : string.Empty;
            throw new WarehouseException($"{part.Name} could not be uploaded to {stage}: {SnowflakeErrors.Explain(error)}{right} The load was rolled back.", error) { SystemName = SnowflakeProvider.Name, Target = stage, IsTransient = SnowflakeErrors.IsTransient(error) };
        }
    }

    private async Task<DbConnection> OpenAsync(CancellationToken cancellationToken)
    {
        DbConnection session = await connections.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (tag is not null)
            await SnowflakeConnections.RunAsync(session, SnowflakeQueryTag.Set(tag), cancellationToken).ConfigureAwait(false);
        return session;
    }

    private async Task ReturnAsync(DbConnection session)
    {
        bool isSound = true;
        try
        {
            if (tag is not null)
                await SnowflakeConnections.RunAsync(session, SnowflakeQueryTag.Set(SnowflakeQueryTag.Of(options.Pipeline)), CancellationToken.None).ConfigureAwait(false);
        }
        catch (DbException)
        {
            isSound = false;
        }

        await connections.ReturnAsync(session, isSound).ConfigureAwait(false);
    }
}
