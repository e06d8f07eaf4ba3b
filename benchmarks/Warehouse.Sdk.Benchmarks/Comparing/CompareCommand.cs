using System.Globalization;

namespace Warehouse.Sdk.Benchmarks.Comparing;

/// <summary><c>compare [--only NAME] [--rows N] [--rounds N]</c>: all comparisons, or those whose name holds NAME.</summary>
internal sealed class CompareCommand(IReadOnlyList<Func<IComparison>> comparisons)
{
    private const int FewestRounds = 5;
    private const string Usage = "compare [--only NAME] [--rows N] [--rounds N]";

    /// <returns>0 when all were run and met their bars, 1 when one did not, 2 when the arguments are wrong.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        (string only, int rows, int rounds) = (string.Empty, 1_000_000, FewestRounds);
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string value = i + 1 < arguments.Count ? arguments[i + 1] : string.Empty;
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
            if (arguments[i] == "--only" && value.Length > 0)
                only = value;
            else if (arguments[i] == "--rows" && isNumber && number > 0)
                rows = number;
            else if (arguments[i] == "--rounds" && isNumber)
                rounds = Math.Max(FewestRounds, number);
            else
                return await ExplainAsync();
        }

        return await CompareAsync(only, rows, rounds);
    }

    private async Task<int> CompareAsync(string only, int rows, int rounds)
    {
        var report = new ComparisonReport(Console.Out);
        var runner = new ComparisonRunner(rows, rounds);
        report.Begin(rows, rounds);
        int status = 0;
        foreach (Func<IComparison> make in comparisons)
        {
            await using IComparison comparison = make();
            if (!comparison.Name.Contains(only, StringComparison.OrdinalIgnoreCase))
                continue;
            try
            {
                ComparisonResult result = await runner.RunAsync(comparison);
                report.Add(result);
                status = result.IsMet == false ? 1 : status;
            }
            catch (Exception error)
            {
                // One engine that is not there must not keep the others from being compared.
                report.Fail(comparison, error);
                status = 1;
            }
        }

        return status;
    }

    private static async Task<int> ExplainAsync()
    {
        await Console.Error.WriteLineAsync(Usage);
        return 2;
    }
}
