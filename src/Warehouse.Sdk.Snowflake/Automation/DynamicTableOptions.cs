using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What keeps a dynamic table up to date.</summary>
public sealed record DynamicTableOptions
{
    /// <summary>The shortest lag.</summary>
    public static readonly TimeSpan MinimumLag = TimeSpan.FromMinutes(1);

    /// <summary>The table's name; not that of a table of the model.</summary>
    public required QualifiedName Name { get; init; }

    /// <summary>The warehouse that refreshes it.</summary>
    public required Identifier Warehouse { get; init; }

    /// <summary>By how much it may be behind, in whole seconds, from one minute on. <see langword="null"/>, the default, is <c>DOWNSTREAM</c>: as the dynamic tables that read it ask for.</summary>
    public TimeSpan? TargetLag { get; init; }

    /// <summary>How it is refreshed. The default is Snowflake's choice.</summary>
    public RefreshMode Refresh { get; init; }
}
