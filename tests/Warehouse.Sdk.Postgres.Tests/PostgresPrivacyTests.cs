using Microsoft.Extensions.Logging;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Postgres.Tests;

/// <summary>Errors and log messages tell what is wrong and where, and never what a row holds.</summary>
public sealed class PostgresPrivacyTests(PostgresTestStore store) : IClassFixture<PostgresTestStore>
{
    private const string Secret = "Sidsel Hansen";

    [Theory]
    [InlineData("a text that is too long", $"SELECT 1 AS id, '{Secret}' AS name, 1 AS amount")]
    [InlineData("a text that is no number", $"SELECT '{Secret}' AS id, 'x' AS name, 1 AS amount")]
    [InlineData("a number out of range, found while rows are read", $"SELECT 1 AS id, 'x' AS name, CAST(length('{Secret}') AS bigint) * 1000000000000 AS amount")]
    [InlineData("a NULL where none may be", $"SELECT NULL AS id, '{Secret}' AS name, 1 AS amount")]
    [InlineData("a cast in the query itself", $"SELECT CAST(word AS integer) AS id, 'x' AS name, 1 AS amount FROM (VALUES ('{Secret}')) AS words(word)")]
    public async Task A_load_that_fails_at_a_value_does_not_tell_it(string what, string query)
    {
        ZoneTable<Thing> table = null!;
        var model = DimensionalModel.Create("things", builder => table = builder.Enterprise<Thing>("thing", t => t.Key(thing => thing.Id).Column(thing => thing.Name, ColumnType.Varchar(3))));
        var log = new WrittenLog();
        await using var warehouse = new WarehouseClient(store.OpenProvider(await store.CreateDatabaseAsync()), model, logger: log);
        await warehouse.DeployAsync();

        var failure = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(table, Source.Query(query, description: what)));

        failure.Message.Should().MatchRegex("rolled back|Nothing was loaded").And.NotContain(Secret).And.NotContain("13000000000000");
        log.Messages.Should().NotBeEmpty().And.NotContain(message => message.Contains(Secret, StringComparison.Ordinal));
        (await warehouse.QueryAsync<long>("SELECT count(*) FROM enterprise.thing")).Should().Equal(0);
    }

    private sealed record Thing(int Id, string? Name, int Amount);

    private sealed class WrittenLog : ILogger
    {
        private readonly List<string> _messages = [];

        public IReadOnlyList<string> Messages => _messages;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
            => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => _messages.Add(formatter(state, exception));
    }
}
