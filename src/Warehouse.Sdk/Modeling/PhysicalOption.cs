namespace Warehouse.Sdk;

/// <summary>A kind of physical option.</summary>
public enum PhysicalOption
{
    /// <summary>The clustering key.</summary>
    ClusterBy,

    /// <summary>Whether the table is transient.</summary>
    Transient,

    /// <summary>For how long changes can be brought back.</summary>
    Retention,

    /// <summary>A tag.</summary>
    Tag,
}
