namespace Warehouse.Sdk.Snowflake;

/// <summary>How tables are cloned.</summary>
public sealed record CloneOptions
{
    /// <summary>The moment at which the clone shows the table. By default now.</summary>
    public TimePoint? AsOf { get; init; }

    /// <summary>
    /// Replaces tables of the clones' names. The default is <see langword="false"/>: a name that is taken is refused, and nothing is cloned. What is replaced can
    /// be brought back for as long as its retention says.
    /// </summary>
    public bool Replace { get; init; }

    internal static CloneOptions Default { get; } = new();
}
