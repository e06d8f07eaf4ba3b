namespace Warehouse.Sdk;

/// <summary>When two values of an attribute count as the same. NULL always equals NULL and nothing else.</summary>
[Flags]
public enum Equality
{
    /// <summary>Only identical values are equal. The default.</summary>
    Exact = 0,

    /// <summary>Case is ignored when comparing; the stored spelling stays until a real change.</summary>
    IgnoreCase = 1,

    /// <summary>Spaces at the end are cut off when the row is staged, so that the stored value is the compared value.</summary>
    TrimEnd = 2,

    /// <summary>Text is brought to Unicode normal form C when the row is staged.</summary>
    UnicodeNfc = 4,
}
