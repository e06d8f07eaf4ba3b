using Warehouse.Sdk.Benchmarks.History;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.Curves;

/// <summary>What may grow: rows, members, changes, attributes, links.</summary>
internal static class AllCurves
{
    private const int Changes = 10_000, MembersOfDelta = 1_000_000;

    public static IEnumerable<Curve> UpTo(long most) =>
    [
        .. OfEngine("duckdb", most, () => Engine.DuckDbAsync(), CustomerHistory.InDuckDbAsync),
        .. OfEngine("postgres", most, Engine.PostgresAsync, CustomerHistory.InPostgresAsync),
    ];

    private static IEnumerable<Curve> OfEngine(string name, long most, Func<Task<Engine>> open, Func<int, Task<CustomerHistory>> history) =>
    [
        new($"{name}-rows", "Typed rows of eleven columns into a staging table.", "rows", Up(most, 250_000, 1_000_000, 4_000_000, 16_000_000), size => StageAsync(open, size)),
        new($"{name}-snapshot", "A full snapshot of all members, 1% changed, 0.5% new.", "members", Up(most, 125_000, 500_000, 2_000_000, 8_000_000), size => SnapshotAsync(history, size)),
        new($"{name}-delta-members", "A delta of ten thousand changes into ever more members.", "members", Up(most, 125_000, 500_000, 2_000_000, 8_000_000), size => DeltaAsync(history, size, Changes, size)),
        new($"{name}-delta-rows", "Ever more changes into a million members.", "changes", Up(most, 1_000, 10_000, 100_000, 1_000_000), size => DeltaAsync(history, size, size, MembersOfDelta)),
        new($"{name}-attributes", "A full snapshot of a hundred thousand members, 1% changed, with ever more attributes.", "attributes", [5, 10, 20, 50, 100], size => AttributesAsync(open, size)),
        new($"{name}-links", "Half a million facts with ever more links to versioned dimensions.", "links", [1, 2, 4, 8, 12], size => LinksAsync(open, size)),
    ];

    private static long[] Up(long most, params long[] sizes) => [.. sizes.Where(size => size <= most)];

    private static async Task<CurvePoint> StageAsync(Func<Task<Engine>> open, long rows)
    {
        await using Engine engine = await open();
        ZoneTable<Order> table = null!;
        DimensionalModel.Create("curve", model => table = model.Landing<Order>("orders"));
        await using IWarehouseSession session = await engine.Provider.OpenSessionAsync(CancellationToken.None);
        CurvePoint point = await CurvePoint.MeasureAsync(rows, BeginAsync, StageAsync);
        await session.RollbackAsync();
        return point;

        async Task BeginAsync()
        {
            await session.RollbackAsync();
            await session.BeginAsync([], CancellationToken.None);
            foreach (var statement in engine.Provider.Dialect.Stage(new StagePlan(table)).Statements)
                await session.ExecuteAsync(statement, new Dictionary<string, object?>(), CancellationToken.None);
        }

        async Task StageAsync()
        {
            // One row for all: what is counted is what the way costs, not the rows.
            await using var feed = new ObjectFeed<Order>(Enumerable.Repeat(Order.Make(1), (int)rows), table.Rows);
            await session.StageAsync(table, feed, new RejectedRows(RejectPolicy.FailOnFirst), CancellationToken.None);
        }
    }

    private static async Task<CurvePoint> SnapshotAsync(Func<int, Task<CustomerHistory>> open, long members)
    {
        await using CustomerHistory history = await open((int)members);
        return await CurvePoint.MeasureAsync(members, () => history.PassDayAsync(), history.LoadSnapshotAsync);
    }

    private static async Task<CurvePoint> DeltaAsync(Func<int, Task<CustomerHistory>> open, long size, long changes, long members)
    {
        await using CustomerHistory history = await open((int)members);
        return await CurvePoint.MeasureAsync(size, () => history.PassDayForAsync((int)changes), history.LoadChangesAsync);
    }

    private static async Task<CurvePoint> AttributesAsync(Func<Task<Engine>> open, long attributes)
    {
        await using WideHistory history = await WideHistory.OpenAsync(await open(), (int)attributes);
        return await CurvePoint.MeasureAsync(attributes, history.PassDayAsync, history.LoadAsync);
    }

    private static async Task<CurvePoint> LinksAsync(Func<Task<Engine>> open, long links)
    {
        await using LinkedFact fact = await LinkedFact.OpenAsync(await open(), (int)links);
        return await CurvePoint.MeasureAsync(links, fact.EmptyAsync, fact.LoadAsync);
    }
}
