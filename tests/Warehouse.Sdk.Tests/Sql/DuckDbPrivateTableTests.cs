using System.Text.RegularExpressions;
using Warehouse.Sdk.DuckDb;

namespace Warehouse.Sdk.Tests;

/// <summary>A view of DuckDB looks its tables up when it is read: a source that bears the name of a private table must not be read in place.</summary>
public sealed class DuckDbPrivateTableTests
{
    [Fact]
    public void All_private_tables_of_a_merge_are_known_by_name()
    {
        string[] created = [.. Directory.GetFiles(Path.Combine(GoldenFile.Folder, "duckdb"), "scd_*.sql")
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), @"CREATE TEMP (?:TABLE|VIEW) (\w+)"))
            .Select(match => match.Groups[1].Value)
            .Distinct()];

        created.Should().Contain("news").And.BeSubsetOf(DuckDbStageSql.PrivateTables);
    }
}
