namespace Warehouse.Sdk.Providers;

/// <summary>Staged rows into a landing table, as received, with load, file and line.</summary>
/// <param name="Target">The landing table.</param>
public sealed record LandingPlan(ZoneTable Target)
{
    /// <summary>Where the file and line of a row are told.</summary>
    internal RowPlaces Places { get; init; }
}

/// <summary>Where the file and line of staged rows are told.</summary>
internal enum RowPlaces
{
    /// <summary>All are of the file <c>$path</c>, if they are of one.</summary>
    OneFile,

    /// <summary>Lines carry the number of their file in the ledger above <see cref="SourcePartPlan.LineBits"/> bits.</summary>
    ManyFiles,

    /// <summary>Lines are those of rejected rows in their order of replay.</summary>
    Rejects,
}
