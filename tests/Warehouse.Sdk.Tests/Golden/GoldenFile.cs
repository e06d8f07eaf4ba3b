using System.Reflection;

namespace Warehouse.Sdk.Tests;

/// <summary>Compares a script with the file that is checked in, or rewrites the file when WAREHOUSE_REWRITE_GOLDEN=1.</summary>
internal static class GoldenFile
{
    private const string RewriteVariable = "WAREHOUSE_REWRITE_GOLDEN";

    public static string Folder { get; } = typeof(GoldenFile).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "GoldenFolder").Value!;

    public static void Expect(string dialect, string name, string actual)
    {
        string path = Path.Combine(Folder, dialect, name + ".sql");
        if (MayRewrite(Environment.GetEnvironmentVariable(RewriteVariable), Environment.GetEnvironmentVariable("CI")))
            File.WriteAllText(path, actual);
        if (!File.Exists(path))
            Assert.Fail($"There is no golden file {path}. Read the script, then write the file with {RewriteVariable}=1:\n{actual}");
        string expected = File.ReadAllText(path).ReplaceLineEndings("\n");
        if (expected != actual)
            Assert.Fail($"{dialect}/{name}.sql differs from line {FirstDifference(expected, actual)} on. If that is meant, rewrite it with {RewriteVariable}=1 and read the difference.\n{actual}");
    }

    /// <summary>Where nobody reads the difference, nothing is rewritten.</summary>
    public static bool MayRewrite(string? rewrite, string? ci)
    {
        if (rewrite != "1")
            return false;
        if (string.Equals(ci, "true", StringComparison.OrdinalIgnoreCase))
            Assert.Fail($"{RewriteVariable} is set in CI; golden files are rewritten by people, who read the difference.");
        return true;
    }

    private static int FirstDifference(string expected, string actual)
        => expected.Split('\n').Zip(actual.Split('\n')).TakeWhile(pair => pair.First == pair.Second).Count() + 1;
}
