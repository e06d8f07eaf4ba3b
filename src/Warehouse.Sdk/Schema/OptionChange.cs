namespace Warehouse.Sdk.Providers;

/// <summary>A physical option that a table has otherwise than the model.</summary>
/// <param name="Table">The table as the model wants it to be.</param>
/// <param name="Option">The kind of option.</param>
/// <param name="Before">What the table has, in words; empty when it has nothing of it.</param>
/// <param name="After">What the model has, in words; empty when it has nothing of it any more.</param>
public sealed record OptionChange(TableSchema Table, PhysicalOption Option, string Before, string After)
{
    /// <summary>The tag that is set or taken off.</summary>
    public TableTag? Tag { get; init; }

    /// <summary>True when the model no longer has the option.</summary>
    public bool IsRemoved => After.Length == 0;

    /// <summary>The table and both, as in <see cref="DeployReport.ChangedOptions"/>.</summary>
    public override string ToString() => $"{Table.Name}: {(Before.Length == 0 ? "(none)" : Before)} -> {(After.Length == 0 ? "(none)" : After)}";
}
