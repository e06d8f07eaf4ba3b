namespace Warehouse.Sdk;

/// <summary>
/// A member that exists before the first load and stands for a missing one, so that a fact's key is never NULL. Default members are
/// never expired, versioned or compared, and no source row can meet them: their natural key is NULL.
/// </summary>
/// <param name="Key">The surrogate key, below zero.</param>
/// <param name="Label">The text that its text attributes carry, where it fits.</param>
public sealed record DefaultMember(long Key, string Label)
{
    /// <summary>-1: the source did not say, or named a member nobody knows.</summary>
    public static DefaultMember Unknown { get; } = new(-1, "Unknown");

    /// <summary>-2: there is none for this row.</summary>
    public static DefaultMember NotApplicable { get; } = new(-2, "Not applicable");

    /// <summary>-4: a date that is still to come, such as the return of an open rental.</summary>
    public static DefaultMember NotHappenedYet { get; } = new(-4, "Not happened yet");
}
