using System.Text.Json.Nodes;

namespace Warehouse.Sdk.Conformance;

/// <summary>Real inputs that stand beside the project, or where WAREHOUSE_DATA says; they are no part of it.</summary>
public static class RealData
{
    private const string Variable = "WAREHOUSE_DATA";

    private static string? Given => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given ? given : null;

    private static string Root => Given ?? Path.GetFullPath(Path.Combine(Repository.Folder, "..", "shared", "data"));

    /// <summary>One of the data sets. Skips the test where nobody has said where they are and they are not beside the project.</summary>
    /// <exception cref="DirectoryNotFoundException">WAREHOUSE_DATA names a folder that does not hold it.</exception>
    public static string Folder(string name)
    {
        string folder = Path.Combine(Root, name);
        if (Directory.Exists(folder))
            return folder;
        if (Given is not null)
            throw new DirectoryNotFoundException($"{Variable} is '{Given}', and there is no folder '{name}' in it.");
        Assert.Skip($"The real data '{name}' is not here ({folder}); set {Variable} to the folder that holds it.");
        return folder;
    }

    /// <summary>What one of the data sets has to end in; it stands beside them.</summary>
    public static JsonObject Expected(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Root, "..", "expected", name + ".json")))!.AsObject();

    /// <summary>The rows of a CSV file by the names in its header, read without the SDK. An empty field without quotes is NULL.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string?>> Read(string file)
    {
        string?[][] lines = [.. File.ReadAllLines(file).Where(line => line.Length > 0).Select(line => Fields(line).ToArray())];
        return [.. lines.Skip(1).Select(fields => lines[0].Zip(fields).ToDictionary(cell => cell.First!, cell => cell.Second))];
    }

    private static IEnumerable<string?> Fields(string line)
    {
        for (int at = 0; at <= line.Length;)
        {
            if (at < line.Length && line[at] == '"')
            {
                int end = at + 1;
                while (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"'))
                    end += line[end] == '"' ? 2 : 1;
                yield return line[(at + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal);
                at = end + 2;
            }
            else
            {
                int end = line.IndexOf(',', at) is >= 0 and int comma ? comma : line.Length;
                yield return end == at ? null : line[at..end];
                at = end + 1;
            }
        }
    }
}
