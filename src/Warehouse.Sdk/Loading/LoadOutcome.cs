namespace Warehouse.Sdk;

/// <summary>How a load ended.</summary>
public enum LoadOutcome
{
    /// <summary>The target was changed and the change is committed.</summary>
    Loaded,

    /// <summary>The batch was read; it held nothing new and the target was not written to.</summary>
    NothingChanged,

    /// <summary>The batch or file was loaded before; it was recognised and nothing was done.</summary>
    AlreadyLoaded,
}
