namespace Warehouse.Sdk;

/// <summary>The database, the model and the source do not fit together. Nothing was changed.</summary>
public sealed class WarehouseSchemaException : WarehouseException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The message.</param>
    /// <param name="differences">Every difference found, each with the table and column it is at.</param>
    public WarehouseSchemaException(string message, IReadOnlyList<string> differences)
        : base(message)
        => Differences = differences;

    /// <summary>Every difference found.</summary>
    public IReadOnlyList<string> Differences { get; }
}
