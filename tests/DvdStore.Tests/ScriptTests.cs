using System.Diagnostics;
using System.Text.Json.Nodes;
using DuckDB.NET.Data;
using Warehouse.Sdk.Conformance;

namespace DvdStore.Tests;

/// <summary>The sample as an application that may generate no code at run time, which is what <c>dotnet run app.cs</c> makes of a script.</summary>
public sealed class ScriptTests
{
    [Fact]
    public async Task A_script_loads_the_store_without_code_made_at_run_time_and_is_told_what_mapping_takes()
    {
        using var folder = new ScratchFolder();
        string sample = Path.Combine(AppContext.BaseDirectory, "DvdStore.dll");
        JsonNode settings = JsonNode.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(sample, ".runtimeconfig.json")))!;
        JsonObject options = settings["runtimeOptions"]!.AsObject();
        JsonObject properties = (JsonObject?)options["configProperties"] ?? [];
        options["configProperties"] = properties;
        properties["System.Runtime.CompilerServices.RuntimeFeature.IsDynamicCodeSupported"] = false;
        await File.WriteAllTextAsync(folder.Of("script.runtimeconfig.json"), settings.ToJsonString());

        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "exec", "--runtimeconfig", folder.Of("script.runtimeconfig.json"), "--depsfile", Path.ChangeExtension(sample, ".deps.json"), sample, "--days", "2", "--target", "duckdb:store.duckdb" })
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        (await error).Should().Contain("cannot be mapped").And.Contain("PublishAot=false");
        (await output).Should().Contain("What the facts and bridges took in");
        process.ExitCode.Should().Be(1);
        await using var again = new DuckDBConnection($"Data Source={folder.Of("store.duckdb")}");
        await again.OpenAsync();
        await using var count = again.CreateCommand();
        count.CommandText = "SELECT (SELECT count(*) FROM business.fact_payment) > 0 AND (SELECT count(*) FROM business.dim_customer) > 200";
        (await count.ExecuteScalarAsync()).Should().Be(true);
    }
}
