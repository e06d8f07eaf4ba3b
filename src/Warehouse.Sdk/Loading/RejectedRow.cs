namespace Warehouse.Sdk;

/// <summary>A row that could not be loaded.</summary>
/// <param name="File">The file it came from, if it was one.</param>
/// <param name="Line">Its line in the file, or its number in the batch, from 1.</param>
/// <param name="Column">The column that was wrong, if it was one.</param>
/// <param name="Reason">What was seen and what was expected, without the value itself.</param>
/// <param name="RawRow">The row as received.</param>
public sealed record RejectedRow(string? File, long? Line, string? Column, string Reason, string? RawRow)
{
    /// <summary>The names of the fields, where <see cref="RawRow"/> means nothing without them: of a CSV file, its header.</summary>
    public string? RawHeader { get; init; }

    /// <summary>Where and why, without the row itself.</summary>
    public override string ToString()
    {
        string line = Line is null ? string.Empty : FormattableString.Invariant($"line {Line}");
        string place = string.Join(", ", new[] { File, line, Column is null ? null : $"column {Column}" }.Where(part => !string.IsNullOrEmpty(part)));
        return place.Length == 0 ? Reason : $"{place}: {Reason}";
    }
}
