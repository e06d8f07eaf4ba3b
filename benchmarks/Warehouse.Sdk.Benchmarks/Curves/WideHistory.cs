using System.Globalization;
using System.Linq.Expressions;
using System.Reflection;
using Dapper;
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
            .Type2([.. properties.Take(attributes).Select(Property)])
            .Ignore([.. properties.Skip(attributes).Select(Property)])));
        _warehouse = new WarehouseClient(engine.Provider, model);
    }

    public static async Task<WideHistory> OpenAsync(Engine engine, int attributes)
    {
        var history = new WideHistory(engine, attributes);
        string values = string.Join(", ", history._attributes.Select((name, index) => string.Create(CultureInfo.InvariantCulture, $"concat('value ', id % {index + 10}) AS {name}")));
        await history.ExecuteAsync(FormattableString.Invariant($"CREATE TABLE source_wide AS SELECT CAST(id AS bigint) AS id, {values} FROM generate_series(1, {Members}) AS number(id)"));
        await history._warehouse.DeployAsync();
        await history.LoadAsync();
        return history;
    }

    /// <summary>One member in a hundred changes.</summary>
    public Task PassDayAsync()
    {
        _day++;
        return ExecuteAsync(FormattableString.Invariant($"UPDATE source_wide SET {_attributes[0]} = 'day {_day}' WHERE id % 100 = {_day % 100}"));
    }

    public Task LoadAsync() => _warehouse.LoadAsync(_wide, Source.Query("SELECT * FROM source_wide"), new LoadOptions { Kind = BatchKind.FullSnapshot, AsOf = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(_day) });

    public async ValueTask DisposeAsync()
    {
        await _warehouse.DisposeAsync();
        _engine.CleanUp();
    }

    private async Task ExecuteAsync(string sql)
    {
        await using IWarehouseSession session = await _engine.Provider.OpenSessionAsync(CancellationToken.None);
        await session.Connection.ExecuteAsync(sql, commandTimeout: 0);
    }

    private static Expression<Func<WideRow, object?>> Property(PropertyInfo property)
    {
        ParameterExpression row = Expression.Parameter(typeof(WideRow), "row");
        return Expression.Lambda<Func<WideRow, object?>>(Expression.Convert(Expression.Property(row, property), typeof(object)), row);
    }
}
