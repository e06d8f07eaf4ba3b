namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// The private tables of a session. They outlive the load that made them: to make one takes a statement, of which a load would have some thirty, and the
/// next load of the target needs the same ones.
/// </summary>
internal sealed class SnowflakeWorkTables
{
    private const int Most = 1000;

    private readonly Dictionary<(string Name, string Definition), string> _made = [];
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The table that was made of a definition; null when none was.</summary>
    public string? Find((string Name, string Definition) key) => _made.GetValueOrDefault(key);

    /// <summary>The name under which a table is to be made of a definition. No two definitions share a table.</summary>
    public string NameFor((string Name, string Definition) key)
    {
        if (_made.TryGetValue(key, out string? known))
            return known;
        _numbers[key.Name] = _numbers.GetValueOrDefault(key.Name) + 1;
        return SnowflakeWorkNames.Numbered(key.Name, _numbers[key.Name]);
    }

    /// <summary>The table is there now, and empty.</summary>
    public void Add((string Name, string Definition) key, string physical)
    {
        _made[key] = physical;
        _used.Remove(physical);
    }

    /// <summary>Whether there may be rows in it.</summary>
    public bool IsUsed(string physical) => _used.Contains(physical);

    public void Use(string physical) => _used.Add(physical);

    public void Empty(string physical) => _used.Remove(physical);

    /// <summary>Something failed, and perhaps because a table is not any more what its query would make today: the next load makes all anew.</summary>
    public void Forget() => _made.Clear();

    /// <summary>A session that loads very many targets begins again with new tables.</summary>
    public void Limit()
    {
        if (_made.Count > Most)
            Forget();
    }
}
