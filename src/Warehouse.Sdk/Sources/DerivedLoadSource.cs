namespace Warehouse.Sdk;

/// <summary>The fact that the target is derived from; the model knows which.</summary>
internal sealed class DerivedLoadSource() : LoadSource("its source fact");
