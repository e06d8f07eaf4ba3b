using System.Collections.Concurrent;

namespace Warehouse.Sdk.DuckDb;

/// <summary>
/// One load per target at a time. DuckDB lets one process write to a file, so locks inside the process are enough.
/// </summary>
internal sealed class DuckDbTargetLocks(TimeSpan timeout)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _byTarget = new(StringComparer.OrdinalIgnoreCase);

    public async Task<IDisposable> TakeAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
    {
        var taken = new Taken();
        try
        {
            // One order for all, so that two loads never wait for each other in a circle.
            foreach (string target in targets.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase))
            {
                SemaphoreSlim semaphore = _byTarget.GetOrAdd(target, _ => new SemaphoreSlim(1));
                if (!await semaphore.WaitAsync(timeout, cancellationToken).ConfigureAwait(false))
                {
                    throw new WarehouseConcurrencyException(FormattableString.Invariant($"{target} has been held by another load of this process for {timeout.TotalSeconds:0.###} seconds. Nothing was changed. Wait for it, or allow more time in DuckDbOptions.LockTimeout."))
                    {
                        SystemName = "duckdb",
                        Target = target,
                    };
                }

                taken.Semaphores.Push(semaphore);
            }

            return taken;
        }
        catch
        {
            taken.Dispose();
            throw;
        }
    }

    private sealed class Taken : IDisposable
    {
        public Stack<SemaphoreSlim> Semaphores { get; } = [];

        public void Dispose()
        {
            while (Semaphores.TryPop(out SemaphoreSlim? semaphore))
                semaphore.Release();
        }
    }
}
