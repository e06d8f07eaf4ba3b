using System.Globalization;
using System.Text.RegularExpressions;

namespace Warehouse.Sdk;

/// <summary>
/// Which types of columns can take the place of which, so that every value that is stored stays what it is: whole numbers of more bits, floating point of more
/// bits, decimals with no fewer digits on either side of the point, texts with a greater length or none. In the words of the engines.
/// </summary>
internal static partial class Widening
{
    private static readonly string[][] Ladders = [["smallint", "integer", "bigint"], ["real", "double precision"], ["float", "double"]];

    public static bool IsSafe(string from, string to)
    {
        (from, to) = (from.ToLowerInvariant(), to.ToLowerInvariant());
        if (Ladders.Any(ladder => Array.IndexOf(ladder, from) is var below and >= 0 && Array.IndexOf(ladder, to) > below))
            return true;
        if (Decimal().Match(from) is { Success: true } before && Decimal().Match(to) is { Success: true } after)
            return Number(after, 2) >= Number(before, 2) && Number(after, 1) - Number(after, 2) >= Number(before, 1) - Number(before, 2);
        return Text().Match(from) is { Success: true } shorter
            && (to is "text" or "varchar" || (Text().Match(to) is { Success: true } longer && Number(longer, 1) > Number(shorter, 1)));
    }

    private static int Number(Match match, int group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?:numeric|decimal|number)\((\d+),(\d+)\)$")]
    private static partial Regex Decimal();

    [GeneratedRegex(@"^(?:character varying|varchar)\((\d+)\)$")]
    private static partial Regex Text();
}
