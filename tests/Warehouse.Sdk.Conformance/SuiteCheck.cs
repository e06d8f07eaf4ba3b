using System.Reflection;

namespace Warehouse.Sdk.Conformance;

/// <summary>Every engine answers every suite.</summary>
public static class SuiteCheck
{
    /// <summary>The suites that no class of an engine's test assembly derives from.</summary>
    public static IReadOnlyList<Type> MissingFrom(Assembly engineTests)
    {
        ArgumentNullException.ThrowIfNull(engineTests);
        HashSet<Type> derived = [.. engineTests.GetTypes().Where(type => !type.IsAbstract).SelectMany(Bases)];
        return [.. Suites.Where(suite => !derived.Contains(suite))];
    }

    public static IReadOnlyList<Type> Suites { get; } =
        [.. typeof(SuiteCheck).Assembly.GetExportedTypes().Where(type => type.IsAbstract && type.IsGenericTypeDefinition && !type.IsInterface)];

    private static IEnumerable<Type> Bases(Type type)
    {
        for (Type? parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (parent.IsGenericType)
                yield return parent.GetGenericTypeDefinition();
        }
    }
}
