namespace Warehouse.Sdk;

/// <summary>How far a fact has come.</summary>
/// <param name="Column">The watermark's column.</param>
/// <param name="Value">The greatest value that was read: a <see cref="DateTime"/> (UTC) for dates and timestamps, a <see cref="long"/> for whole numbers.</param>
/// <param name="ReloadFrom">Where the next load begins, and where a host therefore begins to read its source: the day of the value less the overlap.</param>
public sealed record FactWatermark(string Column, object Value, object ReloadFrom);

/// <summary>A stretch of a watermark that was loaded, or was not. Half-open; bounds as in <see cref="FactWatermark.Value"/>.</summary>
/// <param name="From">The first value.</param>
/// <param name="To">The first value behind it.</param>
public sealed record LoadedInterval(object From, object To);
