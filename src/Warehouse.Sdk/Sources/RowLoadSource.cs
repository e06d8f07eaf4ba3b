using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Rows that come from outside the warehouse and go through a staging table.</summary>
internal abstract class RowLoadSource(string description) : LoadSource(description)
{
    /// <summary>What makes the source recognisable when it is sent again; null when nothing does.</summary>
    public virtual Task<FileFingerprint?> FingerprintAsync(IStageClient stage, CancellationToken cancellationToken) => Task.FromResult<FileFingerprint?>(null);

    public abstract Task<long> StageAsync(StagingRequest request, CancellationToken cancellationToken);
}

/// <summary>Everything a row source needs to fill a staging table.</summary>
internal sealed record StagingRequest(LoadTarget Target, IWarehouseSession Session, RejectedRows Rejects, IStageClient Stage, Func<CancellationToken, Task> KeepRejectsAsync)
{
    /// <summary>Columns that the source turned out not to have, where the target allows that.</summary>
    public HashSet<Identifier> Absent { get; init; } = [];

    /// <summary>Columns of files that the target does not have and that were left out.</summary>
    public SortedSet<string> Ignored { get; init; } = [];

    /// <returns>The number of rows read, with those rejected.</returns>
    public async Task<long> DrainAsync<TRow>(RowFeed<TRow> feed, CancellationToken cancellationToken)
    {
        long read = 0;
        bool isThrough;
        do
        {
            read += await Session.StageAsync(Target, feed, Rejects, cancellationToken).ConfigureAwait(false);
            isThrough = !Rejects.IsFull;
            await KeepRejectsAsync(cancellationToken).ConfigureAwait(false);
        }
        while (!isThrough);
        return read;
    }
}
