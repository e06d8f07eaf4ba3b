using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Warehouse.Sdk;

/// <summary>Makes the expressions by which feeds read their columns, always as the column's own .NET type.</summary>
internal static class ReadExpression
{
    public static LambdaExpression OfProperty(Type rowType, PropertyInfo property, ColumnType type)
    {
        ParameterExpression row = Expression.Parameter(rowType, "row");
        return Expression.Lambda(Canonical(Expression.Property(row, property), type), row);
    }

    /// <summary>Converts a value expression, nullable or not, to the column's .NET type, nullable where the value is.</summary>
    public static Expression Canonical(Expression value, ColumnType type)
    {
        Type wanted = IsLargeNumber(Nullable.GetUnderlyingType(value.Type) ?? value.Type) ? typeof(Numeric) : type.ClrType;
        if (value.Type == wanted)
            return wanted == typeof(DateTime) ? Expression.Call(ToUtcMethod, value) : value;
        if (Nullable.GetUnderlyingType(value.Type) is null)
            return Convert(value, wanted);

        Type nullable = wanted.IsValueType ? typeof(Nullable<>).MakeGenericType(wanted) : wanted;
        return Expression.Condition(
            Expression.Property(value, nameof(Nullable<int>.HasValue)),
            Expression.Convert(Convert(Expression.Property(value, nameof(Nullable<int>.Value)), wanted), nullable),
            Expression.Default(nullable));
    }

    public static bool IsPossible(Type from, ColumnType type)
    {
        Type value = Nullable.GetUnderlyingType(from) ?? from;
        if (value == type.ClrType || value.IsEnum || value == typeof(char))
            return value == type.ClrType || type.IsText;
        if (IsJson(value))
            return type.Kind is ColumnKind.Json || type.IsText;
        if (IsLargeNumber(value))
            return type.Kind == ColumnKind.Decimal;
        if (value == typeof(DateTimeOffset) || value == typeof(DateOnly) || value == typeof(DateTime))
            return type.Kind is ColumnKind.Timestamp or ColumnKind.TimestampTz || (type.Kind is ColumnKind.Date && value != typeof(DateTimeOffset));
        return IsNumber(value) && IsNumber(type.ClrType);
    }

    private static Expression Convert(Expression value, Type wanted)
    {
        if (value.Type == wanted)
            return wanted == typeof(DateTime) ? Expression.Call(ToUtcMethod, value) : value;
        if (value.Type == typeof(DateTimeOffset))
            return Expression.Property(value, nameof(DateTimeOffset.UtcDateTime));
        if (value.Type == typeof(DateOnly) && wanted == typeof(DateTime))
            return Expression.Call(value, nameof(DateOnly.ToDateTime), null, Expression.Constant(TimeOnly.MinValue));
        if (value.Type == typeof(DateTime) && wanted == typeof(DateOnly))
            return Expression.Call(typeof(DateOnly), nameof(DateOnly.FromDateTime), null, value);
        if (IsJson(value.Type))
            return Expression.Call(typeof(JsonText), nameof(JsonText.Of), null, value);
        if (wanted == typeof(Numeric))
            return Expression.Convert(value, wanted);
        if (wanted == typeof(string))
            return Expression.Call(value, nameof(ToString), null);
        return Expression.ConvertChecked(IsWhole(wanted) ? Rounded(value) : value, wanted);
    }

    private static bool IsJson(Type type) => type == typeof(JsonElement) || type == typeof(JsonDocument) || typeof(JsonNode).IsAssignableFrom(type);

    private static bool IsLargeNumber(Type type) => type == typeof(Numeric) || type == typeof(Int128) || type == typeof(BigInteger);

    // A local time is an instant like any other; a time without a kind is taken to be UTC already.
    internal static DateTime ToUtc(DateTime value) => value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value;

    // A conversion in .NET cuts off; engines round decimals away from zero and floating point numbers to even.
    private static Expression Rounded(Expression value) => Type.GetTypeCode(value.Type) switch
    {
        TypeCode.Decimal => Expression.Call(typeof(decimal), nameof(decimal.Round), null, value, Expression.Constant(0), Expression.Constant(MidpointRounding.AwayFromZero)),
        TypeCode.Single or TypeCode.Double => Expression.Call(typeof(Math), nameof(Math.Round), null, Expression.Convert(value, typeof(double)), Expression.Constant(MidpointRounding.ToEven)),
        _ => value,
    };

    private static bool IsWhole(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.UInt64;

    private static readonly MethodInfo ToUtcMethod = typeof(ReadExpression).GetMethod(nameof(ToUtc), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static bool IsNumber(Type type) => Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal;
}
