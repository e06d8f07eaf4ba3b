namespace Warehouse.Sdk.Providers;

/// <summary>What a registered warehouse is made of; one named options instance per warehouse, validated when the host starts.</summary>
public sealed class WarehouseRegistration
{
    /// <summary>Makes the provider. Set by a provider package's <c>Use...</c> method.</summary>
    public Func<IServiceProvider, IWarehouseProvider>? Provider { get; set; }

    /// <summary>Makes the stage. By default a local folder.</summary>
    public Func<IServiceProvider, IStageClient>? Stage { get; set; }

    /// <summary>Makes the model. Set by <c>AddModel</c>.</summary>
    public Func<IServiceProvider, DimensionalModel>? Model { get; set; }
}
