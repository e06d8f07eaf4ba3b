namespace Warehouse.Sdk;

/// <summary>What <c>valid_to</c> of an open version holds.</summary>
public enum OpenEnd
{
    /// <summary>NULL. The default.</summary>
    Null,

    /// <summary>9999-12-31 00:00:00, for tools that compare with BETWEEN.</summary>
    FarFuture,
}
