namespace Warehouse.Sdk;

/// <summary>An attribute that was deployed with another type than the model gives it.</summary>
internal sealed record RetypedAttribute(Dimension Dimension, DimensionAttribute Attribute, ScdType Before)
{
    /// <summary>True when its changes made versions and no longer do.</summary>
    public bool LosesHistory => Before is ScdType.Type2 or ScdType.Type6 && !Attribute.IsTracked;

    /// <summary>True when its changes make versions from now on.</summary>
    public bool GainsHistory => Before is not (ScdType.Type2 or ScdType.Type6) && Attribute.IsTracked;

    public override string ToString() => $"{Dimension.Name}.{Attribute.Name}: {Before} -> {Attribute.Type}";
}
