namespace Warehouse.Sdk;

/// <summary>
/// How many bad rows a load puts up with. Within the limits they are kept in <c>warehouse.reject</c> with file, line, column and reason,
/// and the good rows are loaded; beyond them the load fails and nothing is loaded.
/// </summary>
public sealed record RejectPolicy
{
    private RejectPolicy(long maxCount, double maxFraction) => (MaxCount, MaxFraction) = (maxCount, maxFraction);

    /// <summary>The first bad row fails the load. The default.</summary>
    public static RejectPolicy FailOnFirst { get; } = new(0, 1);

    /// <summary>Bad rows are kept aside, however many there are.</summary>
    public static RejectPolicy KeepAll { get; } = new(long.MaxValue, 1);

    /// <summary>The greatest number of rejected rows.</summary>
    public long MaxCount { get; }

    /// <summary>The greatest part of the rows read that may be rejected, 0 to 1.</summary>
    public double MaxFraction { get; }

    /// <summary>Up to this many bad rows.</summary>
    /// <param name="count">0 or more.</param>
    public static RejectPolicy UpTo(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new RejectPolicy(count, 1);
    }

    /// <summary>Up to this part of the rows read.</summary>
    /// <param name="fraction">0 to 1.</param>
    public static RejectPolicy UpToFraction(double fraction)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fraction);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fraction, 1);
        return new RejectPolicy(long.MaxValue, fraction);
    }

    internal bool Allows(long rejected, long read) => rejected <= MaxCount && rejected <= MaxFraction * read;

    /// <summary>The policy in words.</summary>
    public override string ToString() => this switch
    {
        { MaxCount: 0 } => "none",
        { MaxFraction: < 1 } => FormattableString.Invariant($"up to {MaxFraction * 100:0.####} % of the rows"),
        { MaxCount: long.MaxValue } => "any number",
        _ => FormattableString.Invariant($"up to {MaxCount}"),
    };
}
