using System.Linq.Expressions;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>Takes fields that were read and keeps nothing but a sum, which is the same for the same fields.</summary>
internal sealed class FieldSum
{
    public long Sum { get; private set; }

    public static Action<CsvRow, FieldSum> Reading(IReadOnlyList<FeedColumn> columns) => RowWriter<FieldSum>.For<CsvRow>(columns, 0, Write);

    public void Clear() => Sum = 0;

    public void Mark(int column)
    {
    }

    public void WriteNull(int column) => Sum++;

    public void Take(ReadOnlySpan<char> value) => Sum += value.Length;

    public void Take(long value) => Sum += value;

    public void Take(int value) => Sum += value;

    public void Take(Numeric value) => Sum += value.IsNaN ? 1 : 2;

    public void Take(decimal value) => Sum += 2;

    public void Take(double value) => Sum += (long)value;

    public void Take(DateOnly value) => Sum += value.DayNumber;

    public void Take(DateTime value) => Sum += value.Ticks;

    public void Take(bool value) => Sum += value ? 1 : 0;

    private static MethodCallExpression Write(FeedColumn column, ConstantExpression index, Expression value, ParameterExpression sum)
        => Expression.Call(sum, typeof(FieldSum).GetMethod(nameof(Take), [value.Type])!, value);
}
