using System.Globalization;
using System.Text;

namespace Warehouse.Sdk;

/// <summary>Where in an object the values of a target's columns stand, as a tree of keys and places in arrays.</summary>
internal sealed class JsonPaths
{
    private JsonPaths(string name) => (Name, Utf8) = (name, Encoding.UTF8.GetBytes(name));

    public string Name { get; }

    public byte[] Utf8 { get; }

    /// <summary>Of a step into an array, which element.</summary>
    public int? Index { get; private init; }

    /// <summary>The columns that take the value itself.</summary>
    public List<int> Columns { get; } = [];

    public List<JsonPaths> Below { get; } = [];

    /// <param name="target">The target.</param>
    /// <param name="alsoByName">Whether a column that has a path may stand at the top under its name as well, as rows do that were staged before.</param>
    public static JsonPaths Of(LoadTarget target, bool alsoByName)
    {
        var root = new JsonPaths(string.Empty);
        for (int column = 0; column < target.SourceColumns.Count; column++)
        {
            SourceColumn wanted = target.SourceColumns[column];
            root.Add(column, wanted.Path is { } path ? Steps(path) : [new JsonPaths(wanted.Name.Value)]);
            if (alsoByName && wanted.Path is not null)
                root.Add(column, [new JsonPaths(wanted.Name.Value)]);
        }

        return root;
    }

    private void Add(int column, IEnumerable<JsonPaths> steps)
    {
        JsonPaths at = this;
        foreach (JsonPaths step in steps)
        {
            JsonPaths? known = at.Below.Find(other => other.Name == step.Name && other.Index == step.Index);
            if (known is null)
                at.Below.Add(step);
            at = known ?? step;
        }

        at.Columns.Add(column);
    }

    /// <summary>The key at the top that a path begins with.</summary>
    public static string First(string path) => Steps(path)[0].Name;

    /// <summary>Whether a text is a path such as <c>customer.addresses[0].city</c>.</summary>
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

    private static List<JsonPaths> Steps(string path)
    {
        List<JsonPaths> steps = [];
        foreach (string part in (path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : path).Split('.'))
        {
            int bracket = part.IndexOf('[', StringComparison.Ordinal);
            string name = bracket < 0 ? part : part[..bracket];
            if (name.Length == 0)
                throw new FormatException("a step without a name");
            steps.Add(new JsonPaths(name));
            for (; bracket >= 0; bracket = part.IndexOf('[', bracket + 1))
            {
                int close = part.IndexOf(']', bracket);
                if (close < 0 || !int.TryParse(part.AsSpan(bracket + 1, close - bracket - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index) || (close + 1 < part.Length && part[close + 1] != '['))
                    throw new FormatException("a place in an array is written as [0]");
                steps.Add(new JsonPaths(string.Empty) { Index = index });
            }
        }

        return steps;
    }
}
