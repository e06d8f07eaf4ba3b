namespace Warehouse.Sdk;

/// <summary>Someone else holds what this call needs: another load of the same target, or another process on the database. Nothing was changed.</summary>
public sealed class WarehouseConcurrencyException : WarehouseException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The driver's error, if there is one.</param>
    public WarehouseConcurrencyException(string message, Exception? innerException = null)
        : base(message, innerException)
        => IsTransient = true;
}
