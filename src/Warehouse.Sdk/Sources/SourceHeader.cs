using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Compares the columns of a source with those its target needs, before any row is read.</summary>
internal static class SourceHeader
{
    /// <returns>The columns that the source leaves out, where the target allows that.</returns>
    /// <param name="target">The target.</param>
    /// <param name="source">The source in words.</param>
    /// <param name="seen">The columns it has.</param>
    /// <param name="allowExtra">Whether it may have others than the target takes.</param>
    /// <param name="allowMissing">Whether it may lack columns: they are NULL.</param>
    /// <param name="ofFilesOnly">Columns that the table has from other files, which this one may lack.</param>
    public static IReadOnlySet<Identifier> Check(LoadTarget target, string source, IReadOnlyList<Identifier> seen, bool allowExtra, bool allowMissing = false, IReadOnlyList<Identifier>? ofFilesOnly = null)
    {
        Identifier[] all = [.. target.SourceColumns.Select(column => column.Name)];
        HashSet<Identifier> absent = [.. all.Except(seen).Where(name => allowMissing || ofFilesOnly?.Contains(name) == true || Optional(target).Contains(name))];
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
