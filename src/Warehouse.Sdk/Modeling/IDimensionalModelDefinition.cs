namespace Warehouse.Sdk;

/// <summary>A model written as a class, so that dependency injection can make it: <c>AddModel&lt;DvdStoreModel&gt;()</c>.</summary>
public interface IDimensionalModelDefinition
{
    /// <summary>Defines the tables. Called once.</summary>
    /// <param name="model">The builder.</param>
    void Define(DimensionalModelBuilder model);
}
