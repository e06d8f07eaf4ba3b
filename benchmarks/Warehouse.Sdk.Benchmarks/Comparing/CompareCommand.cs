using System.Runtime.InteropServices;

namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary><c>compare</c>: all comparisons, or those whose name holds what <c>--only</c> says.</summary>
internal sealed class CompareCommand(IReadOnlyList<Func<IComparison>> comparisons)
{
    /// <summary>By how much a ratio may fall short of the baseline's before that is more than the machine's mood.</summary>
    private const double Tolerance = 0.15;

    /// <returns>0 when all were run, met their bars and are no slower than the baseline; 1 when one is not; 2 when the arguments are wrong.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (CompareOptions.Parse(arguments) is not { } options)
        {
            await Console.Error.WriteLineAsync(CompareOptions.Usage);
            return 2;
        }

        ComparisonFile? baseline = options.Baseline is null ? null : await ComparisonFile.ReadAsync(options.Baseline);
        var report = new ComparisonReport(Console.Out);
        report.Begin(options.Rows, options.Rounds);
        (List<ComparisonResult> results, bool isComplete) = await CompareAsync(options, report);
        if (options.Json is not null)
            await FileOf(options, results).WriteAsync(options.Json);
        bool isSlower = baseline is not null && TellSlower(results, baseline, report);
        return isComplete && !isSlower && results.All(result => result.IsMet != false) ? 0 : 1;
    }

    private async Task<(List<ComparisonResult> Results, bool IsComplete)> CompareAsync(CompareOptions options, ComparisonReport report)
    {
        var runner = new ComparisonRunner(options.Rows, options.Rounds);
        List<ComparisonResult> results = [];
        bool isComplete = true;
        foreach (Func<IComparison> make in comparisons)
        {
            await using IComparison comparison = make();
            if (!comparison.Name.Contains(options.Only, StringComparison.OrdinalIgnoreCase))
                continue;
            try
            {
                results.Add(await runner.RunAsync(comparison));
                report.Add(results[^1]);
            }
            catch (Exception error)
            {
                // One engine that is not there must not keep the others from being compared.
                report.Fail(comparison, error);
                isComplete = false;
            }
        }

        return (results, isComplete);
    }

    private static ComparisonFile FileOf(CompareOptions options, IEnumerable<ComparisonResult> results) => new()
    {
        Machine = $"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}",
        Runtime = RuntimeInformation.FrameworkDescription,
        Packages = PackageVersions.All,
        Rows = options.Rows,
        Rounds = options.Rounds,
        Comparisons = [.. results.Select(result => result.Entry)],
    };

    private static bool TellSlower(IReadOnlyList<ComparisonResult> results, ComparisonFile baseline, ComparisonReport report)
    {
        bool isSlower = false;
        foreach (ComparisonResult result in results)
        {
            if (baseline.Comparisons.FirstOrDefault(entry => entry.Name == result.Comparison.Name) is not { } before || result.Ratio.Median >= before.Ratio * (1 - Tolerance))
                continue;
            report.TellSlower(result, before.Ratio);
            isSlower = true;
        }

        return isSlower;
    }
}
