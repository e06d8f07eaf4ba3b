using System.Collections.Concurrent;
using System.Linq.Expressions;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>
/// Compiles, once per shape of row, the code that reads a row column by column and hands each value to a sink of an engine without boxing.
/// </summary>
/// <typeparam name="TSink">What takes the values. It has methods <c>Mark(int)</c> and <c>WriteNull(int)</c>.</typeparam>
internal static class RowWriter<TSink>
{
    // Compiling takes longer than staging a small batch. There are as many shapes as the host has sources.
    private static readonly ConcurrentDictionary<(Type Row, string Shape), Delegate> Compiled = new();

    /// <param name="columns">The columns in the order they are written.</param>
    /// <param name="firstColumn">The number of the first of them.</param>
    /// <param name="writeValue">The call of the sink that takes a value that is not NULL, given column, number, value and sink.</param>
    public static Action<TRow, TSink> For<TRow>(IReadOnlyList<FeedColumn> columns, int firstColumn, Func<FeedColumn, ConstantExpression, Expression, ParameterExpression, Expression> writeValue)
    {
        string shape = string.Join('\n', columns.Select(column => $"{column.Column.Type} {column.Column.RemovesNul} {column.Read} {column.IsNull}").Prepend(FormattableString.Invariant($"{firstColumn}")));
        return (Action<TRow, TSink>)Compiled.GetOrAdd((typeof(TRow), shape), _ => Compile<TRow>(columns, firstColumn, writeValue));
    }

    private static Action<TRow, TSink> Compile<TRow>(IReadOnlyList<FeedColumn> columns, int firstColumn, Func<FeedColumn, ConstantExpression, Expression, ParameterExpression, Expression> writeValue)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow), "row");
        ParameterExpression sink = Expression.Parameter(typeof(TSink), "sink");
        var writes = columns.Select((column, index) => Write(column, Expression.Constant(index + firstColumn), row, sink, writeValue));
        return Expression.Lambda<Action<TRow, TSink>>(Expression.Block(writes), row, sink).Compile();
    }

    private static BlockExpression Write(FeedColumn column, ConstantExpression index, ParameterExpression row, ParameterExpression sink, Func<FeedColumn, ConstantExpression, Expression, ParameterExpression, Expression> writeValue)
    {
        // The column is marked before its value is read, so that a value that cannot be read is told with its column.
        MethodCallExpression mark = Expression.Call(sink, "Mark", null, index);
        MethodCallExpression writeNull = Expression.Call(sink, "WriteNull", null, index);
        Expression read = Of(row, column.Read);
        if (column.Column.RemovesNul)
            read = Expression.Call(typeof(NulCharacter), nameof(NulCharacter.Remove), null, read);
        if (column.IsNull is not null)
            return Expression.Block(mark, Expression.IfThenElse(Of(row, column.IsNull), writeNull, writeValue(column, index, read, sink)));

        ParameterExpression value = Expression.Variable(read.Type, "value");
        Expression write;
        if (Nullable.GetUnderlyingType(read.Type) is not null)
        {
            write = Expression.IfThenElse(
                Expression.Property(value, nameof(Nullable<int>.HasValue)),
                writeValue(column, index, Expression.Call(value, nameof(Nullable<int>.GetValueOrDefault), null), sink),
                writeNull);
        }
        else if (read.Type.IsValueType)
        {
            write = writeValue(column, index, value, sink);
        }
        else
        {
            write = Expression.IfThenElse(Expression.ReferenceEqual(value, Expression.Constant(null)), writeNull, writeValue(column, index, value, sink));
        }

        return Expression.Block([value], mark, Expression.Assign(value, read), write);
    }

    private static Expression Of(ParameterExpression row, LambdaExpression read) => new ParameterReplacement(read.Parameters[0], row).Visit(read.Body);

    private sealed class ParameterReplacement(ParameterExpression from, ParameterExpression to) : ExpressionVisitor
    {
        protected override Expression VisitParameter(ParameterExpression node) => node == from ? to : base.VisitParameter(node);
    }
}
