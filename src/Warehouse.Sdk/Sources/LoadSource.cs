namespace Warehouse.Sdk;

/// <summary>Where the rows of a load come from. Made by <see cref="Source"/>.</summary>
public abstract class LoadSource
{
    private protected LoadSource(string description) => Description = description;

    /// <summary>The source in words, for the ledger and for messages; without secrets.</summary>
    public string Description { get; }

    /// <summary>The source in words.</summary>
    public override string ToString() => Description;
}
