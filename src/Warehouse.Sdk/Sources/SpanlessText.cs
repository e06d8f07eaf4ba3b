using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Warehouse.Sdk;

/// <summary>
/// Reads texts where code cannot be generated at run time: in applications compiled ahead of time, and in those that <c>dotnet run app.cs</c> makes. There
/// expressions are interpreted, and the interpreter holds no spans: a text is made of each.
/// </summary>
internal static class SpanlessText
{
    public delegate ReadOnlySpan<char> Reading<in TRecord>(TRecord record, int field);

    /// <summary>The expression, or where it has to be, one that makes a text of its span.</summary>
    public static Expression Of(Expression read)
    {
        if (RuntimeFeature.IsDynamicCodeSupported || read is not MethodCallExpression { Object: { } record, Arguments: [{ } field] } call || read.Type != typeof(ReadOnlySpan<char>))
            return read;
        ConstantExpression reading = Expression.Constant(call.Method.CreateDelegate(typeof(Reading<>).MakeGenericType(record.Type)));
        return Expression.Call(Method.MakeGenericMethod(record.Type), record, field, reading);
    }

    private static readonly MethodInfo Method = typeof(SpanlessText).GetMethod(nameof(Text), BindingFlags.NonPublic | BindingFlags.Static)!;

    private static string Text<TRecord>(TRecord record, int field, Reading<TRecord> reading) => reading(record, field).ToString();
}
