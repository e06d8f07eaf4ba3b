using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A load as it would run: every statement with its name and purpose. Nothing was run.</summary>
/// <param name="Target">The table.</param>
/// <param name="Statements">The statements in order.</param>
public sealed record LoadPlan(string Target, IReadOnlyList<SqlStatement> Statements)
{
    /// <summary>The plan as text.</summary>
    public override string ToString() => new SqlScript($"load {Target}", Statements).ToString();
}
