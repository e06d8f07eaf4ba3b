namespace Warehouse.Sdk;

/// <summary>The shortest ways to load rows of the host's own types, and to read the history of a member.</summary>
public static class WarehouseExtensions
{
    /// <summary>Merges rows into a dimension. See <see cref="IWarehouse.LoadAsync"/>.</summary>
    /// <param name="warehouse">The warehouse.</param>
    /// <param name="dimension">The dimension.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the dimension is then as it was.</param>
    /// <typeparam name="TRow">The dimension's row.</typeparam>
    public static Task<LoadReport> LoadAsync<TRow>(this IWarehouse warehouse, Dimension<TRow> dimension, IEnumerable<TRow> rows, LoadOptions? options = null, CancellationToken cancellationToken = default)
        => NotNull(warehouse).LoadAsync(dimension, Source.Rows(rows), options, cancellationToken);

    /// <summary>Merges rows into a dimension. See <see cref="IWarehouse.LoadAsync"/>.</summary>
    /// <param name="warehouse">The warehouse.</param>
    /// <param name="dimension">The dimension.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the dimension is then as it was.</param>
    /// <typeparam name="TRow">The dimension's row.</typeparam>
    public static Task<LoadReport> LoadAsync<TRow>(this IWarehouse warehouse, Dimension<TRow> dimension, IAsyncEnumerable<TRow> rows, LoadOptions? options = null, CancellationToken cancellationToken = default)
        => NotNull(warehouse).LoadAsync(dimension, Source.Rows(rows), options, cancellationToken);

    /// <summary>Takes rows into a fact. See <see cref="IWarehouse.LoadAsync"/>.</summary>
    /// <param name="warehouse">The warehouse.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the fact is then as it was.</param>
    /// <typeparam name="TRow">The fact's row.</typeparam>
    public static Task<LoadReport> LoadAsync<TRow>(this IWarehouse warehouse, Fact<TRow> fact, IEnumerable<TRow> rows, LoadOptions? options = null, CancellationToken cancellationToken = default)
        => NotNull(warehouse).LoadAsync(fact, Source.Rows(rows), options, cancellationToken);

    /// <summary>Takes rows into a fact. See <see cref="IWarehouse.LoadAsync"/>.</summary>
    /// <param name="warehouse">The warehouse.</param>
    /// <param name="fact">The fact.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the fact is then as it was.</param>
    /// <typeparam name="TRow">The fact's row.</typeparam>
    public static Task<LoadReport> LoadAsync<TRow>(this IWarehouse warehouse, Fact<TRow> fact, IAsyncEnumerable<TRow> rows, LoadOptions? options = null, CancellationToken cancellationToken = default)
        => NotNull(warehouse).LoadAsync(fact, Source.Rows(rows), options, cancellationToken);

    /// <summary>Takes rows into a table of the landing or enterprise zone. See <see cref="IWarehouse.LoadAsync"/>.</summary>
    /// <param name="warehouse">The warehouse.</param>
    /// <param name="table">The table.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the table is then as it was.</param>
    /// <typeparam name="TRow">The table's row.</typeparam>
    public static Task<LoadReport> LoadAsync<TRow>(this IWarehouse warehouse, ZoneTable<TRow> table, IEnumerable<TRow> rows, LoadOptions? options = null, CancellationToken cancellationToken = default)
        => NotNull(warehouse).LoadAsync(table, Source.Rows(rows), options, cancellationToken);

    /// <summary>Replaces a bridge by these rows. See <see cref="IWarehouse.LoadAsync"/>.</summary>
    /// <param name="warehouse">The warehouse.</param>
    /// <param name="bridge">The bridge.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">What is particular to this load.</param>
    /// <param name="cancellationToken">Gives up; the bridge is then as it was.</param>
    /// <typeparam name="TRow">The bridge's row.</typeparam>
    public static Task<LoadReport> LoadAsync<TRow>(this IWarehouse warehouse, Bridge<TRow> bridge, IEnumerable<TRow> rows, LoadOptions? options = null, CancellationToken cancellationToken = default)
        => NotNull(warehouse).LoadAsync(bridge, Source.Rows(rows), options, cancellationToken);

    /// <summary>Reads the versions of a member whose natural key is one column. See <see cref="IWarehouse.HistoryOfAsync"/>.</summary>
    /// <param name="warehouse">The warehouse.</param>
    /// <param name="dimension">The dimension.</param>
    /// <param name="naturalKey">The value of its natural key.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <typeparam name="TVersion">What a version is read into.</typeparam>
    public static Task<IReadOnlyList<TVersion>> HistoryOfAsync<TVersion>(this IWarehouse warehouse, Dimension dimension, object naturalKey, CancellationToken cancellationToken = default)
        => NotNull(warehouse).HistoryOfAsync<TVersion>(dimension, [naturalKey], cancellationToken);

    private static IWarehouse NotNull(IWarehouse warehouse)
    {
        ArgumentNullException.ThrowIfNull(warehouse);
        return warehouse;
    }
}
