using System.Linq.Expressions;
using System.Reflection;

namespace Warehouse.Sdk;

public sealed partial class FactBuilder<TRow>
{
    private FactStrategy? _strategy;
    private AppendConflict _conflict;
    private PropertyInfo? _watermark;
    private TimeSpan _overlap;
    private long _numberOverlap;
    private TimeSpan? _maxFuture;
    private bool _allowLostWatermark;
    private PropertyInfo? _partition;
    private PartitionBy? _partitionBy;
    private PropertyInfo? _scope;

    /// <summary>Takes batches in by grain: new rows are inserted, changed rows updated. The default.</summary>
    public FactBuilder<TRow> Upsert() => Strategy(FactStrategy.Upsert);

    /// <summary>Replaces all rows by every batch. A source without rows is refused unless <see cref="LoadOptions.AllowEmpty"/> says otherwise.</summary>
    public FactBuilder<TRow> FullRefresh() => Strategy(FactStrategy.FullRefresh);

    /// <summary>Only adds rows. Those whose grain stands in the table already are duplicates when they are equal.</summary>
    /// <param name="conflict">What happens when they differ. The default is <see cref="AppendConflict.Reject"/>.</param>
    public FactBuilder<TRow> Append(AppendConflict conflict = AppendConflict.Reject)
    {
        _conflict = conflict;
        return Strategy(FactStrategy.Append);
    }

    /// <summary>
    /// Replaces the partitions that a batch has rows of, whole. A row that moved here from another partition leaves that one. A partition that has
    /// become empty in the source is named in <see cref="LoadOptions.EmptyPartitions"/>.
    /// </summary>
    /// <param name="partition">The column; rows in which it is NULL are rejected.</param>
    /// <param name="by">What of it makes the partition. The default is the day of a date or timestamp, and the value of anything else.</param>
    public FactBuilder<TRow> ReplacePartition(Expression<Func<TRow, object?>> partition, PartitionBy? by = null)
    {
        (_partition, _partitionBy) = (Use(partition), by);
        return Strategy(FactStrategy.ReplacePartition);
    }

    /// <summary>
    /// Deletes what is at the watermark and loads from it on, in one transaction. Days are taken whole. The watermark is the greatest value that was
    /// read so far, also of rows that were rejected later; it stands in the ledger and is committed with the data.
    /// </summary>
    /// <param name="watermark">A date, timestamp or whole number of the row.</param>
    /// <param name="overlap">How far before the greatest watermark the reload begins, to catch late rows. The default is zero; only for dates and timestamps.</param>
    /// <param name="maxFuture">Rows dated further than this after the load's start are rejected and never move the watermark. By default there is no limit.</param>
    /// <param name="allowLostWatermark">
    /// Accepts a source that no longer holds anything at the greatest watermark. The default is <see langword="false"/>: such a load is refused,
    /// or every run would eat one more day.
    /// </param>
    public FactBuilder<TRow> FromWatermark(
        Expression<Func<TRow, object?>> watermark, TimeSpan overlap = default, TimeSpan? maxFuture = null, bool allowLostWatermark = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(overlap, TimeSpan.Zero);
        (_watermark, _overlap, _maxFuture, _allowLostWatermark) = (Use(watermark), overlap, maxFuture, allowLostWatermark);
        return Strategy(FactStrategy.FromWatermark);
    }

    /// <summary>The same with a whole number as the watermark, whose numbers may be committed out of order.</summary>
    /// <param name="watermark">A whole number of the row, such as a sequence of its source.</param>
    /// <param name="overlap">How many numbers before the greatest one the reload begins. 0 or more.</param>
    /// <param name="allowLostWatermark">Accepts a source that no longer holds anything at the greatest watermark. The default is <see langword="false"/>.</param>
    public FactBuilder<TRow> FromWatermark(Expression<Func<TRow, object?>> watermark, long overlap, bool allowLostWatermark = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(overlap);
        (_watermark, _numberOverlap, _allowLostWatermark) = (Use(watermark), overlap, allowLostWatermark);
        return Strategy(FactStrategy.FromWatermark);
    }

    /// <summary>
    /// Keeps a watermark without loading from it: the ledger knows how far the fact has come and which stretches were loaded, whatever the strategy.
    /// Rows in which it is NULL are rejected.
    /// </summary>
    /// <param name="watermark">A date, timestamp or whole number of the row.</param>
    /// <param name="maxFuture">Rows dated further than this after the load's start are rejected. By default there is no limit; only for dates and timestamps.</param>
    public FactBuilder<TRow> Watermark(Expression<Func<TRow, object?>> watermark, TimeSpan? maxFuture = null)
    {
        Problems.Expect(_watermark is null, Name, "it has two watermarks; choose one");
        (_watermark, _maxFuture) = (Use(watermark), maxFuture);
        return this;
    }

    /// <summary>
    /// Lets loads be about a part of the table, such as a region or a source system: with <see cref="LoadOptions.Scope"/> a reload deletes in its part
    /// only, and every part has a watermark of its own, so that one source may be ahead of another. A fact from a watermark then needs the scope.
    /// </summary>
    /// <param name="scope">The column that says which part a row belongs to; it is kept on the fact.</param>
    public FactBuilder<TRow> Within(Expression<Func<TRow, object?>> scope)
    {
        _scope = Use(scope);
        return this;
    }

    private FactBuilder<TRow> Strategy(FactStrategy strategy)
    {
        Problems.Expect(_strategy is null || _strategy == strategy, Name, $"it has two strategies, {_strategy} and {strategy}; choose one");
        _strategy = strategy;
        return this;
    }
}
