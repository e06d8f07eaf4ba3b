using System.Text;

namespace Warehouse.Sdk;

/// <summary>Where in an object the values of a target's columns stand, as a tree of keys and places in arrays.</summary>
internal sealed class JsonPaths
{
    private JsonPaths(PathStep step) => (Name, Utf8, Index) = (step.Name, Encoding.UTF8.GetBytes(step.Name), step.Index);

    public string Name { get; }

    public byte[] Utf8 { get; }

    /// <summary>Of a step into an array, which element.</summary>
    public int? Index { get; }

    /// <summary>The columns that take the value itself.</summary>
    public List<int> Columns { get; } = [];

    public List<JsonPaths> Below { get; } = [];

    /// <param name="target">The target.</param>
    /// <param name="alsoByName">Whether a column that has a path may stand at the top under its name as well, as rows do that were staged before.</param>
    public static JsonPaths Of(LoadTarget target, bool alsoByName)
    {
        var root = new JsonPaths(new PathStep(string.Empty, null));
        for (int column = 0; column < target.SourceColumns.Count; column++)
        {
            SourceColumn wanted = target.SourceColumns[column];
            PathStep[] name = [new(wanted.Name.Value, null)];
            root.Add(column, wanted.Path is { } path ? ColumnPath.Steps(path) : name);
            if (alsoByName && wanted.Path is not null)
                root.Add(column, name);
        }

        return root;
    }

    private void Add(int column, IEnumerable<PathStep> steps)
    {
        JsonPaths at = this;
        foreach (PathStep step in steps)
        {
            JsonPaths? below = at.Below.Find(other => other.Name == step.Name && other.Index == step.Index);
            if (below is null)
            {
                below = new JsonPaths(step);
                at.Below.Add(below);
            }

            at = below;
        }

        at.Columns.Add(column);
    }
}
