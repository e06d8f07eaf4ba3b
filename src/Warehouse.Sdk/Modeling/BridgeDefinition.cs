using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What a bridge's builder was told.</summary>
internal sealed record BridgeDefinition
{
    public static ColumnType WeightType => ColumnType.Decimal(18, 9);

    public required Dimension Group { get; init; }

    public required IReadOnlyList<SourceColumn> GroupKey { get; init; }

    public required Dimension Member { get; init; }

    public required IReadOnlyList<SourceColumn> MemberKey { get; init; }

    public required Identifier MemberKeyColumn { get; init; }

    public required Identifier WeightColumn { get; init; }

    /// <summary>True when memberships begin and end instead of being replaced.</summary>
    public bool IsVersioned { get; init; }

    /// <summary>Where the memberships of the first set begin; by default at the time of the set.</summary>
    public DateTime? FirstFrom { get; init; }

    /// <summary>Given weights, or <see langword="null"/> when the members of a group share equally.</summary>
    public SourceColumn? Weight { get; init; }
}
