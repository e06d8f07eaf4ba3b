namespace Warehouse.Sdk;

/// <summary>
/// Something the warehouse could not do. The message says what was seen, what was expected, where, what state the data is in and
/// what to do. Mistakes in calling code stay <see cref="ArgumentException"/> and its kin; cancellation stays
/// <see cref="OperationCanceledException"/>. The driver's own exception is the inner one.
/// </summary>
public class WarehouseException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The driver's error, if there is one.</param>
    public WarehouseException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The engine, such as <c>duckdb</c>.</summary>
    public string? SystemName { get; init; }

    /// <summary>The table, stage or database concerned.</summary>
    public string? Target { get; init; }

    /// <summary>The load concerned.</summary>
    public long? LoadId { get; init; }

    /// <summary>The name of the statement that failed.</summary>
    public string? Step { get; init; }

    /// <summary>True when the same call may succeed later without any change, such as after another process lets go of a file.</summary>
    public bool IsTransient { get; init; }
}
