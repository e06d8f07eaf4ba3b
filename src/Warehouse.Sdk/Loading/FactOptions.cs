using System.Globalization;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What a load's options mean for the fact they are given with: refused where they mean nothing, else turned into parameters.</summary>
internal static class FactOptions
{
    public static void Refuse(LoadTarget target, LoadOptions options)
    {
        Growth? growth = (target as Fact)?.Definition.Growth;
        if (options.Within is not null && growth?.Scope is null)
            throw Refusal(target, "has no column to be loaded within; add Within(x => x.Region) to the fact, or leave LoadOptions.Within out");
        if (growth is { Scope: { } scope, Strategy: FactStrategy.FromWatermark } && options.Within is null)
            throw Refusal(target, $"has a watermark for each {scope.Name}; say which one the batch is about in LoadOptions.Within");
        if (options.EmptyPartitions.Count > 0 && growth is not { Strategy: FactStrategy.ReplacePartition, IsByLine: false })
            throw Refusal(target, "replaces no partitions; LoadOptions.EmptyPartitions has no meaning for it");
        if (options.Interval is not { } interval)
            return;
        if (growth?.Watermark is null)
            throw Refusal(target, "has no watermark, so that LoadOptions.Interval has no meaning for it; add Watermark(x => x.Time) or FromWatermark(x => x.Time) to the fact");
        if (growth.Strategy == FactStrategy.FullRefresh)
            throw Refusal(target, "is replaced whole by every load; an interval would take the rest away");
        if (growth.Strategy == FactStrategy.FromWatermark && !options.IsBackfill && interval.From is not null)
            throw Refusal(target, "is loaded from its watermark on, which decides where a load begins; give the interval an end only, or use BackfillAsync");
        if (interval is { From: { } from, To: { } to } && Comparer<object>.Default.Compare(Bound(target, growth, from), Bound(target, growth, to)) >= 0)
            throw Refusal(target, $"was given the interval {interval}, which ends before it begins");
    }

    public static IEnumerable<(string Name, object? Value)> Parameters(LoadTarget target, LoadOptions options)
    {
        if (target is not Fact { Definition.Growth: { } growth })
            yield break;
        if (growth.Watermark is not null)
            yield return ("watermark_name", WatermarkName(target, growth, options.Within));
        if (options.Within is not null)
            yield return ("scope", Fitting(target, growth.Scope!, options.Within));
        for (int i = 0; i < options.EmptyPartitions.Count; i++)
            yield return (string.Create(CultureInfo.InvariantCulture, $"partition_{i + 1}"), Fitting(target, growth.Partition!, options.EmptyPartitions[i]));
        if (options.Interval?.From is { } from)
            yield return ("interval_from", Bound(target, growth, from));
        if (options.Interval?.To is { } to)
            yield return ("interval_to", Bound(target, growth, to));
    }

    /// <summary>The ledger's name of a watermark: one for each part of the table that is loaded by itself.</summary>
    /// <exception cref="ArgumentException">The scope is no value of its column.</exception>
    public static string WatermarkName(LoadTarget target, Growth growth, object? scope)
        => scope is null ? growth.Watermark!.Name.Value : $"{growth.Watermark!.Name.Value} ({growth.Scope!.Name.Value} = {InvariantText.Of(Fitting(target, growth.Scope, scope))})";

    public static object Bound(LoadTarget target, Growth growth, object value) => growth.IsTime
        ? value switch
        {
            DateOnly date => date.ToDateTime(TimeOnly.MinValue),
            DateTime or DateTimeOffset => NaturalKeyValues.Fitting(ColumnType.Timestamp, value)!,
            _ => throw Refusal(target, $"has the watermark {growth.Watermark!.Name}, a {growth.Watermark.Type}; a bound of type {value.GetType().Name} was given"),
        }
        : NaturalKeyValues.Fitting(ColumnType.BigInt, value) ?? throw Refusal(target, $"has the watermark {growth.Watermark!.Name}, a {growth.Watermark.Type}; a bound of type {value.GetType().Name} was given");

    private static object Fitting(LoadTarget target, SourceColumn column, object value)
        => (column.Type.Kind, value) switch
        {
            (ColumnKind.Date, DateTime time) => DateOnly.FromDateTime(time),
            (ColumnKind.Timestamp, DateOnly date) => date.ToDateTime(TimeOnly.MinValue),
            _ => NaturalKeyValues.Fitting(column.Type, value),
        } ?? throw Refusal(target, $"has the column {column.Name}, a {column.Type}; a value of type {value.GetType().Name} was given");

    private static ArgumentException Refusal(LoadTarget target, string what, string options = "options") => new($"{target.Name} {what}.", options);
}
