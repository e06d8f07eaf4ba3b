namespace Warehouse.Sdk;

/// <summary>
/// The parameters that stand for the load itself while the host's query runs. A query may read them; a value of the host's own would mislead
/// the statements and the ledger. Parameters that are set after the query has run are free.
/// </summary>
internal static class LoadParameters
{
    public static IReadOnlySet<string> OfLoads { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "load_id", "target", "batch_id", "path", "as_of", "started_at", "column_name",
    };

    /// <summary>Begins the parameters that name the parts of a source.</summary>
    public const string PartPrefix = "source_part_";

    public static bool IsTaken(string name) => OfLoads.Contains(name) || name.StartsWith(PartPrefix, StringComparison.OrdinalIgnoreCase);
}
