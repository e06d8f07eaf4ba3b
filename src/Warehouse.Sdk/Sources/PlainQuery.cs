using System.Text.RegularExpressions;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// Recognises a query that reads columns of one table as they stand. Such a table may be read where it is, as often as the load needs it; what any
/// other query gives is worked out once and kept. Whatever is not surely plain is taken for the other kind.
/// </summary>
internal static partial class PlainQuery
{
    /// <summary>The table as the query names it; null when the query does more than read it, or takes parameters.</summary>
    public static string? Table(SqlText query)
        => Plain().Match(query.ToString()) is { Success: true } match && !More().IsMatch(query.ToString()) ? match.Groups["table"].Value : null;

    // Brackets are calls or queries of their own; comments and texts may hide anything.
    [GeneratedRegex("""^SELECT\s+[^()$?;'/-]+?\sFROM\s+(?<table>(?:[A-Za-z_]\w*|"[^".]+")(?:\.(?:[A-Za-z_]\w*|"[^".]+")){0,2})(?:\s+(?:AS\s+)?[A-Za-z_]\w*)?(?:\s+WHERE\s[^()$?;'/-]+)?$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex("""\b(?:FROM[\s\S]+FROM|DISTINCT|JOIN|UNION|INTERSECT|EXCEPT|GROUP|HAVING|WINDOW|QUALIFY|ORDER|LIMIT|OFFSET|FETCH|FOR|INTO|TABLESAMPLE|USING|OVER|LATERAL|WITH|ONLY)\b""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex More();
}
