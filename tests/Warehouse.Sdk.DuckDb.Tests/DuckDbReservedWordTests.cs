using DuckDB.NET.Data;

namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>The words that have to be quoted are those of the engine in use.</summary>
public sealed class DuckDbReservedWordTests
{
    [Fact]
    public async Task The_list_is_the_engines_own()
    {
        await using var connection = new DuckDBConnection("Data Source=:memory:");
        await connection.OpenAsync();
        await using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT keyword_name FROM duckdb_keywords() WHERE keyword_category <> 'unreserved'";
        await using DuckDBDataReader reader = command.ExecuteReader();
        List<string> words = [];
        while (await reader.ReadAsync())
            words.Add(reader.GetString(0));

        DuckDbIdentifierRules.ReservedWords.Should().BeEquivalentTo(words);
    }
}
