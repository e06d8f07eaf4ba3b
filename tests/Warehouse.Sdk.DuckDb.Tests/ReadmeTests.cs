using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public void The_example_in_the_readme_is_the_compiled_one()
    {
        string readme = Read("README.md");
        foreach (string part in new[] { "readme", "readme-rows", "readme-verify" })
            readme.Should().Contain(Part(Read("tests/Warehouse.Sdk.DuckDb.Tests/ReadmeExample.cs"), part));
    }

    [Fact]
    public async Task The_example_gives_what_the_readme_says()
    {
        var (versions, revenue, report, ann, broken) = await ReadmeExample.RunAsync();
        versions.Select(v => FormattableString.Invariant($"{v.CustomerId} {v.Email} {v.City} {v.ValidFrom:yyyy-MM-dd} {v.ValidTo:yyyy-MM-dd} {v.Version}")).Should().Equal(
            "1 ann@example.org Aarhus 2026-03-01 2026-03-10 1",
            "1 ann@example.org Aalborg 2026-03-10  2",
            "2 bob@example.com Bergen 2026-03-01  1");
        revenue.Should().Equal(new ReadmeExample.CityRevenue("Aalborg", 4.50m), new ReadmeExample.CityRevenue("Aarhus", 9.90m), new ReadmeExample.CityRevenue("Bergen", 2.00m));
        ann.Should().Equal(versions.Take(2));
        Read("README.md").Should().Contain($"\n{report}\n").And.Contain($"\n{broken}\n");
    }

    private static string Part(string source, string name)
    {
        string[] lines = source.Split('\n');
        int first = Array.FindIndex(lines, line => line.Trim() == $"// <{name}>") + 1;
        int last = Array.FindIndex(lines, line => line.Trim() == $"// </{name}>");
        string[] part = lines[first..last];
        int indent = part.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', part.Select(line => line.Length > indent ? line[indent..] : line));
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Repository.Folder, path)).ReplaceLineEndings("\n");
}
