using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A fact's link to a dimension, found by natural key and, in a versioned dimension, as of the fact's own time.</summary>
/// <param name="Role">The role's name, such as <c>customer</c>.</param>
/// <param name="Dimension">The dimension.</param>
/// <param name="Key">The source columns that hold its natural key, in the dimension's order.</param>
/// <param name="AsOf">The source column that says when; <see langword="null"/> links to the member's latest version.</param>
/// <param name="KeyColumn">The fact's key column.</param>
/// <param name="WhenUnknown">What happens when there is no such member.</param>
public sealed record DimensionLink(
    string Role, Dimension Dimension, IReadOnlyList<SourceColumn> Key, SourceColumn? AsOf, Identifier KeyColumn, UnknownMember WhenUnknown)
{
    /// <summary>What a fact meets that is older than its member's first version. The default is the first version.</summary>
    public BeforeFirstVersion BeforeFirst { get; init; }

    /// <summary>What a fact meets at a time at which its member was gone. The default is the last version before.</summary>
    public InGap InGap { get; init; }

    /// <summary>True when the natural key stays on the fact, so that a member that comes later finds the facts that named it.</summary>
    public bool KeepsKey { get; init; }
}
