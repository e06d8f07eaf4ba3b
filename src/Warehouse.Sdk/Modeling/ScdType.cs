namespace Warehouse.Sdk;

/// <summary>What a real change of an attribute does to its dimension (Kimball, "Slowly Changing Dimension Techniques").</summary>
public enum ScdType
{
    /// <summary>Keeps the value of the member's earliest event.</summary>
    Type0,

    /// <summary>Overwrites the value on the member's versions; makes no history.</summary>
    Type1,

    /// <summary>Closes the open version at the effective time and opens a new one with a new surrogate key.</summary>
    Type2,

    /// <summary>Moves the old value to <c>previous_x</c> and writes the new one, on all versions of the member.</summary>
    Type3,

    /// <summary>As <see cref="Type2"/>, and <c>current_x</c> holds the latest value on all versions of the member.</summary>
    Type6,
}
