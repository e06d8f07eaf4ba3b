using System.Linq.Expressions;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Which call of a chunk takes a value of which type.</summary>
internal static class DuckDbRowWriter
{
    public static Action<TRow, DuckDbChunk> For<TRow>(IReadOnlyList<FeedColumn> columns, int firstColumn)
        => RowWriter<DuckDbChunk>.For<TRow>(columns, firstColumn, WriteValue);

    private static MethodCallExpression WriteValue(FeedColumn column, ConstantExpression index, Expression value, ParameterExpression chunk)
    {
        ColumnType type = column.Column.Type;
        return type.Kind switch
        {
            ColumnKind.Decimal => Expression.Call(chunk, DecimalMethod(type.Precision), null, index, value, Expression.Constant(type.Precision), Expression.Constant(type.Scale)),
            ColumnKind.Text or ColumnKind.Char => Expression.Call(chunk, $"Write{type.Kind}", null, index, value, Expression.Constant(type.Length)),
            _ => Expression.Call(chunk, $"Write{type.Kind}", null, index, value),
        };
    }

    // DuckDB stores a decimal in the smallest integer that holds its digits.
    private static string DecimalMethod(int precision) => precision switch
    {
        <= 4 => nameof(DuckDbChunk.WriteDecimal16),
        <= 9 => nameof(DuckDbChunk.WriteDecimal32),
        <= 18 => nameof(DuckDbChunk.WriteDecimal64),
        _ => nameof(DuckDbChunk.WriteDecimal128),
    };
}
