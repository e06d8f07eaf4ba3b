namespace Warehouse.Sdk;

/// <summary>When two values of an attribute count as the same. NULL always equals NULL and nothing else.</summary>
[Flags]
public enum Equality
{
    /// <summary>Only identical values are equal. The default.</summary>
    Exact = 0,

    /// <summary>Case is ignored when comparing; the stored spelling stays until a real change. A part of a natural key is brought to lower case when the row is staged.</summary>
    IgnoreCase = 1,

    /// <summary>Spaces at the end are cut off when the row is staged, so that the stored value is the compared value.</summary>
    TrimEnd = 2,

    /// <summary>Text is brought to Unicode normal form C when the row is staged.</summary>
    UnicodeNfc = 4,

    /// <summary>The empty text is NULL when the row is staged; with <see cref="TrimEnd"/>, so is a text of spaces.</summary>
    EmptyIsNull = 8,

    /// <summary>
    /// For JSON columns: blanks, the order of keys and how a number is written do not count, and of repeated keys the last one does. PostgreSQL's
    /// <c>jsonb</c> compares so in any case; in DuckDB the value is brought to one form when the row is staged.
    /// </summary>
    Json = 16,
}
