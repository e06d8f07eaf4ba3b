using Microsoft.Extensions.Options;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>Finds what a registration lacks before the host takes its first request, and builds its model once to see that it works.</summary>
internal sealed class WarehouseRegistrationValidator(string name, IServiceProvider services) : IValidateOptions<WarehouseRegistration>
{
    public ValidateOptionsResult Validate(string? name1, WarehouseRegistration options)
    {
        if (name1 != name)
            return ValidateOptionsResult.Skip;
        string which = name.Length == 0 ? "The warehouse" : $"The warehouse '{name}'";
        List<string> problems = [];
        if (options.Provider is null)
            problems.Add($"{which} has no engine; add one, such as UseDuckDb(...).");
        if (options.Model is null)
            problems.Add($"{which} has no model; add one with AddModel<T>() or AddModel(model).");
        try
        {
            options.Model?.Invoke(services);
        }
        catch (WarehouseModelException error)
        {
            problems.Add(error.Message);
        }

        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
