using System.Linq.Expressions;
using System.Reflection;

namespace Warehouse.Sdk;

/// <summary>Reads <c>x =&gt; x.Property</c> and <c>x =&gt; new { x.A, x.B }</c>.</summary>
internal static class PropertyExpression
{
    public static IReadOnlyList<PropertyInfo> Properties<T>(Expression<Func<T, object?>> expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return Unwrap(expression.Body) switch
        {
            NewExpression { Members: not null } many => [.. many.Arguments.Select(argument => Single(Unwrap(argument), expression))],
            Expression one => [Single(one, expression)],
        };
    }

    public static PropertyInfo Property<T>(Expression<Func<T, object?>> expression)
        => Properties(expression) is [PropertyInfo one]
            ? one
            : throw new ArgumentException($"'{expression}' names several properties; one was expected.", nameof(expression));

    private static Expression Unwrap(Expression expression)
        => expression is UnaryExpression { NodeType: ExpressionType.Convert or ExpressionType.ConvertChecked } convert
            ? Unwrap(convert.Operand)
            : expression;

    private static PropertyInfo Single(Expression expression, LambdaExpression whole)
        => expression is MemberExpression { Expression: ParameterExpression, Member: PropertyInfo property }
            ? property
            : throw new ArgumentException($"'{whole}' is not a property of the row; write x => x.Property. Compute values in the source instead.", nameof(whole));
}
