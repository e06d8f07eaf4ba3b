using Warehouse.Sdk.Conformance;

namespace Warehouse.Sdk.DuckDb.Tests;

public sealed class SuiteTests
{
    [Fact]
    public void All_suites_are_derived()
    {
        Type[] suites = [.. typeof(WarehouseTestStore).Assembly.GetExportedTypes().Where(type => type.IsAbstract && type.IsGenericTypeDefinition && !type.IsInterface)];
        HashSet<Type> derived = [.. typeof(SuiteTests).Assembly.GetTypes().Where(type => !type.IsAbstract).SelectMany(Bases)];
        suites.Should().NotBeEmpty();
        suites.Where(suite => !derived.Contains(suite)).Should().BeEmpty("every engine answers every suite");
    }

    private static IEnumerable<Type> Bases(Type type)
    {
        for (Type? parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            if (parent.IsGenericType)
                yield return parent.GetGenericTypeDefinition();
        }
    }
}
