using System.Text.Json.Nodes;

namespace Warehouse.Sdk.Conformance;

/// <summary>Real inputs that stand beside the project, or where WAREHOUSE_DATA says; they are no part of it.</summary>
internal static class RealFacts
{
    private static string Data => Environment.GetEnvironmentVariable("WAREHOUSE_DATA") ?? Path.GetFullPath(Path.Combine(Repository.Folder, "..", "shared", "data"));

    public static string Folder(string name)
    {
        string folder = Path.Combine(Data, name);
        if (!Directory.Exists(folder))
            Assert.Skip($"The real data '{name}' is not here ({folder}); set WAREHOUSE_DATA to the folder that holds it.");
        return folder;
    }

    public static JsonObject Expected(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Data, "..", "expected", name + ".json")))!.AsObject();
}
