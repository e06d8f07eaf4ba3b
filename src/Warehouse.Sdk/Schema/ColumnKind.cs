namespace Warehouse.Sdk;

/// <summary>The kinds of column every engine of this SDK can hold.</summary>
public enum ColumnKind
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>16-bit whole number.</summary>
    SmallInt,

    /// <summary>32-bit whole number.</summary>
    Integer,

    /// <summary>64-bit whole number.</summary>
    BigInt,

    /// <summary>Exact decimal number with precision and scale.</summary>
    Decimal,

    /// <summary>32-bit floating point number.</summary>
    Real,

    /// <summary>64-bit floating point number.</summary>
    Double,

    /// <summary>Text, of any length or with a greatest length in characters (code points).</summary>
    Text,

    /// <summary>Text with a greatest length in which blanks at the end do not count.</summary>
    Char,

    /// <summary>Calendar date.</summary>
    Date,

    /// <summary>Time of day, microseconds.</summary>
    Time,

    /// <summary>Instant in UTC, microseconds, stored without a zone.</summary>
    Timestamp,

    /// <summary>Instant, microseconds, stored as an instant that engines show in the session's zone.</summary>
    TimestampTz,

    /// <summary>Length of time, microseconds.</summary>
    Interval,

    /// <summary>128-bit identifier.</summary>
    Uuid,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>A JSON value.</summary>
    Json,
}
