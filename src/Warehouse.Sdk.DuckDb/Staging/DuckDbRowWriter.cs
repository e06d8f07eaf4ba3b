using System.Collections.Concurrent;
using System.Linq.Expressions;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Compiles, once per shape of row, the code that writes a row into a chunk column by column without boxing.</summary>
internal static class DuckDbRowWriter
{
    // Compiling takes longer than staging a small batch. There are as many shapes as the host has sources.
    private static readonly ConcurrentDictionary<(Type Row, string Shape), Delegate> Compiled = new();

    public static Action<TRow, DuckDbChunk> For<TRow>(IReadOnlyList<FeedColumn> columns, int firstColumn)
    {
        string shape = string.Join('\n', columns.Select(column => $"{column.Column.Type} {column.Read}"));
        return (Action<TRow, DuckDbChunk>)Compiled.GetOrAdd((typeof(TRow), shape), _ => Compile<TRow>(columns, firstColumn));
    }

    private static Action<TRow, DuckDbChunk> Compile<TRow>(IReadOnlyList<FeedColumn> columns, int firstColumn)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow), "row");
        ParameterExpression chunk = Expression.Parameter(typeof(DuckDbChunk), "chunk");
        var writes = columns.Select((column, index) => Write(column, Expression.Constant(index + firstColumn), row, chunk));
        return Expression.Lambda<Action<TRow, DuckDbChunk>>(Expression.Block(writes), row, chunk).Compile();
    }

    private static BlockExpression Write(FeedColumn column, ConstantExpression index, ParameterExpression row, ParameterExpression chunk)
    {
        // The column is marked before its value is read, so that a value that cannot be read is told with its column.
        Expression read = new ParameterReplacement(column.Read.Parameters[0], row).Visit(column.Read.Body);
        ParameterExpression value = Expression.Variable(read.Type, "value");
        Expression mark = Expression.Call(chunk, nameof(DuckDbChunk.Mark), null, index);
        Expression write;
        if (Nullable.GetUnderlyingType(read.Type) is not null)
        {
            write = Expression.IfThenElse(
                Expression.Property(value, nameof(Nullable<int>.HasValue)),
                WriteValue(column.Column.Type, index, Expression.Property(value, nameof(Nullable<int>.Value)), chunk),
                Expression.Call(chunk, nameof(DuckDbChunk.WriteNull), null, index));
        }
        else if (read.Type.IsValueType)
        {
            write = WriteValue(column.Column.Type, index, value, chunk);
        }
        else
        {
            write = Expression.IfThenElse(
                Expression.ReferenceEqual(value, Expression.Constant(null)),
                Expression.Call(chunk, nameof(DuckDbChunk.WriteNull), null, index),
                WriteValue(column.Column.Type, index, value, chunk));
        }

        return Expression.Block([value], mark, Expression.Assign(value, read), write);
    }

    private static MethodCallExpression WriteValue(ColumnType type, ConstantExpression index, Expression value, ParameterExpression chunk) => type.Kind switch
    {
        ColumnKind.Decimal => Expression.Call(chunk, DecimalMethod(type.Precision), null, index, value, Expression.Constant(type.Precision), Expression.Constant(type.Scale)),
        ColumnKind.Text => Expression.Call(chunk, nameof(DuckDbChunk.WriteText), null, index, value, Expression.Constant(type.Length)),
        _ => Expression.Call(chunk, $"Write{type.Kind}", null, index, value),
    };

    // DuckDB stores a decimal in the smallest integer that holds its digits.
    private static string DecimalMethod(int precision) => precision switch
    {
        <= 4 => nameof(DuckDbChunk.WriteDecimal16),
        <= 9 => nameof(DuckDbChunk.WriteDecimal32),
        <= 18 => nameof(DuckDbChunk.WriteDecimal64),
        _ => nameof(DuckDbChunk.WriteDecimal128),
    };

    private sealed class ParameterReplacement(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
