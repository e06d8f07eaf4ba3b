using System.Linq.Expressions;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Which call of a line takes a value of which type.</summary>
internal static class SnowflakeRowWriter
{
    public static Action<TRow, SnowflakeLineBuffer> For<TRow>(IReadOnlyList<FeedColumn> columns, int firstColumn)
        => RowWriter<SnowflakeLineBuffer>.For<TRow>(columns, firstColumn, WriteValue);

    private static MethodCallExpression WriteValue(FeedColumn column, ConstantExpression index, Expression value, ParameterExpression lines)
    {
        ColumnType type = column.Column.Type;
        Expression[] arguments = type.Kind switch
        {
            ColumnKind.Decimal => [index, value, Expression.Constant(type.Precision), Expression.Constant(type.Scale)],
            ColumnKind.Text or ColumnKind.Char => [index, value, Expression.Constant(type.Length)],
            _ => [index, value],
        };
        // Not by its name alone: some methods stand before those of the base class.
        var method = typeof(SnowflakeLineBuffer).GetMethod($"Write{type.Kind}", [.. arguments.Select(argument => argument.Type)])
            ?? throw new InvalidOperationException($"No line takes a {value.Type.Name} as {type.Kind}.");
        return Expression.Call(lines, method, arguments);
    }
}
