using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Compares the columns of a source with those its target needs, before any row is read.</summary>
internal static class SourceHeader
{
    /// <returns>The columns that the source leaves out, where the target allows that.</returns>
    public static IReadOnlySet<Identifier> Check(LoadTarget target, string source, IReadOnlyList<Identifier> seen, bool allowExtra)
    {
        Identifier[] all = [.. target.SourceColumns.Select(column => column.Name)];
        HashSet<Identifier> absent = [.. all.Except(seen).Where(Optional(target).Contains)];
        Identifier[] wanted = [.. all.Except(absent)];
        List<string> differences =
        [
            .. wanted.Except(seen).Select(name => $"column '{name}' is missing"),
            .. seen.GroupBy(name => name).Where(group => group.Count() > 1).Select(group => $"column '{group.Key}' stands there {group.Count()} times"),
        ];
        if (!allowExtra)
            differences.AddRange(seen.Except(wanted).Select(name => $"column '{name}' is not expected"));
        if (differences.Count == 0)
            return absent;

        throw new WarehouseSchemaException(
            $"{source} does not fit {target.Name}: {string.Join("; ", differences)}. "
            + $"Seen: {string.Join(", ", seen)}. Expected: {string.Join(", ", wanted)}. "
            + "Nothing was loaded. Correct the source, or the row type in the model.",
            differences)
        {
            Target = target.Name.ToString(),
        };
    }

    // What is told about a process need not be told all at once; only which process it is, and when it was told.
    private static HashSet<Identifier> Optional(LoadTarget target) => target is Fact { Definition.Accumulating: not null } fact
        ? [.. fact.SourceColumns.Select(column => column.Name).Except(fact.GrainColumns.Select(column => column.Name)).Where(name => name != fact.Definition.Growth.Sequence?.Name)]
        : [];
}
