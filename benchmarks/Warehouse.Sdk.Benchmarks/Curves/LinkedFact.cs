using System.Globalization;
using System.Reflection;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.Curves;

/// <summary>A fact with as many links as are asked for, each to a versioned dimension of ten thousand members.</summary>
internal sealed class LinkedFact : IAsyncDisposable
{
    private const int Members = 10_000, Rows = 500_000;

    private readonly Engine _engine;
    private readonly WarehouseClient _warehouse;
    private readonly List<Dimension<LinkedMember>> _dimensions = [];
    private Fact<LinkRow> _fact = null!;

    private LinkedFact(Engine engine, int links)
    {
        _engine = engine;
        PropertyInfo[] keys = [.. typeof(LinkRow).GetProperties().Where(property => property.Name[0] == 'K')];
        var model = DimensionalModel.Create("links", builder =>
        {
            foreach (PropertyInfo key in keys.Take(links))
                _dimensions.Add(builder.Dimension<LinkedMember>($"dim_{key.Name.ToLowerInvariant()}", dimension => dimension.NaturalKey(row => row.Id).Type2(row => row.Label)));
            _fact = builder.Fact<LinkRow>("fact_link", fact =>
            {
                fact.Grain("one row", row => row.Id).Degenerate(row => row.At).Measure(row => row.Amount).Ignore([.. keys.Skip(links).Select(RowProperty.Of<LinkRow>)]);
                foreach (var (index, key) in keys.Take(links).Index())
                    fact.Dimension(_dimensions[index], RowProperty.Of<LinkRow>(key), asOf: row => row.At, role: key.Name.ToLowerInvariant());
            });
        });
        _warehouse = new WarehouseClient(engine.Provider, model);
    }

    public static Task<LinkedFact> OpenAsync(Engine engine, int links) => engine.WithAsync(() => new LinkedFact(engine, links), fact => fact.BeginAsync());

    public Task EmptyAsync() => _engine.ExecuteAsync("DELETE FROM business.fact_link");

    public Task LoadAsync() => _warehouse.LoadAsync(_fact, Source.Query("SELECT * FROM source_link"));

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private async Task BeginAsync()
    {
        await _warehouse.DeployAsync();
        foreach (Dimension<LinkedMember> dimension in _dimensions)
            await _warehouse.LoadAsync(dimension, Enumerable.Range(0, Members).Select(id => new LinkedMember(id, string.Create(CultureInfo.InvariantCulture, $"member {id}"))), new LoadOptions { AsOf = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero) });
        string keys = string.Join(", ", Enumerable.Range(1, 12).Select(number => string.Create(CultureInfo.InvariantCulture, $"CAST(CAST(id AS bigint) * {(number * 7919) + 1} % {Members} AS integer) AS k{number:00}")));
        await _engine.ExecuteAsync(FormattableString.Invariant($"CREATE TABLE source_link AS SELECT CAST(id AS bigint) AS id, CAST('2025-01-01' AS timestamp) + (id % 1000000) * INTERVAL '1' second AS at, {keys}, CAST(id % 9 AS integer) AS amount FROM generate_series(1, {Rows}) AS number(id)"));
    }
}
