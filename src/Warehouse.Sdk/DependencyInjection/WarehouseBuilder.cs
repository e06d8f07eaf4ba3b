using Microsoft.Extensions.DependencyInjection;

namespace Warehouse.Sdk;

internal sealed record WarehouseBuilder(string Name, IServiceCollection Services) : IWarehouseBuilder;
