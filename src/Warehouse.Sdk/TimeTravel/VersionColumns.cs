using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The columns of a dimension that a type of the host takes.</summary>
internal static class VersionColumns
{
    /// <summary>All columns for a type with settable properties; for one with a constructor only, those it names, in its order.</summary>
    /// <exception cref="ArgumentException">The constructor asks for something that is no column of the dimension.</exception>
    public static IReadOnlyList<Identifier> Of(Type version, Dimension dimension)
    {
        Identifier[] columns = [.. dimension.VersionSchema.Columns.Select(column => column.Name)];
        ConstructorInfo[] constructors = version.GetConstructors();
        if (version == typeof(object) || constructors.Any(constructor => constructor.GetParameters().Length == 0))
            return columns;
        ParameterInfo[] parameters = constructors.MaxBy(constructor => constructor.GetParameters().Length)?.GetParameters() ?? [];
        if (parameters.Length == 0)
            throw new ArgumentException($"{version.Name} has no constructor; take a record or class whose members are columns of {dimension.Name}.");
        return [.. parameters.Select(parameter => Array.FindIndex(columns, column => Bare(column.Value) == Bare(parameter.Name!)) is >= 0 and int found
            ? columns[found]
            : throw new ArgumentException($"{version.Name}.{parameter.Name} names no column of {dimension.Name}; it has {string.Join(", ", columns)}."))];
    }

    private static string Bare(string name) => name.Replace("_", string.Empty, StringComparison.Ordinal).ToUpperInvariant();
}
