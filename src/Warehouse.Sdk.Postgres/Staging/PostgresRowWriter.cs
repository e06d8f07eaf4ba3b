using System.Linq.Expressions;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Postgres;

/// <summary>Which call of a buffer takes a value of which type.</summary>
internal static class PostgresRowWriter
{
    public static Action<TRow, PostgresCopyBuffer> For<TRow>(IReadOnlyList<FeedColumn> columns, int firstColumn)
        => RowWriter<PostgresCopyBuffer>.For<TRow>(columns, firstColumn, WriteValue);

    private static MethodCallExpression WriteValue(FeedColumn column, ConstantExpression index, Expression value, ParameterExpression buffer)
    {
        ColumnType type = column.Column.Type;
        string write = $"Write{type.Kind}";
        return type.Kind switch
        {
            ColumnKind.Decimal => Expression.Call(buffer, write, null, index, value, Expression.Constant(type.Precision), Expression.Constant(type.Scale)),
            ColumnKind.Text or ColumnKind.Char => Expression.Call(buffer, write, null, index, value, Expression.Constant(type.Length)),
            _ => Expression.Call(buffer, write, null, index, value),
        };
    }
}
