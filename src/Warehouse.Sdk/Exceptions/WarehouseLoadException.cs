namespace Warehouse.Sdk;

/// <summary>A load that was refused or failed. It was rolled back: data, ledger and watermark are as before.</summary>
public sealed class WarehouseLoadException : WarehouseException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The driver's error, if there is one.</param>
    public WarehouseLoadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }

    /// <summary>The file being read, if it was one.</summary>
    public string? File { get; init; }

    /// <summary>The line of the file or the number of the row, from 1.</summary>
    public long? Line { get; init; }

    /// <summary>The column concerned.</summary>
    public string? Column { get; init; }

    /// <summary>The first rejected rows, when the reject policy ended the load.</summary>
    public IReadOnlyList<RejectedRow> Rejects { get; init; } = [];
}
