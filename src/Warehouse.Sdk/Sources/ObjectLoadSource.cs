namespace Warehouse.Sdk;

internal sealed class ObjectLoadSource<TRow>(Func<RowShape, CancellationToken, ObjectFeed<TRow>> open) : RowLoadSource($"rows of {typeof(TRow).Name}")
{
    public override async Task<long> StageAsync(StagingRequest request, CancellationToken cancellationToken)
    {
        if (request.Target.RowType != typeof(TRow))
        {
            throw new ArgumentException(
                $"{request.Target.Name} takes rows of {request.Target.RowType.Name}; rows of {typeof(TRow).Name} were given. Nothing was loaded.");
        }

        ObjectFeed<TRow> feed = open(request.Target.Rows, cancellationToken);
        await using (feed.ConfigureAwait(false))
            return await request.DrainAsync(feed, cancellationToken).ConfigureAwait(false);
    }
}
