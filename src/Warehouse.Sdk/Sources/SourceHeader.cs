using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Compares the columns of a source with those its target needs, before any row is read.</summary>
internal static class SourceHeader
{
    public static void Check(LoadTarget target, string source, IReadOnlyList<Identifier> seen, bool allowExtra)
    {
        Identifier[] wanted = [.. target.SourceColumns.Select(column => column.Name)];
        List<string> differences =
        [
            .. wanted.Except(seen).Select(name => $"column '{name}' is missing"),
            .. seen.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"column '{group.Key}' stands there {group.Count()} times"),
        ];
        if (!allowExtra)
            differences.AddRange(seen.Except(wanted).Select(name => $"column '{name}' is not expected"));
        if (differences.Count == 0)
            return;

        throw new WarehouseSchemaException(
            $"{source} does not fit {target.Name}: {string.Join("; ", differences)}. "
            + $"Seen: {string.Join(", ", seen)}. Expected: {string.Join(", ", wanted)}. "
            + "Nothing was loaded. Correct the source, or the row type in the model.",
            differences)
        {
            Target = target.Name.ToString(),
        };
    }
}
