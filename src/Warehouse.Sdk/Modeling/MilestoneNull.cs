namespace Warehouse.Sdk;

/// <summary>What a NULL in a milestone's column means in an accumulating snapshot.</summary>
public enum MilestoneNull
{
    /// <summary>The row says nothing about it; what was known stays. The default.</summary>
    Unchanged,

    /// <summary>The milestone did not happen after all; its date is cleared. A column that the source does not have at all still says nothing.</summary>
    Retract,
}
