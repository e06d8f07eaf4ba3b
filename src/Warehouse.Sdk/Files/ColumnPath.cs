using System.Globalization;

namespace Warehouse.Sdk;

/// <summary>Where in a record the value of a column stands, such as <c>customer.addresses[0].city</c>, with or without <c>$.</c> before it.</summary>
internal static class ColumnPath
{
    private const string Root = "$.";

    public static bool IsPath(string path)
    {
        try
        {
            return Steps(path).Count > 0;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The key at the top that a path begins with.</summary>
    public static string First(string path) => Steps(path)[0].Name;

    /// <summary>The path without what may stand before it.</summary>
    public static string Bare(string path) => path.StartsWith(Root, StringComparison.Ordinal) ? path[Root.Length..] : path;

    /// <exception cref="FormatException">It is no path.</exception>
    public static IReadOnlyList<PathStep> Steps(string path)
    {
        List<PathStep> steps = [];
        foreach (string part in Bare(path).Split('.'))
        {
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            string name = bracket < 0 ? part : part[..bracket];
            if (name.Length == 0)
                throw new FormatException("a step without a name");
            steps.Add(new PathStep(name, null));
            for (; bracket >= 0; bracket = part.IndexOf('[', bracket + 1))
            {
                int close = part.IndexOf(']', bracket);
                if (close < 0 || !int.TryParse(part.AsSpan(bracket + 1, close - bracket - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index) || (close + 1 < part.Length && part[close + 1] != '['))
                    throw new FormatException("a place in an array is written as [0]");
                steps.Add(new PathStep(string.Empty, index));
            }
        }

        return steps;
    }
}

/// <summary>One step of a path.</summary>
/// <param name="Name">The key, or nothing.</param>
/// <param name="Index">The place in an array, from 0, or null.</param>
internal readonly record struct PathStep(string Name, int? Index);
