using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Reads how far facts have come. Holds no target: a load that runs meanwhile is seen when it is committed.</summary>
internal sealed class FactLedger(IWarehouseProvider provider, DimensionalModel model)
{
    private readonly ILedgerSql _ledger = provider.Dialect.Ledger(model.Conventions.LedgerSchema);

    public async Task<FactWatermark?> WatermarkAsync(Fact fact, object? scope, CancellationToken cancellationToken)
    {
        Growth growth = Expect(fact, scope);
        var rows = await QueryAsync(_ledger.ReadWatermark, fact, scope, cancellationToken).ConfigureAwait(false);
        if (rows is not [{ } row, ..] || row["value"] is not string text)
            return null;
        object value = Read(growth, text);
        object reloadFrom = value is DateTime time ? time.Date - growth.Overlap : (long)value - growth.NumberOverlap;
        return new FactWatermark(growth.Watermark!.Name.Value, value, reloadFrom);
    }

    public async Task<IReadOnlyList<LoadedInterval>> IntervalsAsync(Fact fact, object? scope, CancellationToken cancellationToken)
    {
        Growth growth = Expect(fact, scope);
        var rows = await QueryAsync(_ledger.ReadIntervals, fact, scope, cancellationToken).ConfigureAwait(false);
        return IntervalSet.Merge(rows.Select(row => new LoadedInterval(Read(growth, (string)row["lower_bound"]!), Read(growth, (string)row["upper_bound"]!))));
    }

    public async Task<IReadOnlyList<LoadedInterval>> HolesAsync(Fact fact, object from, object to, object? scope, CancellationToken cancellationToken)
    {
        Growth growth = Expect(fact, scope);
        IReadOnlyList<LoadedInterval> loaded = await IntervalsAsync(fact, scope, cancellationToken).ConfigureAwait(false);
        return IntervalSet.Holes(loaded, FactOptions.Bound(fact, growth, from), FactOptions.Bound(fact, growth, to));
    }

    private async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> QueryAsync(SqlStatement statement, Fact fact, object? scope, CancellationToken cancellationToken)
    {
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var parameters = new Dictionary<string, object?> { ["target"] = fact.Name.ToString(), ["column_name"] = FactOptions.WatermarkName(fact, fact.Definition.Growth, scope) };
            return await session.QueryAsync(statement, parameters, cancellationToken).ConfigureAwait(false);
        }
    }

    private Growth Expect(Fact fact, object? scope)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (!model.Contains(fact))
            throw new ArgumentException($"{fact.Name} is not a table of the model '{model.Name}' this warehouse was opened with.", nameof(fact));
        if (fact.Definition.Growth is not { Watermark: not null } growth)
            throw new ArgumentException($"{fact.Name} has no watermark; add Watermark(x => x.Time) or FromWatermark(x => x.Time) to the fact.", nameof(fact));
        if (scope is not null && growth.Scope is null)
            throw new ArgumentException($"{fact.Name} has no column to be loaded within, and so one watermark for all of it; add Within(x => x.Region) to the fact, or leave the scope out.", nameof(scope));
        if (growth is { Scope: { } part, Strategy: FactStrategy.FromWatermark } && scope is null)
            throw new ArgumentException($"{fact.Name} has a watermark for each {part.Name}; say which one is meant in the scope.", nameof(scope));
        return growth;
    }

    private static object Read(Growth growth, string text) => growth.IsTime
        ? DateTime.SpecifyKind(DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind), DateTimeKind.Utc)
        : long.Parse(text, CultureInfo.InvariantCulture);
}
