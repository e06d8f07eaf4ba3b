using System.Text.Json.Nodes;
using Warehouse.Sdk.Conformance;

namespace DvdStore.Tests;

/// <summary>Real inputs that stand beside the project, or where WAREHOUSE_DATA says; they are no part of it.</summary>
internal static class RealData
{
    public static string Sakila => Folder("sakila");

    public static string SakilaDelta => Folder("sakila-delta");

    public static JsonObject ExpectedSakila => JsonNode.Parse(File.ReadAllText(Path.Combine(Sakila, "..", "..", "expected", "sakila.json")))!.AsObject();

    private static string Data => Environment.GetEnvironmentVariable("WAREHOUSE_DATA") ?? Path.GetFullPath(Path.Combine(Repository.Folder, "..", "shared", "data"));

    private static string Folder(string name)
    {
        string folder = Path.Combine(Data, name);
        if (!Directory.Exists(folder))
            Assert.Skip($"The real data '{name}' is not here ({folder}); set WAREHOUSE_DATA to the folder that holds it.");
        return folder;
    }
}
