using System.Numerics;

namespace Warehouse.Sdk;

/// <summary>Turns the values of a natural key, as a host has them, into the parameters of a query.</summary>
internal static class NaturalKeyValues
{
    /// <summary>The parameter of a key column, counted from 1.</summary>
    public static string ParameterName(int position) => FormattableString.Invariant($"key_{position}");

    /// <summary>The parameter of a key column that a member shall have from now on, counted from 1.</summary>
    public static string NewParameterName(int position) => FormattableString.Invariant($"new_key_{position}");

    /// <exception cref="ArgumentException">The values do not fit the key; it names columns and types, no value.</exception>
    public static Dictionary<string, object?> Bind(Dimension dimension, IReadOnlyList<object> values)
    {
        IReadOnlyList<Column> key = dimension.NaturalKey;
        if (values.Count != key.Count)
            throw new ArgumentException($"{values.Count} values are given; the natural key of {dimension.Name} has {key.Count}: {string.Join(", ", key.Select(column => column.Name))}.", nameof(values));
        return key.Zip(values).Select((pair, index) => (Name: ParameterName(index + 1), Value: Stored(dimension, pair.First, pair.Second))).ToDictionary(pair => pair.Name, pair => pair.Value);
    }

    private static object? Stored(Dimension dimension, Column column, object? value)
    {
        object? fitting = value is null ? null : (column.Type.Kind, value) switch
        {
            (ColumnKind.Text or ColumnKind.Json, string or char) => value.ToString(),
            (ColumnKind.Char, string or char) => value.ToString()!.TrimEnd(' '),
            (ColumnKind.Text or ColumnKind.Char, Enum) => value.ToString(),
            (ColumnKind.SmallInt or ColumnKind.Integer or ColumnKind.BigInt or ColumnKind.Decimal, sbyte or byte or short or ushort or int or uint or long) => Convert.ToInt64(value, null),
            (ColumnKind.Decimal, ulong number) => (decimal)number,
            (ColumnKind.Decimal, Int128 number) => (BigInteger)number,
            (ColumnKind.Decimal, decimal or BigInteger) => value,
            (ColumnKind.Real, float) or (ColumnKind.Double, float or double) => value,
            (ColumnKind.Timestamp or ColumnKind.TimestampTz, DateTime time) => Microseconds(ReadExpression.ToUtc(time)),
            (ColumnKind.Timestamp or ColumnKind.TimestampTz, DateTimeOffset time) => Microseconds(time.UtcDateTime),
            (ColumnKind.Boolean, bool) or (ColumnKind.Date, DateOnly) or (ColumnKind.Time, TimeOnly) or (ColumnKind.Interval, TimeSpan) or (ColumnKind.Uuid, Guid) or (ColumnKind.Bytes, byte[]) => value,
            _ => null,
        };
        if (value is null or DBNull && dimension.Definition.OptionalKey.Contains(column.Name))
            return null;
        return fitting ?? throw new ArgumentException($"The key column {column.Name} of {dimension.Name} is {column.Type}; {(value is null ? "NULL" : $"a {value.GetType().Name}")} was given.", nameof(value));
    }

    // What is stored has been cut off there.
    private static DateTime Microseconds(DateTime time) => DateTime.SpecifyKind(time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond)), DateTimeKind.Unspecified);
}
