namespace Warehouse.Sdk;

/// <summary>A member of a dimension and the natural key that its source gives it from now on.</summary>
/// <param name="From">The key under which it is stored: the values in the declared order, of the types of their columns.</param>
/// <param name="To">Its new key.</param>
public sealed record KeyMapping(IReadOnlyList<object> From, IReadOnlyList<object> To)
{
    /// <summary>For keys of one column.</summary>
    /// <param name="from">The key under which the member is stored.</param>
    /// <param name="to">Its new key.</param>
    public KeyMapping(object from, object to)
        : this([from], [to])
    {
    }
}
