namespace Warehouse.Sdk.Workload;

/// <summary>Why a row of a client is in a batch.</summary>
internal enum ClientEventKind
{
    /// <summary>The client's first row.</summary>
    First,

    /// <summary>A new city or tier: type 2.</summary>
    Moved,

    /// <summary>A new address for letters by mail: type 1.</summary>
    Mailed,

    /// <summary>A move that is told days after it happened.</summary>
    MovedLate,

    Deleted,

    /// <summary>Says again, of a later time, what was so before.</summary>
    Confirmed,

    /// <summary>Delivers an earlier row once more.</summary>
    Redelivered,

    /// <summary>A bad row: its key is NULL.</summary>
    WithoutKey,

    /// <summary>A bad row: its city is longer than the column.</summary>
    WithoutFit,
}

/// <summary>A row and when it is delivered.</summary>
/// <param name="Kind">Why it is there.</param>
/// <param name="Batch">The day it is delivered on; 0 is the historical load.</param>
/// <param name="Row">The row.</param>
/// <param name="Copies">How often the batch has it.</param>
internal readonly record struct ClientEvent(ClientEventKind Kind, int Batch, ClientRow Row, int Copies)
{
    public bool IsBad => Kind is ClientEventKind.WithoutKey or ClientEventKind.WithoutFit;

    /// <summary>The column that a bad row is rejected for.</summary>
    public string BadColumn => Kind == ClientEventKind.WithoutKey ? "client_id" : "city";
}
