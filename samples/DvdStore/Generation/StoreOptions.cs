namespace DvdStore.Generation;

/// <summary>What to generate. Equal options give byte-identical files on any machine.</summary>
internal sealed record StoreOptions
{
    /// <summary>Number of day folders, the first full load included.</summary>
    public int Days { get; init; } = 60;

    /// <summary>Multiplies stores, customers, films, inventory, rentals and the daily changes.</summary>
    public int Scale { get; init; } = 1;

    public int Seed { get; init; } = 20260101;

    public DateOnly FirstDay { get; init; } = new(2026, 1, 1);
}
