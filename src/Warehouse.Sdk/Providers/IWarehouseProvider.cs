namespace Warehouse.Sdk.Providers;

/// <summary>An engine. Implemented by provider packages.</summary>
public interface IWarehouseProvider : IAsyncDisposable
{
    /// <summary>The engine's name in logs, spans and errors, such as <c>duckdb</c>.</summary>
    string SystemName { get; }

    /// <summary>The database in words, without secrets.</summary>
    string Database { get; }

    /// <summary>Turns plans into statements.</summary>
    ISqlDialect Dialect { get; }

    /// <summary>Opens a session.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseException">The database cannot be opened; the message says why.</exception>
    Task<IWarehouseSession> OpenSessionAsync(CancellationToken cancellationToken);
}
