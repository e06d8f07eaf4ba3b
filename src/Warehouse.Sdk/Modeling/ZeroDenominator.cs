namespace Warehouse.Sdk;

/// <summary>What a ratio is whose denominator is 0. One whose numerator or denominator is NULL is NULL.</summary>
public enum ZeroDenominator
{
    /// <summary>NULL: nobody can say. The default.</summary>
    Null,

    /// <summary>0.</summary>
    Zero,
}
