namespace Warehouse.Sdk.Postgres;

/// <summary>Takes whole rows in binary COPY format to a table. What is not completed is undone.</summary>
internal interface IRowCopy : IAsyncDisposable
{
    /// <summary>Sends the rows some time soon; the array is rented, and from now on the copy's.</summary>
    ValueTask SendAsync(ArraySegment<byte> rows);

    /// <summary>Sends what is left, perhaps nothing; the rows are in the table when it returns.</summary>
    Task CompleteAsync(ArraySegment<byte> rest);
}
