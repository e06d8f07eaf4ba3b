using System.Data.Common;

namespace Warehouse.Sdk;

internal sealed class ReaderLoadSource(DbDataReader reader, string description) : RowLoadSource(description)
{
    public override async Task<long> StageAsync(StagingRequest request, CancellationToken cancellationToken)
    {
        var feed = new ReaderFeed(reader, request.Target, Description);
        request.Absent.UnionWith(feed.Absent);
        await using (feed.ConfigureAwait(false))
            return await request.DrainAsync(feed, cancellationToken).ConfigureAwait(false);
    }
}
