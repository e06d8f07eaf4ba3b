using System.Globalization;
using System.Text;

namespace Warehouse.Sdk.Benchmarks.Curves;

/// <summary>Draws curves as small plots beside each other, both axes logarithmic: what is linear in the size rises by one decade a decade.</summary>
internal static class CurvePlot
{
    private const int Columns = 3, Width = 340, Height = 250, Left = 52, Top = 34, Right = 16, Bottom = 38;

    public static string Draw(IReadOnlyList<MeasuredCurve> curves)
    {
        int rows = (curves.Count + Columns - 1) / Columns;
        var svg = new StringBuilder();
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<svg xmlns="http://www.w3.org/2000/svg" width="{Columns * Width}" height="{rows * Height}" font-family="sans-serif" font-size="11">""");
        svg.AppendLine("""<rect width="100%" height="100%" fill="white"/>""");
        foreach (var (index, curve) in curves.Index())
            DrawPanel(svg, curve, index % Columns * Width, index / Columns * Height);
        return svg.AppendLine("</svg>").ToString();
    }

    private static void DrawPanel(StringBuilder svg, MeasuredCurve measured, int x, int y)
    {
        (double Low, double High) sizes = Decades(measured.Points.Select(point => (double)point.Size)), seconds = Decades(measured.Points.Select(point => point.Seconds));
        double X(double size) => x + Left + ((Math.Log10(size) - sizes.Low) / (sizes.High - sizes.Low) * (Width - Left - Right));
        double Y(double value) => y + Height - Bottom - ((Math.Log10(value) - seconds.Low) / (seconds.High - seconds.Low) * (Height - Top - Bottom));

        svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{x + Left}" y="{y + 16}" font-weight="bold">{measured.Curve.Name}</text>""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{x + Left}" y="{y + 29}" fill="#666">seconds by {measured.Curve.Axis}; power {measured.Slope:0.00}</text>""");
        for (double decade = sizes.Low; decade <= sizes.High; decade++)
            DrawGrid(svg, X(Math.Pow(10, decade)), y + Top, X(Math.Pow(10, decade)), y + Height - Bottom, X(Math.Pow(10, decade)), y + Height - Bottom + 14, "middle", Short(Math.Pow(10, decade)));
        for (double decade = seconds.Low; decade <= seconds.High; decade++)
            DrawGrid(svg, x + Left, Y(Math.Pow(10, decade)), x + Width - Right, Y(Math.Pow(10, decade)), x + Left - 6, Y(Math.Pow(10, decade)) + 4, "end", Short(Math.Pow(10, decade)));
        string path = string.Join(" ", measured.Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.Size):0.0},{Y(point.Seconds):0.0}")));
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<polyline points="{path}" fill="none" stroke="#1f6feb" stroke-width="2"/>""");
        foreach (CurvePoint point in measured.Points)
            svg.AppendLine(CultureInfo.InvariantCulture, $"""<circle cx="{X(point.Size):0.0}" cy="{Y(point.Seconds):0.0}" r="3" fill="#1f6feb"><title>{point.Size:N0}: {point.Seconds:0.000} s</title></circle>""");
    }

    private static void DrawGrid(StringBuilder svg, double x1, double y1, double x2, double y2, double textX, double textY, string anchor, string text)
    {
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<line x1="{x1:0.0}" y1="{y1:0.0}" x2="{x2:0.0}" y2="{y2:0.0}" stroke="#ddd"/>""");
        svg.AppendLine(CultureInfo.InvariantCulture, $"""<text x="{textX:0.0}" y="{textY:0.0}" text-anchor="{anchor}" fill="#666">{text}</text>""");
    }

    private static (double Low, double High) Decades(IEnumerable<double> values)
    {
        double[] logs = [.. values.Select(Math.Log10)];
        (double low, double high) = (Math.Floor(logs.Min()), Math.Ceiling(logs.Max()));
        return (low, high > low ? high : low + 1);
    }

    private static string Short(double value) => value switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0}M"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0}k"),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
