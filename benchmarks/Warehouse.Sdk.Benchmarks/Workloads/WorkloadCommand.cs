using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Workload;

namespace Warehouse.Sdk.Benchmarks.Workloads;

/// <summary>
/// <c>workload [--engine duckdb|postgres] [--scale N] [--days N] [--seed N] [--json FILE]</c>: a historical load and daily batches of a parcel service,
/// and an audit of everything that is stored afterwards. Both engines when none is named.
/// </summary>
internal static class WorkloadCommand
{
    private const string Usage = "workload [--engine duckdb|postgres] [--scale N] [--days N] [--seed N] [--json FILE]";

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <returns>0 when everything is as the manifest says; 1 when something is not; 2 when the arguments are wrong.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        (string engine, string? json, var options) = (string.Empty, null, new WorkloadOptions());
        for (int i = 0; i < arguments.Count; i += 2)
        {
            string value = i + 1 < arguments.Count ? arguments[i + 1] : string.Empty;
            bool isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0;
            switch (arguments[i])
            {
                case "--engine" when value is "duckdb" or "postgres":
                    engine = value;
                    break;
                case "--scale" when isNumber:
                    options = options with { Scale = number };
                    break;
                case "--days" when isNumber && number <= WorkloadOptions.MostDays:
                    options = options with { Days = number };
                    break;
                case "--seed" when isNumber:
                    options = options with { Seed = number };
                    break;
                case "--json" when value.Length > 0:
                    json = value;
                    break;
                default:
                    await Console.Error.WriteLineAsync(Usage);
                    return 2;
            }
        }

        Console.WriteLine(FormattableString.Invariant($"{Environment.ProcessorCount} cores, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}; scale {options.Scale}, {options.Days} days, seed {options.Seed}."));
        Manifest manifest = Manifest.Of(options);
        List<WorkloadResult> results = [];
        if (engine != "postgres")
            results.Add(await RunAsync(manifest, () => Engine.DuckDbAsync()));
        if (engine != "duckdb")
            results.Add(await RunAsync(manifest, Engine.PostgresAsync));
        if (json is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(json))!);
            await File.WriteAllTextAsync(json, JsonSerializer.Serialize(new WorkloadFile($"{Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}", RuntimeInformation.FrameworkDescription, options, results), Format) + "\n");
        }

        return results.All(result => result.Differences == 0) ? 0 : 1;
    }

    private static async Task<WorkloadResult> RunAsync(Manifest manifest, Func<Task<Engine>> open)
    {
        await using Engine engine = await open();
        var model = new ParcelModel(manifest.Options);
        await using var warehouse = new WarehouseClient(engine.Provider, DimensionalModel.Create(model));
        await warehouse.DeployAsync();
        var run = new WorkloadRun(warehouse, model, manifest.Options, () => BytesWritten.OfAsync(engine));
        List<WorkloadDay> days = [];
        MemoryUse memory = await MemoryUse.OfAsync(async () =>
        {
            for (int day = 0; day <= manifest.Options.Days; day++)
                days.Add(await run.LoadAsync(day));
        });
        IReadOnlyList<Difference> differences = await new WorkloadAudit(warehouse, manifest).RunAsync(days);
        WorkloadResult result = WorkloadResult.Of(engine, days, memory, differences.Count, await BytesWritten.StoredAsync(engine));
        Console.WriteLine(result.ToString());
        if (differences.Count > 0)
            Console.WriteLine(Difference.Draw(differences));
        return result;
    }

    private sealed record WorkloadFile(string Machine, string Runtime, WorkloadOptions Options, IReadOnlyList<WorkloadResult> Results);
}
