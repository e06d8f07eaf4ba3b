using Npgsql;
using Warehouse.Sdk.Postgres.Testing;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>The words that have to be quoted are those of the server in use; the list holds later versions' words as well.</summary>
public sealed class PostgresReservedWordTests
{
    // New words of a later version are told by its own run of this test.
    private const int Known = 15;

    [Fact]
    public async Task Every_word_that_the_server_reserves_is_on_the_list()
    {
        var (words, _) = await WordsAsync();

        words.Except(PostgresIdentifierRules.ReservedWords).Should().BeEmpty();
    }

    [Fact]
    public async Task A_word_on_the_list_that_the_server_does_not_reserve_is_a_later_versions()
    {
        var (words, version) = await WordsAsync();
        string[] later = ["json", "json_array", "json_arrayagg", "json_exists", "json_object", "json_objectagg", "json_query", "json_scalar", "json_serialize", "json_table", "json_value", "merge_action", "system_user"];

        version.Should().BeGreaterThanOrEqualTo(Known);
        PostgresIdentifierRules.ReservedWords.Except(words).Except(later).Should().BeEmpty();
    }

    private static async Task<(IReadOnlyList<string> Words, int Version)> WordsAsync()
    {
        PostgresServer server = await PostgresServer.SharedAsync();
        await using NpgsqlConnection connection = new(server.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new("SELECT word FROM pg_get_keywords() WHERE catcode <> 'U'", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> words = [];
        while (await reader.ReadAsync())
            words.Add(reader.GetString(0));
        return (words, connection.PostgreSqlVersion.Major);
    }
}
