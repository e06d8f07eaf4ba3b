using System.Threading.Channels;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>
/// Rows into files of a stage: encoding, packing and putting overlap, and what is in between is bounded. Files hold the rows in their order.
/// </summary>
internal sealed class StageWriter(IStageClient stage, PartEncoding encoding, StageWriteOptions options)
{
    private readonly int _blocksInWork = Environment.ProcessorCount + 2;

    /// <param name="feed">The rows.</param>
    /// <param name="pathOf">The path of the file with a number, from 1.</param>
    /// <param name="isOneFile">Whether all rows go to one file, which is there even without rows.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<StagedPart>> WriteAsync<TRow>(RowFeed<TRow> feed, Func<int, string> pathOf, bool isOneFile, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var blocks = Channel.CreateBounded<Task<PartBlock>>(new BoundedChannelOptions(_blocksInWork) { SingleReader = true, SingleWriter = true });
        Task encoded = Task.Run(() => EncodeAsync(feed, blocks.Writer, stop.Token), CancellationToken.None);
        var parts = new PartWriter(stage, encoding, options, pathOf, isOneFile);
        try
        {
            IReadOnlyList<StagedPart> written = await parts.WriteAsync(blocks.Reader, stop.Token).ConfigureAwait(false);
            await encoded.ConfigureAwait(false);
            return written;
        }
        catch
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await encoded.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            while (blocks.Reader.TryRead(out Task<PartBlock>? block))
            {
                await ((Task)block).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (block.IsCompletedSuccessfully)
                    (await block.ConfigureAwait(false)).Dispose();
            }

            throw;
        }
    }

    private async Task EncodeAsync<TRow>(RowFeed<TRow> feed, ChannelWriter<Task<PartBlock>> blocks, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        try
        {
            using RowBlocks<TRow> rows = encoding.Take<TRow>(feed.Columns);
            while (await feed.MoveNextAsync(cancellationToken).ConfigureAwait(false))
            {
                Add(feed, rows);
                if (rows.IsFull || rows.Rows >= options.MaxFileRows)
                    await HandOverAsync(rows, blocks, cancellationToken).ConfigureAwait(false);
            }

            if (rows.Rows > 0)
                await HandOverAsync(rows, blocks, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            failure = error;
        }

        blocks.Complete(failure);
    }

    private async ValueTask HandOverAsync<TRow>(RowBlocks<TRow> rows, ChannelWriter<Task<PartBlock>> blocks, CancellationToken cancellationToken)
    {
        PartBlock block = rows.Seal();
        await blocks.WriteAsync(Task.Run(() => encoding.Prepare(block), CancellationToken.None), cancellationToken).ConfigureAwait(false);
    }

    private static void Add<TRow>(RowFeed<TRow> feed, RowBlocks<TRow> rows)
    {
        try
        {
            if (feed.RowProblem is { } problem)
                throw new FormatException(problem);
            rows.Add(feed.Current);
        }
        catch (Exception error) when (error is FormatException or OverflowException or InvalidCastException)
        {
            string column = feed.RowProblem is null ? $", column {feed.Columns[rows.Column].Column.Name}" : string.Empty;
            throw new WarehouseLoadException(FormattableString.Invariant($"Row {feed.Line}{column} cannot be staged: {error.Message}. The load is not complete on the stage and will not be loaded. Correct the row and stage again."), error)
            {
                File = feed.File,
                Line = feed.Line,
                Column = feed.RowProblem is null ? feed.Columns[rows.Column].Column.Name.Value : null,
            };
        }
    }
}
