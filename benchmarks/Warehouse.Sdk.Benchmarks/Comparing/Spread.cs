namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary>Median, least and most of a figure over the rounds.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        double median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    public override string ToString() => FormattableString.Invariant($"{Median:0.000} ({Least:0.000}-{Most:0.000})");
}
