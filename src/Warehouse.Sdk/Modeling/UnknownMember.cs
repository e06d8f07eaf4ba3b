namespace Warehouse.Sdk;

/// <summary>What a fact row does when its dimension has no such member.</summary>
public enum UnknownMember
{
    /// <summary>Links to the unknown member (-1), counted. The default.</summary>
    UseUnknown,

    /// <summary>
    /// Creates a placeholder member with the natural key and <c>is_inferred</c>; the member's first real event overwrites it in place and
    /// keeps its surrogate key (Kimball, "Late Arriving Dimensions").
    /// </summary>
    InferMember,

    /// <summary>The row goes to the reject table.</summary>
    Reject,
}
