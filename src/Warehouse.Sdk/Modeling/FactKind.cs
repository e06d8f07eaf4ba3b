namespace Warehouse.Sdk;

/// <summary>What one row of a fact table stands for.</summary>
public enum FactKind
{
    /// <summary>One event. The default.</summary>
    Transaction,

    /// <summary>The state of one thing at the end of one period.</summary>
    PeriodicSnapshot,

    /// <summary>One process from beginning to end; its milestones fill in as they happen.</summary>
    AccumulatingSnapshot,
}
