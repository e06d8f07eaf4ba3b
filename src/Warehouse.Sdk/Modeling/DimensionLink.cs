using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A fact's link to a dimension, found by natural key and, in a versioned dimension, as of the fact's own time.</summary>
/// <param name="Role">The role's name, such as <c>customer</c>.</param>
/// <param name="Dimension">The dimension.</param>
/// <param name="Key">The source columns that hold its natural key, in the dimension's order.</param>
/// <param name="AsOf">The source column that says when; <see langword="null"/> links to the member's latest version.</param>
/// <param name="KeyColumn">The fact's key column: the version's surrogate key, or the member's durable key where <see cref="LeadsToMember"/>.</param>
/// <param name="WhenUnknown">What happens when there is no such member.</param>
public sealed record DimensionLink(
    string Role, Dimension Dimension, IReadOnlyList<SourceColumn> Key, SourceColumn? AsOf, Identifier KeyColumn, UnknownMember WhenUnknown)
{
    /// <summary>The fact's column of the durable key beside <see cref="KeyColumn"/>; <see langword="null"/> when it was not asked for.</summary>
    public Identifier? DurableKeyColumn { get; init; }

    /// <summary>True when the link is by the durable key alone: the dimension is versioned and no time is given.</summary>
    public bool LeadsToMember => AsOf is null && Dimension is { IsVersioned: true, DurableKey: not null };

    /// <summary>The dimension's column that <see cref="KeyColumn"/> holds.</summary>
    internal Identifier MemberKey => LeadsToMember ? Dimension.DurableKey!.Value : Dimension.SurrogateKey;

    /// <summary>Every key column of the fact with the dimension's column that it holds.</summary>
    internal IEnumerable<(Identifier KeyColumn, Identifier MemberKey)> Keys
        => DurableKeyColumn is { } durable ? [(KeyColumn, MemberKey), (durable, Dimension.DurableKey!.Value)] : [(KeyColumn, MemberKey)];

    /// <summary>The fact's column of the durable key, whether it stands alone or beside another.</summary>
    internal Identifier? DurableColumn => LeadsToMember ? KeyColumn : DurableKeyColumn;
}
