using System.Globalization;
using Warehouse.Sdk.Benchmarks.Comparing;

namespace Warehouse.Sdk.Benchmarks.Ledger;

/// <summary>
/// <c>ledger [--engine duckdb|postgres] [--files N]</c>: what loads of one file and of a thousand cost before and after the ledger of the same database was
/// filled with ten million known files, half of them of the very target, and with ten thousand targets, their watermarks and intervals.
/// </summary>
internal static class LedgerCommand
{
    private const string Usage = "ledger [--engine duckdb|postgres] [--files N]";
    private const int Rounds = 7;

    /// <returns>0, or 2 when the arguments are wrong.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        (string engine, long files) = (string.Empty, 10_000_000);
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string value = i + 1 < arguments.Count ? arguments[i + 1] : string.Empty;
            if (arguments[i] == "--engine" && value is ("duckdb" or "postgres"))
                engine = value;
            else if (arguments[i] != "--files" || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out files))
                return await ExplainAsync();
        }

        Console.WriteLine(FormattableString.Invariant($"{Rounds} rounds after one to warm up, median (least-most) in seconds; {files:N0} files in the full ledger."));
        Console.WriteLine("engine | load | empty ledger | full ledger | ratio");
        if (engine != "postgres")
            await CompareAsync(await Engine.DuckDbAsync(), files);
        if (engine != "duckdb")
            await CompareAsync(await Engine.PostgresAsync(), files);
        return 0;
    }

    private static async Task CompareAsync(Engine engine, long files)
    {
        await using LedgerWarehouse warehouse = await LedgerWarehouse.OpenAsync(engine);
        Dictionary<string, Spread> empty = await MeasureAsync(warehouse);
        await warehouse.FillAsync(files);
        Dictionary<string, Spread> full = await MeasureAsync(warehouse);
        foreach ((string load, Spread before) in empty)
            Console.WriteLine(FormattableString.Invariant($"{engine.Name} | {load} | {before} | {full[load]} | {full[load].Median / before.Median:0.00}"));
    }

    private static async Task<Dictionary<string, Spread>> MeasureAsync(LedgerWarehouse warehouse)
    {
        Dictionary<string, List<double>> seconds = [];
        for (int round = 0; round <= Rounds; round++)
        {
            foreach ((string load, double taken) in await warehouse.RunRoundAsync())
            {
                seconds.TryAdd(load, []);
                if (round > 0)
                    seconds[load].Add(taken);
            }
        }

        return seconds.ToDictionary(load => load.Key, load => Spread.Of(load.Value));
    }

    private static async Task<int> ExplainAsync()
    {
        await Console.Error.WriteLineAsync(Usage);
        return 2;
    }
}
