namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>UPDATE, DELETE and MERGE of one table wait for each other until the transaction ends; INSERT and COPY wait for nobody.</summary>
internal sealed class EmulatedLocks
{
    private readonly Dictionary<string, int> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> _waiting = [];
    private readonly object _gate = new();

    public void Take(int session, string table, TimeSpan timeout, Func<bool> isCancelled)
    {
        long until = Environment.TickCount64 + (long)Math.Min(timeout.TotalMilliseconds, int.MaxValue);
        lock (_gate)
        {
            try
            {
                while (_owners.TryGetValue(table, out int owner) && owner != session)
                {
                    _waiting[session] = table;
                    if (IsCircle(session))
                        throw new SnowflakeEmulatorException(625, "57014", $"Your statement was aborted because it was involved in a deadlock: resource {table}");
                    if (isCancelled())
                        throw EmulatedErrors.Cancelled();
                    if (Environment.TickCount64 >= until)
                        throw EmulatedErrors.LockTimeout(table, timeout.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
                    Monitor.Wait(_gate, 20);
                }

                _owners[table] = session;
            }
            finally
            {
                _waiting.Remove(session);
            }
        }
    }

    public void Release(int session)
    {
        lock (_gate)
        {
            foreach (string table in (string[])[.. _owners.Where(pair => pair.Value == session).Select(pair => pair.Key)])
                _owners.Remove(table);
            Monitor.PulseAll(_gate);
        }
    }

    private bool IsCircle(int session)
    {
        int at = session;
        for (int i = 0; i < 100 && _waiting.TryGetValue(at, out string? table) && _owners.TryGetValue(table, out int owner); i++)
        {
            if (owner == session)
                return true;
            at = owner;
        }

        return false;
    }
}
