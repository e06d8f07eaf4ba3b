namespace Warehouse.Sdk;

/// <summary>Puts rows, readers and files into tables of the landing zone: complete or not at all, the same file never twice.</summary>
public interface IWarehouseLoader
{
    /// <summary>Appends a batch as received, with load, file and line of every row. When it throws, the table is as it was.</summary>
    /// <param name="table">A table of the landing zone.</param>
    /// <param name="source">Where the rows come from.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the table is then as it was.</param>
    Task<LoadReport> LoadAsync(ZoneTable table, LoadSource source, LoadOptions? options = null, CancellationToken cancellationToken = default);
}
