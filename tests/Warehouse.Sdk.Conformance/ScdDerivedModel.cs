namespace Warehouse.Sdk.Conformance;

/// <summary>What a version holds that follows from its member's history: the town of the latest version, and why the version is there. Plain C#.</summary>
internal static class ScdDerivedModel
{
    /// <summary>The end of a drawn row; empty where the rules derive nothing.</summary>
    public static string Draw(ScdRules rules, IReadOnlyList<(DateTime From, DateTime? To, string? Town, bool IsDeleted)> history, int index)
        => rules.Derives ? $" | {history[^1].Town ?? "NULL"} | {Reason(history, index)}" : string.Empty;

    private static string Reason(IReadOnlyList<(DateTime From, DateTime? To, string? Town, bool IsDeleted)> history, int index)
    {
        if (history[index].IsDeleted)
            return "deleted";
        if (index == 0)
            return "new";
        var before = history[index - 1];
        return before.IsDeleted || before.To < history[index].From ? "returned" : "town";
    }
}
