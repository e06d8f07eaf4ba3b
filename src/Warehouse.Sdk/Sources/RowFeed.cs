namespace Warehouse.Sdk.Providers;

/// <summary>
/// Rows on their way into a staging table, one at a time, in constant memory. A provider compiles the columns' expressions once and
/// drains the feed; it never holds rows.
/// </summary>
/// <typeparam name="TRow">What a row is: the host's own type, a data reader, a line of a file.</typeparam>
public abstract class RowFeed<TRow> : IAsyncDisposable
{
    /// <summary>The columns in the staging table's order.</summary>
    public abstract IReadOnlyList<FeedColumn> Columns { get; }

    /// <summary>The row that <see cref="MoveNextAsync"/> came to.</summary>
    public abstract TRow Current { get; }

    /// <summary>The line of the file or the number of the row, from 1.</summary>
    public abstract long Line { get; }

    /// <summary>The same as the staging table keeps it: of several files in one load, with the number of the file in the bits above.</summary>
    public virtual long StagedLine => Line;

    /// <summary>The file, if it is one.</summary>
    public virtual string? File => null;

    /// <summary>What is wrong with the row as a whole, such as a missing field; <see langword="null"/> when nothing is.</summary>
    public virtual string? RowProblem => null;

    /// <summary>The row as received, for the reject table.</summary>
    public abstract string? RawRow();

    /// <summary>The names of the fields, where <see cref="RawRow"/> means nothing without them, as in CSV.</summary>
    public virtual string? RawHeader => null;

    /// <summary>The current row as one that cannot be loaded.</summary>
    internal RejectedRow Reject(string? column, string reason) => new(File, Line, column, reason, RawRow()) { RawHeader = RawHeader };

    /// <summary>Goes to the next row.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public abstract ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
