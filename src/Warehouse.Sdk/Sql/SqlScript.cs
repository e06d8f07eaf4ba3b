namespace Warehouse.Sdk.Sql;

/// <summary>The statements of one load or deployment, in the order they run.</summary>
/// <param name="Title">What the script does, and to which target.</param>
/// <param name="Statements">The statements.</param>
public sealed record SqlScript(string Title, IReadOnlyList<SqlStatement> Statements)
{
    /// <summary>The whole script as text.</summary>
    public override string ToString() => $"-- warehouse-sdk: {Title}\n\n{string.Join('\n', Statements)}";
}
