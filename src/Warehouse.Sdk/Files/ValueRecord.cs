using System.Globalization;
using System.Numerics;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A record whose fields are values of .NET types already, as files that know their types give them.</summary>
internal abstract class ValueRecord : FileRecord
{
    /// <summary>The value of a field, or null.</summary>
    protected abstract object? Value(int field);

    public bool GetBoolean(int field) => Value(field) is bool value ? value : FieldParser.Boolean(Text(field));

    public short GetSmallInt(int field) => Value(field) is short value ? value : FieldParser.Invariant.SmallInt(Text(field));

    public int GetInteger(int field) => Value(field) is int value ? value : FieldParser.Invariant.Integer(Text(field));

    public long GetBigInt(int field) => Value(field) switch
    {
        long value => value,
        int value => value,
        _ => FieldParser.Invariant.BigInt(Text(field)),
    };

    public Numeric GetDecimal(int field) => Value(field) switch
    {
        Numeric value => value,
        decimal value => Numeric.FromDecimal(value),
        double value when double.IsFinite(value) => Shortest(value),
        float value when float.IsFinite(value) => Shortest(value),
        _ => FieldParser.Invariant.Decimal(Text(field)),
    };

    public float GetReal(int field) => Value(field) is float value ? value : FieldParser.Invariant.Real(Text(field));

    public double GetDouble(int field) => Value(field) switch
    {
        double value => value,
        float value => value,
        _ => FieldParser.Invariant.Double(Text(field)),
    };

    public ReadOnlySpan<char> GetText(int field) => Text(field);

    public ReadOnlySpan<char> GetChar(int field) => Text(field);

    public ReadOnlySpan<char> GetJson(int field) => Text(field);

    public DateOnly GetDate(int field) => Value(field) switch
    {
        DateOnly value => value,
        DateTime { TimeOfDay.Ticks: 0 } value => DateOnly.FromDateTime(value),
        DateTime => throw new FormatException("a timestamp with a time of day, expected a date"),
        _ => FieldParser.Invariant.Date(Text(field)),
    };

    public TimeOnly GetTime(int field) => Value(field) switch
    {
        TimeOnly value => value,
        TimeSpan { Ticks: >= 0 and < TimeSpan.TicksPerDay } value => TimeOnly.FromTimeSpan(value),
        _ => FieldParser.Time(Text(field)),
    };

    public DateTime GetTimestamp(int field) => Value(field) switch
    {
        DateTime value => ReadExpression.ToUtc(value),
        DateTimeOffset value => value.UtcDateTime,
        DateOnly value => value.ToDateTime(TimeOnly.MinValue),
        _ => FieldParser.Invariant.Timestamp(Text(field)),
    };

    public DateTime GetTimestampTz(int field) => GetTimestamp(field);

    public TimeSpan GetInterval(int field) => Value(field) is TimeSpan value ? value : FieldParser.Interval(Text(field));

    public Guid GetUuid(int field) => Value(field) is Guid value ? value : FieldParser.Uuid(Text(field));

    public byte[] GetBytes(int field) => Value(field) is byte[] value ? value : FieldParser.Bytes(Text(field));

    // Its shortest decimal digits, as a file of text would have them.
    private static Numeric Shortest<T>(T value)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        Span<char> text = stackalloc char[32];
        value.TryFormat(text, out int length, "R", CultureInfo.InvariantCulture);
        if (Numeric.TryParseScientific(text[..length], out Numeric number))
            return number;
        // Next to zero it has more places than any column.
        return T.Abs(value) < T.One ? FieldParser.Invariant.Decimal(value.ToString("F38", CultureInfo.InvariantCulture)) : throw FieldParser.TooManyDigits();
    }

    private string Text(int field) => Value(field) switch
    {
        string text => text,
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        TimeSpan time => time.ToString("c", CultureInfo.InvariantCulture),
        object value => InvariantText.Of(value),
        null => string.Empty,
    };
}
