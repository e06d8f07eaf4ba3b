namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// The private tables of a session. They outlive the load that made them: to make one takes a statement, of which a load would have some thirty, and the
/// next load of the target needs the same ones.
/// </summary>
internal sealed class SnowflakeWorkTables
{
    private const int Most = 1000;

    private readonly Dictionary<string, string> _made = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The table that was made of a definition; null when none was.</summary>
    public string? Find(SnowflakeWorkTable table, string definition) => _made.GetValueOrDefault(Key(table, definition));

    /// <summary>The name of a table that is made of a definition now. No two definitions share a table.</summary>
    public string Name(SnowflakeWorkTable table, string definition)
    {
        string key = Key(table, definition);
        if (!_made.TryGetValue(key, out string? physical))
        {
            _numbers[table.Name] = _numbers.GetValueOrDefault(table.Name) + 1;
            physical = _made[key] = SnowflakeWorkNames.Numbered(table.Name, _numbers[table.Name]);
        }

        _used.Remove(physical);
        return physical;
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

    private static string Key(SnowflakeWorkTable table, string definition) => $"{table.Name}\n{definition}";
}
