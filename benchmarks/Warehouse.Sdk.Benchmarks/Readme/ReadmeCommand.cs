namespace Warehouse.Sdk.Benchmarks.Readme;

/// <summary><c>readme [--check]</c>: writes the README's table of figures from the committed results, or says whether it is what they say.</summary>
internal static class ReadmeCommand
{
    private const string Usage = "readme [--check]";

    /// <returns>0 when the README is what the results say; 1 when <c>--check</c> found that it is not; 2 when the arguments are wrong.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        if (arguments is not ([] or ["--check"]))
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }

        string root = Root();
        string path = Path.Combine(root, "README.md");
        string written = (await File.ReadAllTextAsync(path)).ReplaceLineEndings("\n");
        string expected = ReadmeFigures.Put(written, await ReadmeFigures.ReadAsync(Path.Combine(root, "benchmarks", "results")));
        if (written == expected)
        {
            Console.WriteLine("The README's figures are those of the results.");
            return 0;
        }

        if (arguments.Count > 0)
        {
            await Console.Error.WriteLineAsync("The README's figures are not those of benchmarks/results. Write them with: dotnet run -c Release --project benchmarks/Warehouse.Sdk.Benchmarks -- readme");
            return 1;
        }

        await File.WriteAllTextAsync(path, expected);
        Console.WriteLine($"Wrote {path}.");
        return 0;
    }

    private static string Root()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Warehouse.Sdk.sln")))
            folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("The command runs from within the repository only.");
    }
}
