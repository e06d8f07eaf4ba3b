namespace Warehouse.Sdk.Benchmarks.Curves;

/// <summary>One load at growing sizes.</summary>
/// <param name="Name">One word for <c>--only</c>.</param>
/// <param name="Description">What is loaded, and what grows.</param>
/// <param name="Axis">What the size counts.</param>
/// <param name="Sizes">From small to large.</param>
/// <param name="MeasureAsync">Measures one size.</param>
internal sealed record Curve(string Name, string Description, string Axis, IReadOnlyList<long> Sizes, Func<long, Task<CurvePoint>> MeasureAsync);

/// <summary>A curve with its points.</summary>
/// <param name="Curve">The curve.</param>
/// <param name="Points">As many as there are sizes.</param>
internal sealed record MeasuredCurve(Curve Curve, IReadOnlyList<CurvePoint> Points)
{
    /// <summary>The power of the size that the seconds grow by, by least squares: 1 is linear, 0 is constant.</summary>
    public double Slope
    {
        get
        {
            (double X, double Y)[] logs = [.. Points.Select(point => (Math.Log(point.Size), Math.Log(point.Seconds)))];
            double x = logs.Average(log => log.X), y = logs.Average(log => log.Y);
            double spread = logs.Sum(log => (log.X - x) * (log.X - x));
            return spread == 0 ? 0 : logs.Sum(log => (log.X - x) * (log.Y - y)) / spread;
        }
    }
}
