using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Warehouse.Sdk;

/// <summary>The type of a column in the terms of the model; each engine renders it in its own words.</summary>
public readonly record struct ColumnType
{
    private ColumnType(ColumnKind kind, int length = 0, int precision = 0, int scale = 0)
    {
        Kind = kind;
        Length = length;
        Precision = precision;
        Scale = scale;
    }

    /// <summary>The kind.</summary>
    public ColumnKind Kind { get; }

    /// <summary>Greatest length of a text in characters; 0 means any length.</summary>
    public int Length { get; }

    /// <summary>Decimal digits in all, 1 to 38.</summary>
    public int Precision { get; }

    /// <summary>Decimal digits after the point, 0 to <see cref="Precision"/>.</summary>
    public int Scale { get; }

    /// <summary>True or false.</summary>
    public static ColumnType Boolean => new(ColumnKind.Boolean);

    /// <summary>16-bit whole number.</summary>
    public static ColumnType SmallInt => new(ColumnKind.SmallInt);

    /// <summary>32-bit whole number.</summary>
    public static ColumnType Integer => new(ColumnKind.Integer);

    /// <summary>64-bit whole number.</summary>
    public static ColumnType BigInt => new(ColumnKind.BigInt);

    /// <summary>32-bit floating point number.</summary>
    public static ColumnType Real => new(ColumnKind.Real);

    /// <summary>64-bit floating point number.</summary>
    public static ColumnType Double => new(ColumnKind.Double);

    /// <summary>Text of any length.</summary>
    public static ColumnType Text => new(ColumnKind.Text);

    /// <summary>Calendar date.</summary>
    public static ColumnType Date => new(ColumnKind.Date);

    /// <summary>Time of day, microseconds.</summary>
    public static ColumnType Time => new(ColumnKind.Time);

    /// <summary>Instant in UTC, microseconds.</summary>
    public static ColumnType Timestamp => new(ColumnKind.Timestamp);

    /// <summary>
    /// Instant, microseconds, in a column that knows it is one: <c>timestamp with time zone</c>. Values are given in UTC or with an offset, and
    /// engines show them in the session's zone. Effective times and watermarks are <see cref="Timestamp"/>s.
    /// </summary>
    public static ColumnType TimestampTz => new(ColumnKind.TimestampTz);

    /// <summary>Length of time, microseconds; no months, which are of no one length.</summary>
    public static ColumnType Interval => new(ColumnKind.Interval);

    /// <summary>
    /// A JSON value, checked when it is staged. PostgreSQL keeps it as <c>jsonb</c>, which forgets blanks and the order of keys; DuckDB keeps it as
    /// it was written, but where the attribute is compared as <see cref="Equality.Json"/>, which it keeps in one form too.
    /// </summary>
    public static ColumnType Json => new(ColumnKind.Json);

    /// <summary>128-bit identifier.</summary>
    public static ColumnType Uuid => new(ColumnKind.Uuid);

    /// <summary>Bytes.</summary>
    public static ColumnType Bytes => new(ColumnKind.Bytes);

    /// <summary>Text with a greatest length, counted in characters (code points).</summary>
    /// <param name="length">1 to 65,535.</param>
    public static ColumnType Varchar(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 65_535);
        return new ColumnType(ColumnKind.Text, length);
    }

    /// <summary>
    /// Text with a greatest length in which blanks at the end do not count: they are cut off when rows are staged. PostgreSQL gives the value back
    /// filled up with blanks (<c>character(n)</c>), DuckDB without.
    /// </summary>
    /// <param name="length">1 to 65,535.</param>
    public static ColumnType Char(int length)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 65_535);
        return new ColumnType(ColumnKind.Char, length);
    }

    /// <summary>Exact decimal number.</summary>
    /// <param name="precision">Digits in all, 1 to 38.</param>
    /// <param name="scale">Digits after the point, 0 to <paramref name="precision"/>.</param>
    public static ColumnType Decimal(int precision, int scale)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(precision, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(precision, 38);
        ArgumentOutOfRangeException.ThrowIfNegative(scale);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(scale, precision);
        return new ColumnType(ColumnKind.Decimal, precision: precision, scale: scale);
    }

    internal bool IsText => Kind is ColumnKind.Text or ColumnKind.Char;

    /// <summary>The .NET type that values of this column are read and written as, without <see cref="Nullable{T}"/>.</summary>
    public Type ClrType => Kind switch
    {
        ColumnKind.Boolean => typeof(bool),
        ColumnKind.SmallInt => typeof(short),
        ColumnKind.Integer => typeof(int),
        ColumnKind.BigInt => typeof(long),
        ColumnKind.Decimal => typeof(decimal),
        ColumnKind.Real => typeof(float),
        ColumnKind.Double => typeof(double),
        ColumnKind.Text or ColumnKind.Char or ColumnKind.Json => typeof(string),
        ColumnKind.Date => typeof(DateOnly),
        ColumnKind.Time => typeof(TimeOnly),
        ColumnKind.Timestamp or ColumnKind.TimestampTz => typeof(DateTime),
        ColumnKind.Interval => typeof(TimeSpan),
        ColumnKind.Uuid => typeof(Guid),
        ColumnKind.Bytes => typeof(byte[]),
        _ => throw new InvalidOperationException($"The column kind {Kind} has no .NET type."),
    };

    /// <summary>The column type that holds a .NET type, or <see langword="null"/> when there is none.</summary>
    /// <param name="clrType">A property type; <see cref="Nullable{T}"/> is looked through. Enums are held as text.</param>
    /// <param name="decimalType">What <see cref="decimal"/> becomes.</param>
    public static ColumnType? FromClr(Type clrType, ColumnType decimalType)
    {
        ArgumentNullException.ThrowIfNull(clrType);
        Type type = Nullable.GetUnderlyingType(clrType) ?? clrType;
        if (type.IsEnum)
            return Text;
        if (type == typeof(decimal) || type == typeof(Numeric))
            return decimalType;
        if (typeof(JsonNode).IsAssignableFrom(type))
            return Json;
        return ByClrType.TryGetValue(type, out ColumnType found) ? found : null;
    }

    private static readonly Dictionary<Type, ColumnType> ByClrType = new()
    {
        [typeof(bool)] = Boolean,
        [typeof(byte)] = SmallInt,
        [typeof(sbyte)] = SmallInt,
        [typeof(short)] = SmallInt,
        [typeof(ushort)] = Integer,
        [typeof(int)] = Integer,
        [typeof(uint)] = BigInt,
        [typeof(long)] = BigInt,
        [typeof(float)] = Real,
        [typeof(double)] = Double,
        [typeof(string)] = Text,
        [typeof(char)] = Varchar(1),
        [typeof(DateOnly)] = Date,
        [typeof(TimeOnly)] = Time,
        [typeof(DateTime)] = Timestamp,
        [typeof(DateTimeOffset)] = Timestamp,
        [typeof(Guid)] = Uuid,
        [typeof(byte[])] = Bytes,
        [typeof(TimeSpan)] = Interval,
        [typeof(Int128)] = Decimal(38, 0),
        [typeof(BigInteger)] = Decimal(38, 0),
        [typeof(JsonElement)] = Json,
        [typeof(JsonDocument)] = Json,
    };

    /// <summary>The type in words, such as <c>decimal(10,2)</c>.</summary>
    public override string ToString() => Kind switch
    {
        ColumnKind.Decimal => string.Create(CultureInfo.InvariantCulture, $"decimal({Precision},{Scale})"),
        ColumnKind.Char => string.Create(CultureInfo.InvariantCulture, $"char({Length})"),
        ColumnKind.Text when Length > 0 => string.Create(CultureInfo.InvariantCulture, $"varchar({Length})"),
        _ => Kind.ToString().ToLowerInvariant(),
    };
}
