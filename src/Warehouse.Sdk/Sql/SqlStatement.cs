namespace Warehouse.Sdk.Sql;

/// <summary>One whole statement of a load, with a name that appears in plans, logs, spans and errors.</summary>
/// <param name="Name">The step's name in the words of the field, such as <c>close-versions</c>.</param>
/// <param name="Purpose">One sentence: why the statement is there. Of a guard: what its rows violate.</param>
/// <param name="Text">The SQL, whole and readable.</param>
public sealed record SqlStatement(string Name, string Purpose, string Text)
{
    /// <summary>What is done with the result. The default is <see cref="StatementKind.Execute"/>.</summary>
    public StatementKind Kind { get; init; }

    /// <summary>The counter that the touched rows are added to, or <see langword="null"/>.</summary>
    public string? Counter { get; init; }

    /// <summary>True when the statement writes to the target: a load in which no such statement touched a row changed nothing.</summary>
    public bool WritesTarget { get; init; }

    /// <summary>The counter that must be above zero for the statement to run, or <see langword="null"/> when it always runs.</summary>
    public string? OnlyIf { get; init; }

    /// <summary>
    /// The table that the statement is about when that is not the load's own: <c>$target</c> stands for it, and what the statement counts is kept
    /// apart, but for rows rejected, which are those of the load.
    /// </summary>
    public string? Within { get; init; }

    internal string Scoped(string counter) => Scoped(Within, counter);

    /// <summary>The name under which a counter of a statement within another table is kept.</summary>
    internal static string Scoped(string? within, string counter) => within is null || counter == Counters.Rejected ? counter : $"{within}: {counter}";

    /// <summary>The names of the parameters in the text, without the engine's marker.</summary>
    public IReadOnlyList<string> Parameters { get; init; } = [];

    /// <summary>The statement with its name and purpose as comments, as <c>PlanAsync</c> prints it.</summary>
    public override string ToString()
    {
        string within = Within is null ? string.Empty : $"\n-- within: {Within}";
        string condition = OnlyIf is null ? string.Empty : $"\n-- only if: {OnlyIf} > 0";
        return $"-- {Name}: {Purpose}{within}{condition}\n{Text};\n";
    }
}
