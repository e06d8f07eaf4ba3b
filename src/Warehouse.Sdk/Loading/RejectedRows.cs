namespace Warehouse.Sdk.Providers;

/// <summary>
/// Collects the rows that could not be staged, as far as the load's policy allows. A session that finds it full ends its call early, so that
/// the rows are kept in the reject table before it goes on: memory stays flat, however many there are.
/// </summary>
public sealed class RejectedRows
{
    private const int Capacity = 1000;
    private const int Told = 10;

    private readonly List<RejectedRow> _first = [];
    private List<RejectedRow> _rows = [];

    internal RejectedRows(RejectPolicy policy) => Policy = policy;

    /// <summary>How many bad rows the load puts up with.</summary>
    public RejectPolicy Policy { get; }

    /// <summary>True when the rows have to be kept before more come.</summary>
    public bool IsFull => _rows.Count >= Capacity;

    internal long Count { get; private set; }

    /// <summary>Keeps a row aside.</summary>
    /// <param name="row">The row and what is wrong with it.</param>
    /// <exception cref="WarehouseLoadException">The policy allows no more.</exception>
    public void Add(RejectedRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        Count++;
        _rows.Add(row);
        if (_first.Count < Told)
            _first.Add(row);
        if (Count > Policy.MaxCount)
            throw Refusal(Policy, Count, _first);
    }

    /// <summary>Hands over what was collected since the last time.</summary>
    internal IReadOnlyList<RejectedRow> Take()
    {
        List<RejectedRow> taken = _rows;
        _rows = [];
        return taken;
    }

    internal static WarehouseLoadException Refusal(RejectPolicy policy, long rejected, IReadOnlyList<RejectedRow> rows)
    {
        RejectedRow[] first = [.. rows.Take(Told)];
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
