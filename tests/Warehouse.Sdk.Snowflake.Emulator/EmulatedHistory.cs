namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A table as it was when something had been committed.</summary>
internal sealed record EmulatedVersion(string Table, string Copy, DateTimeOffset At, IReadOnlyList<string> Statements);

/// <summary>A table that was dropped, under the name that hides it.</summary>
internal sealed record DroppedTable(string Table, string Hidden, DateTimeOffset At);

/// <summary>What an account keeps of its tables' past: a copy of a table whenever it was written. For tests that ask for it.</summary>
internal sealed class EmulatedHistory
{
    private readonly List<EmulatedVersion> _versions = [];
    private readonly Dictionary<string, DateTimeOffset> _ends = new(StringComparer.Ordinal);
    private readonly Stack<DroppedTable> _dropped = new();
    private readonly Lock _gate = new();
    private int _copies;

    public string NextCopy() => FormattableString.Invariant($"sf_past {Interlocked.Increment(ref _copies)}");

    public string NextHidden() => FormattableString.Invariant($"sf_dropped {Interlocked.Increment(ref _copies)}");

    public void Ended(string statement, DateTimeOffset at)
    {
        lock (_gate)
            _ends[statement] = at;
    }

    public void Add(EmulatedVersion version)
    {
        lock (_gate)
            _versions.Add(version);
    }

    public EmulatedVersion? At(string table, DateTimeOffset instant)
    {
        lock (_gate)
            return _versions.LastOrDefault(version => version.Table == table && version.At <= instant);
    }

    /// <summary>The table with what the statement did, or without it; null when nothing is known of either.</summary>
    public EmulatedVersion? Around(string table, string statement, bool isBefore)
    {
        lock (_gate)
        {
            int own = _versions.FindLastIndex(version => version.Table == table && version.Statements.Contains(statement));
            if (own >= 0)
                return isBefore ? _versions.Take(own).LastOrDefault(version => version.Table == table) : _versions[own];
            return _ends.TryGetValue(statement, out DateTimeOffset end) ? _versions.LastOrDefault(version => version.Table == table && version.At <= end) : null;
        }
    }

    public void Drop(DroppedTable table)
    {
        lock (_gate)
            _dropped.Push(table);
    }

    /// <summary>Takes the table out that was dropped last under the name.</summary>
    public DroppedTable? Undrop(string table)
    {
        lock (_gate)
        {
            DroppedTable? found = _dropped.FirstOrDefault(dropped => dropped.Table == table);
            if (found is null)
                return null;
            DroppedTable[] others = [.. _dropped.Where(dropped => dropped != found).Reverse()];
            _dropped.Clear();
            foreach (DroppedTable other in others)
                _dropped.Push(other);
            return found;
        }
    }
}
