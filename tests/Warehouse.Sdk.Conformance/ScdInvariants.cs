using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Conformance;

/// <summary>What holds for every dimension after every load, as one query over the whole table; it returns what does not.</summary>
internal static class ScdInvariants
{
    public static string Violations(Dimension dimension)
    {
        DimensionDefinition definition = dimension.Definition;
        ModelConventions names = dimension.Conventions;
        string key = string.Join(", ", dimension.NaturalKey.Select(column => Quoted(column.Name)));
        string member = $"PARTITION BY {key} ORDER BY {Quoted(names.ValidFrom)}, {Quoted(names.Version)}";
        string[] tracked =
        [
            .. dimension.Attributes.Where(attribute => attribute.Type is ScdType.Type2 or ScdType.Type6).Select(Compared),
            .. definition.TracksDeletion ? [Quoted(names.IsDeleted)] : Array.Empty<string>(),
        ];
        string nextTracked = string.Concat(tracked.Select((value, index) => $", {value} AS tracked_{index}, lead({value}) OVER ({member}) AS next_tracked_{index}"));
        string saysTheSame = tracked.Length == 0 ? "TRUE" : string.Join(" AND ", tracked.Select((_, index) => $"tracked_{index} IS NOT DISTINCT FROM next_tracked_{index}"));
        bool mayEnd = (definition.Operation is not null || definition.WhenAbsent == Absent.Expire) && !definition.TracksDeletion;

        List<string> rules =
        [
            Rule("overlaps its successor, is empty or ends before it begins", "ends_at <= begins_at OR next_begins_at < ends_at OR (next_begins_at IS NOT NULL AND ends_at IS NULL)"),
            Rule("is current without being open, or open without being current", "is_current <> (ends_at IS NULL)"),
            Rule("has a version number that is not its place", "version_number <> place"),
            Rule("says the same as its successor", $"ends_at = next_begins_at AND {saysTheSame}"),
            Rule("has a surrogate key that is not its own", "surrogate_key IN (SELECT surrogate_key FROM stored GROUP BY surrogate_key HAVING count(*) > 1)"),
        ];
        if (!mayEnd)
        {
            rules.Add(Rule("is followed by a gap that no delete explains", "next_begins_at > ends_at"));
            rules.Add(Rule("is the last of a member without a current version", "next_begins_at IS NULL AND ends_at IS NOT NULL"));
        }

        foreach (string column in SharedColumns(dimension))
            rules.Add($"SELECT 'differs from the member''s other versions in {column.Replace("'", "''", StringComparison.Ordinal)}' AS violation, min({Quoted(dimension.SurrogateKey)}) AS surrogate_key FROM {Table(dimension)} WHERE {Quoted(dimension.SurrogateKey)} > 0 GROUP BY {key} HAVING count(DISTINCT {column}) > 1 OR count({column}) NOT IN (0, count(*))");

        return $"""
            WITH stored AS (
                SELECT {Quoted(dimension.SurrogateKey)} AS surrogate_key, {Quoted(names.ValidFrom)} AS begins_at, {HalfOpenEnd(names)} AS ends_at,
                       {Quoted(names.IsCurrent)} AS is_current, {Quoted(names.Version)} AS version_number,
                       lead({Quoted(names.ValidFrom)}) OVER ({member}) AS next_begins_at, row_number() OVER ({member}) AS place{nextTracked}
                FROM {Table(dimension)}
                WHERE {Quoted(dimension.SurrogateKey)} > 0
            )
            {string.Join("\nUNION ALL\n", rules)}
            """;
    }

    /// <summary>The table of all versions.</summary>
    public static string Table(Dimension dimension) => $"{Quoted(dimension.HistoryTable.Schema)}.{Quoted(dimension.HistoryTable.Name)}";

    // Engines fold plain names to different cases, and find them as they stand.
    public static string Quoted(Identifier name) => IsPlain(name.Value) ? name.Value : $"\"{WarehouseTestStore.Stored(name.Value).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static bool IsPlain(string name) => !Reserved.Contains(name) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_') && !char.IsAsciiDigit(name[0]);

    private static readonly HashSet<string> Reserved = ["order", "select", "group", "from", "to", "table", "user", "end", "desc", "default", "case", "when", "grant", "primary", "references", "analyse", "column", "left", "right", "join", "natural", "check", "unique", "like", "all", "and", "or", "not", "null", "true", "false", "on", "in", "is", "as", "by", "limit", "offset", "row", "rows", "values", "with", "where", "union", "using", "window", "current_date", "current_time", "create", "drop", "insert", "update", "delete", "merge", "set", "constraint", "foreign", "having", "into", "then", "else", "distinct", "between", "exists", "any", "some", "for", "full", "inner", "cross", "start", "trigger", "whenever", "connect", "of", "sample", "tablesample", "regexp", "rlike", "ilike", "qualify", "minus", "intersect", "except", "increment", "issue", "localtime", "localtimestamp", "organization", "revoke", "schema", "database", "view", "account", "cast", "try_cast", "lateral", "gscluster", "following", "alter"];

    private static string Rule(string violation, string condition) => $"SELECT '{violation}' AS violation, surrogate_key FROM stored WHERE {condition}";

    private static string Compared(DimensionAttribute attribute)
        => attribute.Equality.HasFlag(Equality.IgnoreCase) ? $"lower({Quoted(attribute.Column.Name)})" : Quoted(attribute.Column.Name);

    private static IEnumerable<string> SharedColumns(Dimension dimension)
    {
        bool isOverwrittenEverywhere = dimension.Definition.OverwriteScope == OverwriteScope.AllVersions;
        foreach (DimensionAttribute attribute in dimension.Attributes)
        {
            if (attribute.Type == ScdType.Type0 || (isOverwrittenEverywhere && attribute.Type is ScdType.Type1 or ScdType.Type3))
                yield return Quoted(attribute.Column.Name);
            if (isOverwrittenEverywhere && attribute.Previous is { } previous)
                yield return Quoted(previous.Name);
            if (attribute.Current is { } current)
                yield return Quoted(current.Name);
        }

        if (dimension.DurableKey is { } durableKey)
            yield return Quoted(durableKey);
    }

    private static string HalfOpenEnd(ModelConventions names)
    {
        string type = names.Intervals == IntervalStyle.ClosedByDay ? "DATE" : "TIMESTAMP";
        string stored = names.OpenEnd == OpenEnd.FarFuture ? $"nullif({Quoted(names.ValidTo)}, {type} '9999-12-31')" : Quoted(names.ValidTo);
        return names.Intervals == IntervalStyle.ClosedByDay ? $"CAST({stored} + INTERVAL '1 day' AS DATE)" : stored;
    }
}
