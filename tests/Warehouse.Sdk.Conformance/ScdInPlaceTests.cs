namespace Warehouse.Sdk.Conformance;

/// <summary>A query that reads a table as it stands is read in place, any other is copied first: the same rows mean the same either way.</summary>
public abstract class ScdInPlaceTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    public sealed record Line(int? Id, string? Value, DateTime? Changed);

    private const string Plain = "SELECT * FROM landing.source_of_lines";
    private const string Composed = "SELECT DISTINCT * FROM (SELECT * FROM landing.source_of_lines) AS lines UNION ALL SELECT * FROM landing.source_of_lines WHERE FALSE";
    private const string View = "SELECT * FROM landing.view_of_lines";

    [Theory]
    [InlineData(Plain, true)]
    [InlineData("SELECT * FROM events", false)]
    [InlineData(View, false)]
    [InlineData(Composed, false)]
    public async Task A_snapshot_means_the_same_wherever_it_is_read(string query, bool mayStay)
    {
        await using var members = await OpenAsync(dimension => dimension.NaturalKey(line => line.Id).Type2(line => line.Value).Type1(line => line.Changed).WhenAbsent(Absent.Expire));
        await FillAsync(members, query, "(1, 'A', NULL), (2, 'B', NULL), (3, 'C', NULL), (4, NULL, NULL)");
        (await members.LoadAsync(Source.Query(query), Snapshot(1))).Counts.Should().Be(new LoadCounts { Read = 4, NewMembers = 4 });

        await FillAsync(members, query, "(1, 'A', NULL), (2, 'X', NULL), (4, NULL, NULL), (5, 'E', NULL)");
        LoadReport report = await members.LoadAsync(Source.Query(query), Snapshot(10));
        LoadReport again = await members.LoadAsync(Source.Query(query), Snapshot(11));

        report.Counts.Should().Be(new LoadCounts { Read = 4, Unchanged = 2, NewMembers = 1, NewVersions = 1, Expired = 1, ExpiredByAbsence = 1 });
        again.Outcome.Should().Be(LoadOutcome.NothingChanged);
        again.Counts.Should().Be(new LoadCounts { Read = 4, Unchanged = 4 });
        if (mayStay && store.ReadsInPlace)
            report.Steps.Should().Contain(step => step.Name == "read-in-place").And.NotContain(step => step.Name == "stage-query");
        await members.ExpectAsync("""
            id | value | valid_from | valid_to   | is_current
            1  | A     | 2024-01-01 | NULL       | true
            2  | B     | 2024-01-01 | 2024-01-10 | false
            2  | X     | 2024-01-10 | NULL       | true
            3  | C     | 2024-01-01 | 2024-01-10 | false
            4  | NULL  | 2024-01-01 | NULL       | true
            5  | E     | 2024-01-10 | NULL       | true
            """);
    }

    [Theory]
    [InlineData(Plain)]
    [InlineData(View)]
    public async Task Rows_that_cannot_be_taken_are_kept_wherever_they_are_read(string query)
    {
        await using var members = await OpenAsync(dimension => dimension.NaturalKey(line => line.Id).Type2(line => line.Value).EffectiveFrom(line => line.Changed));
        await FillAsync(members, query, "(1, 'A', timestamp '2024-01-01'), (2, 'B', timestamp '2024-01-01')");
        await members.LoadAsync(Source.Query(query), new LoadOptions());

        await FillAsync(members, query, """
            (1, 'X', timestamp '2024-01-10'), (1, 'incomplete', NULL), (NULL, 'nobody', timestamp '2024-01-10'),
            (2, 'B', timestamp '2024-01-10'), (2, 'other', timestamp '2024-01-10'),
            (3, 'C', timestamp '2024-01-10'), (3, 'C', timestamp '2024-01-10')
            """);
        LoadReport report = await members.LoadAsync(Source.Query(query), new LoadOptions { Rejects = RejectPolicy.KeepAll });

        report.Counts.Should().Be(new LoadCounts { Read = 7, Rejected = 4, Duplicates = 1, NewMembers = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to   | is_current
            1  | A     | 2024-01-01 | 2024-01-10 | false
            1  | X     | 2024-01-10 | NULL       | true
            2  | B     | 2024-01-01 | NULL       | true
            3  | C     | 2024-01-10 | NULL       | true
            """);
    }

    [Fact]
    public async Task An_empty_table_is_an_empty_snapshot()
    {
        await using var members = await OpenAsync(dimension => dimension.NaturalKey(line => line.Id).Type2(line => line.Value).Type1(line => line.Changed).WhenAbsent(Absent.Expire));
        await FillAsync(members, Plain, "(1, 'A', NULL)");
        await members.LoadAsync(Source.Query(Plain), Snapshot(1));
        await members.Warehouse.QueryAsync<dynamic>("DELETE FROM landing.source_of_lines");

        var refusal = await Assert.ThrowsAsync<WarehouseLoadException>(() => members.Warehouse.LoadAsync(members.Target, Source.Query(Plain), Snapshot(10)));

        refusal.Step.Should().Be("guard-empty-snapshot");
        (await members.Warehouse.LoadAsync(members.Target, Source.Query(Plain), new LoadOptions())).Outcome.Should().Be(LoadOutcome.NothingChanged);
    }

    private static LoadOptions Snapshot(int day) => new() { Kind = BatchKind.FullSnapshot, AsOf = new DateTimeOffset(2024, 1, day, 0, 0, 0, TimeSpan.Zero) };

    private Task<ScdDimension<Line>> OpenAsync(Action<DimensionBuilder<Line>> define) => ScdDimension.OpenAsync(store, define);

    // The table in the default schema bears the name of one of the SDK's private tables.
    private static async Task FillAsync(ScdDimension<Line> members, string query, string rows)
    {
        string table = query.EndsWith(" events", StringComparison.Ordinal) ? "events" : "landing.source_of_lines";
        await members.Warehouse.QueryAsync<dynamic>("CREATE SCHEMA IF NOT EXISTS landing");
        await members.Warehouse.QueryAsync<dynamic>($"CREATE TABLE IF NOT EXISTS {table} (id integer, value varchar(20), changed timestamp)");
        if (query == View)
            await members.Warehouse.QueryAsync<dynamic>("CREATE OR REPLACE VIEW landing.view_of_lines AS SELECT * FROM landing.source_of_lines");
        await members.Warehouse.QueryAsync<dynamic>($"DELETE FROM {table}");
        await members.Warehouse.QueryAsync<dynamic>($"INSERT INTO {table} VALUES {rows}");
    }
}
