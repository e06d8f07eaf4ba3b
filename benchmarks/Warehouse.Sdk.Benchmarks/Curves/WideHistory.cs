using System.Globalization;
using System.Reflection;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.Curves;

/// <summary>A versioned dimension of a hundred thousand members with as many attributes as are asked for.</summary>
internal sealed class WideHistory : IAsyncDisposable
{
    private const int Members = 100_000;

    private readonly Engine _engine;
    private readonly WarehouseClient _warehouse;
    private readonly string[] _attributes;
    private Dimension<WideRow> _wide = null!;
    private int _day;

    private WideHistory(Engine engine, int attributes)
    {
        _engine = engine;
        PropertyInfo[] properties = [.. typeof(WideRow).GetProperties().Where(property => property.PropertyType == typeof(string))];
        _attributes = [.. properties.Take(attributes).Select(property => property.Name.ToLowerInvariant())];
        var model = DimensionalModel.Create("wide", builder => _wide = builder.Dimension<WideRow>("dim_wide", dimension => dimension
            .NaturalKey(row => row.Id)
            .Type2([.. properties.Take(attributes).Select(RowProperty.Of<WideRow>)])
            .Ignore([.. properties.Skip(attributes).Select(RowProperty.Of<WideRow>)])));
        _warehouse = new WarehouseClient(engine.Provider, model);
    }

    public static Task<WideHistory> OpenAsync(Engine engine, int attributes) => engine.WithAsync(() => new WideHistory(engine, attributes), history => history.BeginAsync());

    /// <summary>One member in a hundred changes.</summary>
    public Task PassDayAsync()
    {
        _day++;
        return _engine.ExecuteAsync(FormattableString.Invariant($"UPDATE source_wide SET {_attributes[0]} = 'day {_day}' WHERE id % 100 = {_day % 100}"));
    }

    public Task LoadAsync() => _warehouse.LoadAsync(_wide, Source.Query("SELECT * FROM source_wide"), new LoadOptions { Kind = BatchKind.FullSnapshot, AsOf = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(_day) });

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private async Task BeginAsync()
    {
        string values = string.Join(", ", _attributes.Select((name, index) => string.Create(CultureInfo.InvariantCulture, $"concat('value ', id % {index + 10}) AS {name}")));
        await _engine.ExecuteAsync(FormattableString.Invariant($"CREATE TABLE source_wide AS SELECT CAST(id AS bigint) AS id, {values} FROM generate_series(1, {Members}) AS number(id)"));
        await _warehouse.DeployAsync();
        await LoadAsync();
    }
}
