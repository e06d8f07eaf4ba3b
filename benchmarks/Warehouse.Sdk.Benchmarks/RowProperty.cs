using System.Linq.Expressions;
using System.Reflection;

namespace Warehouse.Sdk.Benchmarks;

/// <summary>Properties of rows, which models take as expressions.</summary>
internal static class RowProperty
{
    public static Expression<Func<TRow, object?>> Of<TRow>(PropertyInfo property)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow), "row");
        return Expression.Lambda<Func<TRow, object?>>(Expression.Convert(Expression.Property(row, property), typeof(object)), row);
    }
}
