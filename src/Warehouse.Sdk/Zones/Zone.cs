namespace Warehouse.Sdk;

/// <summary>The three areas of the warehouse that data passes through.</summary>
public enum Zone
{
    /// <summary>Tables exactly as received, with the load, file and line of every row.</summary>
    Landing,

    /// <summary>Typed, cleaned and de-duplicated tables, one row per key.</summary>
    Enterprise,

    /// <summary>Dimensions, facts and bridges.</summary>
    Business,
}
