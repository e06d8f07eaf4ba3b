using System.Globalization;
using System.Runtime.InteropServices;
using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Curves;

/// <summary><c>curve [--only NAME] [--most SIZE] [--out FOLDER]</c>: a table for each curve, and with <c>--out</c> all of them as a table and a plot in files.</summary>
internal static class CurveCommand
{
    private const string Usage = "curve [--only NAME] [--most SIZE] [--out FOLDER]";

    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        (string only, long most, string? folder) = (string.Empty, 2_000_000, null);
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string value = i + 1 < arguments.Count ? arguments[i + 1] : string.Empty;
            if (arguments[i] == "--only" && value.Length > 0)
                only = value;
            else if (arguments[i] == "--out" && value.Length > 0)
                folder = value;
            else if (arguments[i] != "--most" || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out most))
                return await ExplainAsync();
        }

        List<MeasuredCurve> curves = [];
        foreach (Curve curve in AllCurves.UpTo(most).Where(curve => curve.Sizes.Count > 0 && curve.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
            curves.Add(await MeasureAsync(curve));
        if (curves.Count == 0)
        {
            await Console.Error.WriteLineAsync(FormattableString.Invariant($"No curve whose name holds '{only}' has a size up to {most}."));
            return 2;
        }

        if (folder is not null)
            await WriteAsync(folder, curves);
        return 0;
    }

    private static async Task<MeasuredCurve> MeasureAsync(Curve curve)
    {
        Console.WriteLine($"{curve.Name}: {curve.Description}");
        List<CurvePoint> points = [];
        foreach (long size in curve.Sizes)
        {
            points.Add(await curve.MeasureAsync(size));
            Console.WriteLine("    " + Line(curve, points[^1]));
        }

        var measured = new MeasuredCurve(curve, points);
        Console.WriteLine(FormattableString.Invariant($"    seconds grow with the {measured.Slope:0.00}th power of {curve.Axis}"));
        return measured;
    }

    private static string Line(Curve curve, CurvePoint point)
        => FormattableString.Invariant($"{point.Size,12:N0} {curve.Axis}: {point.Seconds,8:0.000} s, {point.AllocatedBytes / 1e6,8:0.0} MB allocated, {point.PeakBytes / 1e6,8:0.0} MB of working set added");

    private static async Task WriteAsync(string folder, IReadOnlyList<MeasuredCurve> curves)
    {
        Directory.CreateDirectory(folder);
        IEnumerable<string> rows = curves.SelectMany(measured => measured.Points.Select(point => FormattableString.Invariant(
            $"| {measured.Curve.Name} | {point.Size:N0} {measured.Curve.Axis} | {point.Seconds:0.000} | {point.AllocatedBytes / 1e6:0.0} | {point.PeakBytes / 1e6:0.0} | {measured.Slope:0.00} |")));
        string machine = $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, DuckDB.NET {PackageVersions.All["DuckDB.NET.Data"]}, Npgsql {PackageVersions.All["Npgsql"]}";
        await File.WriteAllLinesAsync(Path.Combine(folder, "curves.md"), [machine, string.Empty, "| load | size | seconds | allocated MB | working set added MB | power of the size |", "| --- | ---: | ---: | ---: | ---: | ---: |", .. rows]);
        await File.WriteAllTextAsync(Path.Combine(folder, "curves.svg"), CurvePlot.Draw(curves));
    }

    private static async Task<int> ExplainAsync()
    {
        await Console.Error.WriteLineAsync(Usage);
        return 2;
    }
}
