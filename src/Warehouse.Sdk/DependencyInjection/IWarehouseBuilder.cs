using Microsoft.Extensions.DependencyInjection;

namespace Warehouse.Sdk;

/// <summary>Says what a registered warehouse is made of. Provider packages add <c>Use...</c> methods.</summary>
public interface IWarehouseBuilder
{
    /// <summary>The name it is registered under; empty for the default one.</summary>
    string Name { get; }

    /// <summary>The host's services.</summary>
    IServiceCollection Services { get; }
}
