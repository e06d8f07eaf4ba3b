namespace Warehouse.Sdk;

/// <summary>Rows that are in the warehouse already; they never travel through .NET.</summary>
internal sealed class SqlLoadSource(string description, string sql, IReadOnlyDictionary<string, object?> parameters) : LoadSource(description)
{
    public string Sql { get; } = sql;

    public IReadOnlyDictionary<string, object?> Parameters { get; } = parameters;
}

/// <summary>The rows of a landing table that a target has not yet taken in.</summary>
internal sealed class LandedLoadSource(ZoneTable landing) : LoadSource($"landed in {landing.Name}")
{
    /// <summary>The name under which the ledger keeps how far a target has taken the landing table in.</summary>
    public string Watermark => $"{Landing.Name}.load_id";

    public ZoneTable Landing { get; } = landing;
}
