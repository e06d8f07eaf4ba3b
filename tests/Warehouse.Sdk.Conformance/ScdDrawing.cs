using System.Globalization;

namespace Warehouse.Sdk.Conformance;

/// <summary>How the versions of the models and of the engines are drawn, so that the two can be compared.</summary>
internal static class ScdDrawing
{
    public const string Header = "member | origin | email | town | segment | previous | valid_from | valid_to | is_current | version | state | current | reason";

    /// <summary>The versions of a member as lines; intervals as the rules have them stored.</summary>
    public static IEnumerable<string> Versions(ScdRules rules, int id, string? origin, IReadOnlyList<ScdModelVersion> versions)
        => versions.Select((version, index) => rules.DerivesColumns
            ? Version(rules, id, origin, version, index + 1, versions[^1].Town, Reason(version, index == 0 ? null : versions[index - 1]))
            : Version(rules, id, origin, version, index + 1, null, null));

    // SEMANTICS.md 3: which attributes changed; the first version is new, one after a gap or an end has returned.
    private static string Reason(ScdModelVersion version, ScdModelVersion? before)
        => version.IsInferred ? "inferred"
            : version.IsDeleted ? "deleted"
            : before is null ? "new"
            : before.IsDeleted || before.To < version.From ? "returned"
            : "town";

    private static string Version(ScdRules rules, int id, string? origin, ScdModelVersion version, int number, string? current, string? reason) => string.Join(
        " | ",
        id.ToString(CultureInfo.InvariantCulture),
        Text(origin),
        Text(version.Email),
        Text(version.Town),
        Text(version.Segment),
        Text(version.Previous),
        Text(version.From),
        Text(StoredEnd(rules, version.To)),
        version.To is null ? "true" : "false",
        number.ToString(CultureInfo.InvariantCulture),
        version.IsDeleted ? "deleted" : version.IsInferred ? "inferred" : "there",
        Text(current),
        Text(reason));

    /// <summary>The versions of every stream in a dimension, at times so much earlier.</summary>
    public static async Task<ILookup<int, string>> ReadAsync(IWarehouse warehouse, ScdRules rules, TimeSpan earlier = default)
    {
        string Column(ScdType type, string name) => rules.Types.Contains(type) ? name : "NULL";
        // Times are written here: an engine would write them as its session is set.
        var rows = await warehouse.QueryAsync<(int Stream, int Id, string? Origin, string? Email, string? Town, string? Segment, string? Previous, DateTime From, DateTime? To, bool IsCurrent, int Version, bool IsDeleted, bool IsInferred, string? Current, string? Reason)>($"""
            SELECT stream, id,
                   {Column(ScdType.Type0, "origin")} AS origin, {Column(ScdType.Type1, "email")} AS email, {Column(ScdType.Type2, "town")} AS town,
                   {Column(ScdType.Type3, "segment")} AS segment, {Column(ScdType.Type3, "previous_segment")} AS previous_segment,
                   CAST(valid_from AS TIMESTAMP) AS begins, CAST(valid_to AS TIMESTAMP) AS ends, is_current, CAST(version AS INTEGER) AS version,
                   {(rules.MarksDeleted ? "is_deleted" : "FALSE")} AS is_deleted, is_inferred,
                   {(rules.DerivesColumns ? "current_town" : "NULL")} AS current_town, {(rules.DerivesColumns ? "change_reason" : "NULL")} AS change_reason
            FROM business.dim_member
            WHERE member_key > 0
            ORDER BY stream, id, version
            """);
        return rows.ToLookup(row => row.Stream, row => string.Join(
            " | ",
            row.Id.ToString(CultureInfo.InvariantCulture),
            Text(row.Origin),
            Text(row.Email),
            Text(row.Town),
            Text(row.Segment),
            Text(row.Previous),
            Text(row.From - earlier),
            Text(row.IsCurrent ? row.To : row.To - earlier),
            row.IsCurrent ? "true" : "false",
            row.Version.ToString(CultureInfo.InvariantCulture),
            row.IsDeleted ? "deleted" : row.IsInferred ? "inferred" : "there",
            Text(row.Current),
            Text(row.Reason)));
    }

    /// <summary>Lines of cells, one below the other.</summary>
    public static string Table(string header, IEnumerable<string> lines)
    {
        string[][] rows = [.. lines.Prepend(header).Select(line => line.Split(" | "))];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => column < row.Length ? row[column].Length : 0))];
        return string.Join("\n", rows.Select(row => "  " + string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()));
    }

    /// <summary>NULL as NULL, an empty text as '', spaces and composed letters made visible.</summary>
    public static string Text(string? value) => value switch
    {
        null => "NULL",
        "" => "''",
        _ => value.Replace(' ', '_').Replace("\u0301", "+\u00B4", StringComparison.Ordinal),
    };

    public static string Text(DateTime? value)
        => value?.ToString(value.Value.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd" : "yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture) ?? "NULL";

    private static DateTime? StoredEnd(ScdRules rules, DateTime? end)
    {
        DateTime? stored = rules.Intervals == IntervalStyle.ClosedByDay ? end?.AddDays(-1) : end;
        return stored ?? (rules.OpenEnd == OpenEnd.FarFuture ? new DateTime(9999, 12, 31) : null);
    }
}

/// <summary>A version as the models know it.</summary>
internal class ScdModelVersion
{
    public required DateTime From { get; init; }

    public DateTime? To { get; set; }

    public string? Town { get; set; }

    public bool IsDeleted { get; init; }

    public bool IsInferred { get; set; }

    public string? Email { get; set; }

    public string? Segment { get; set; }

    public string? Previous { get; set; }

    /// <summary>Somebody is there, not only the record of an end.</summary>
    public bool IsOpen => To is null && !IsDeleted;
}
