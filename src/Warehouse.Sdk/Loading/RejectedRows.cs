namespace Warehouse.Sdk.Providers;

/// <summary>Collects the rows that could not be staged, as far as the load's policy allows.</summary>
public sealed class RejectedRows
{
    private readonly List<RejectedRow> _rows = [];

    internal RejectedRows(RejectPolicy policy) => Policy = policy;

    /// <summary>How many bad rows the load puts up with.</summary>
    public RejectPolicy Policy { get; }

    internal IReadOnlyList<RejectedRow> All => _rows;

    /// <summary>Keeps a row aside.</summary>
    /// <param name="row">The row and what is wrong with it.</param>
    /// <exception cref="WarehouseLoadException">The policy allows no more.</exception>
    public void Add(RejectedRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        _rows.Add(row);
        if (_rows.Count > Policy.MaxCount)
            throw Refusal(Policy, _rows.Count, _rows);
    }

    internal static WarehouseLoadException Refusal(RejectPolicy policy, long rejected, IReadOnlyList<RejectedRow> rows)
    {
        RejectedRow[] first = [.. rows.Take(10)];
        string more = rejected > first.Length ? FormattableString.Invariant($"\n  ... and {rejected - first.Length} more") : string.Empty;
        return new WarehouseLoadException(
            FormattableString.Invariant($"{rejected} row(s) cannot be loaded; the load's reject policy allows {policy}:\n  {string.Join("\n  ", first.Select(row => row.ToString()))}{more}\n")
            + "Nothing was loaded. Correct the rows, or allow rejects in LoadOptions.Rejects to keep them in the reject table and load the others.")
        {
            File = first.FirstOrDefault()?.File,
            Line = first.FirstOrDefault()?.Line,
            Column = first.FirstOrDefault()?.Column,
            Rejects = first,
        };
    }
}
