namespace Warehouse.Sdk;

/// <summary>The unit of a lag between two milestones. A lag is NULL while one of them has not happened, and negative when they happened in the other order.</summary>
public enum LagUnit
{
    /// <summary>Calendar days: from 23:59 to 00:01 is one day. The default.</summary>
    Days,

    /// <summary>Whole hours that have passed.</summary>
    Hours,

    /// <summary>Whole minutes that have passed.</summary>
    Minutes,

    /// <summary>Whole seconds that have passed.</summary>
    Seconds,
}
