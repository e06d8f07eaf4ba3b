using System.Text.Json.Nodes;
using Warehouse.Sdk.Conformance;

namespace DvdStore.Tests;

/// <summary>The real store.</summary>
internal static class SakilaData
{
    public static string Sakila => RealData.Folder("sakila");

    public static string SakilaDelta => RealData.Folder("sakila-delta");

    public static JsonObject ExpectedSakila => JsonNode.Parse(File.ReadAllText(Path.Combine(Sakila, "..", "..", "expected", "sakila.json")))!.AsObject();
}
