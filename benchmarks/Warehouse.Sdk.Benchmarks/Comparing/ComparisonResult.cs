namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary>The rounds that count of one comparison, side by side.</summary>
internal sealed record ComparisonResult(IComparison Comparison, int Rows, IReadOnlyList<Measurement> Ours, IReadOnlyList<Measurement> Theirs)
{
    public Spread OurSeconds => Spread.Of(Ours.Select(round => round.Seconds));

    public Spread TheirSeconds => Spread.Of(Theirs.Select(round => round.Seconds));

    /// <summary>How many times as fast: the median over the rounds, as the two sides of a round share the machine's mood.</summary>
    public Spread Ratio => Spread.Of(Ours.Zip(Theirs, (ours, theirs) => theirs.Seconds / ours.Seconds));

    /// <summary>The same in processor time of all threads, which other work on the machine hardly moves.</summary>
    public Spread CpuRatio => Spread.Of(Ours.Zip(Theirs, (ours, theirs) => theirs.CpuSeconds / ours.CpuSeconds));

    public double OurBytesPerRow => Spread.Of(Ours.Select(round => (double)round.AllocatedBytes / Rows)).Median;

    public double TheirBytesPerRow => Spread.Of(Theirs.Select(round => (double)round.AllocatedBytes / Rows)).Median;

    /// <summary>As it is kept in a file.</summary>
    public ComparisonFile.Entry Entry => new(
        Comparison.Name,
        Comparison.Description,
        Comparison.Engine,
        Math.Round(OurSeconds.Median, 3),
        Math.Round(TheirSeconds.Median, 3),
        Math.Round(Ratio.Median, 3),
        Math.Round(Ratio.Least, 3),
        Math.Round(Ratio.Most, 3),
        Comparison.Bar,
        Math.Round(OurBytesPerRow, 1),
        Math.Round(TheirBytesPerRow, 1));

    public bool? IsMet => Comparison.Bar is { } bar ? Ratio.Median >= bar : null;
}
