namespace Warehouse.Sdk;

/// <summary>How an upsert writes down that a stored fact was wrong.</summary>
public enum Corrections
{
    /// <summary>The stored row is overwritten. The default.</summary>
    Update,

    /// <summary>
    /// Nothing that stands is changed: a reversal row takes the stored measures back (5, then -5) and a further row holds the corrected ones (9).
    /// Sums are the same as with <see cref="Update"/>; what was reported before can still be explained. Each row has an
    /// <c>entry_number</c> within its grain, and <c>reverses_entry</c> says which one it takes back.
    /// </summary>
    Reversal,
}
