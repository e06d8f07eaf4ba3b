using System.Text;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What a verification looked at and what it found. Nothing was changed.</summary>
public sealed record VerifyReport
{
    /// <summary>The model or the table.</summary>
    public required string Target { get; init; }

    /// <summary>Every rule that was held against a table, with how much it found.</summary>
    public required IReadOnlyList<VerifiedRule> Rules { get; init; }

    /// <summary>What violates a rule: of each rule and table the first 100 by key. <see cref="VerifiedRule.Found"/> counts all.</summary>
    public required IReadOnlyList<Finding> Findings { get; init; }

    /// <summary>
    /// What is worth knowing and violates nothing: members that facts have inferred and that no source row has filled in yet, with the load that
    /// first saw them and the number of facts that wait for them.
    /// </summary>
    public required IReadOnlyList<Finding> Information { get; init; }

    /// <summary>How much of that there is; of each table the first 100 by key are listed.</summary>
    public required long InformationFound { get; init; }

    /// <summary>The statements that ran.</summary>
    public required SqlScript Script { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>How much all rules found together, whether or not all of it is listed.</summary>
    public long Found => Rules.Sum(rule => rule.Found);

    /// <summary>True when no rule found anything.</summary>
    public bool IsSound => Found == 0;

    /// <summary>One line for a sound table or model; otherwise the findings, drawn as a table.</summary>
    public override string ToString()
    {
        string findings = Found switch { 0 => "no findings", 1 => "1 finding", _ => FormattableString.Invariant($"{Found:N0} findings") };
        var text = new StringBuilder(FormattableString.Invariant($"{Target}: {Rules.Count} rules, {findings}"));
        Draw(text, Findings);
        foreach (var (name, table, _, count) in Rules)
        {
            long unlisted = count - Findings.LongCount(finding => finding.Rule == name && finding.Table == table);
            if (unlisted > 0)
                text.Append(FormattableString.Invariant($"\n... and {unlisted:N0} more of {name} in {table}"));
        }

        if (Information.Count > 0)
            text.Append("\nworth knowing:");
        Draw(text, Information);
        if (InformationFound > Information.Count)
            text.Append(FormattableString.Invariant($"\n... and {InformationFound - Information.Count:N0} more"));
        return text.ToString();
    }

    private static void Draw(StringBuilder text, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0)
            return;
        string[][] rows = [["rule", "table", "member", "keys", "detail"], .. findings.Select(finding => new[] { finding.Rule, finding.Table, finding.Member, finding.Keys, finding.Detail })];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows)
            text.Append('\n').Append(string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
