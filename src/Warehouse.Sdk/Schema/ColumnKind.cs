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

    /// <summary>Calendar date.</summary>
    Date,

    /// <summary>Time of day, microseconds.</summary>
    Time,

    /// <summary>Instant in UTC, microseconds, stored without a zone.</summary>
    Timestamp,

    /// <summary>128-bit identifier.</summary>
    Uuid,

    /// <summary>Bytes.</summary>
    Bytes,
}
