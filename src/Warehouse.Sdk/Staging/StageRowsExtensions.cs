using System.Data.Common;
using System.Globalization;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>Puts rows on a stage as files with a manifest.</summary>
public static class StageRowsExtensions
{
    /// <summary>
    /// Writes rows to <c>prefix/target/load id/part-00001.csv.gz</c> and so on, and a manifest when all of them are there: the load is complete when its manifest is.
    /// Load it with <see cref="Source.StagedLoad(string, FileFormat?)"/>. Memory stays flat, however many rows there are.
    /// </summary>
    /// <param name="stage">The stage.</param>
    /// <param name="target">The table of the model that the rows are for; columns have its names and types.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">Format, packing and sizes.</param>
    /// <param name="cancellationToken">Gives up; without a manifest nothing of it will be loaded.</param>
    /// <typeparam name="TRow">The target's row.</typeparam>
    /// <exception cref="WarehouseLoadException">A row cannot be written; the load is not complete.</exception>
    public static Task<StagedLoad> StageRowsAsync<TRow>(this IStageClient stage, LoadTarget target, IEnumerable<TRow> rows, StageWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(rows);
        return WriteAsync(stage, target.Name.ToString(), () => new ObjectFeed<TRow>(rows, ShapeOf<TRow>(target)), options, cancellationToken);
    }

    /// <summary>The same for rows that come one at a time.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="target">The table of the model that the rows are for.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">Format, packing and sizes.</param>
    /// <param name="cancellationToken">Gives up; without a manifest nothing of it will be loaded.</param>
    /// <typeparam name="TRow">The target's row.</typeparam>
    public static Task<StagedLoad> StageRowsAsync<TRow>(this IStageClient stage, LoadTarget target, IAsyncEnumerable<TRow> rows, StageWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(rows);
        return WriteAsync(stage, target.Name.ToString(), () => new ObjectFeed<TRow>(rows, ShapeOf<TRow>(target), cancellationToken), options, cancellationToken);
    }

    /// <summary>The same for the rows of a reader, with the reader's own columns. The caller keeps and disposes the reader.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="target">What the rows are for: one part of the path.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="options">Format, packing and sizes.</param>
    /// <param name="cancellationToken">Gives up; without a manifest nothing of it will be loaded.</param>
    public static Task<StagedLoad> StageRowsAsync(this IStageClient stage, string target, DbDataReader rows, StageWriteOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        ArgumentNullException.ThrowIfNull(rows);
        return WriteAsync(stage, target, () => new ReaderFeed(rows), options, cancellationToken);
    }

    /// <summary>Writes all rows of a reader to one file, packed as the end of its name says.</summary>
    internal static async Task<StagedFile> PutAsync(IStageClient stage, string path, DbDataReader rows, CancellationToken cancellationToken)
    {
        Compression compression = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? Compression.Gzip : path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? Compression.Zstd : Compression.None;
        var options = new StageWriteOptions { Compression = compression };
        var feed = new ReaderFeed(rows);
        await using (feed.ConfigureAwait(false))
        {
            PartEncoding encoding = options.Format.Encode(feed.Columns, compression, options);
            StagedPart part = (await new StageWriter(stage, encoding, options).WriteAsync(feed, _ => path, isOneFile: true, cancellationToken).ConfigureAwait(false))[0];
            return new StagedFile(path, part.Length) { Sha256 = part.Sha256 };
        }
    }

    private static async Task<StagedLoad> WriteAsync<TRow>(IStageClient stage, string target, Func<RowFeed<TRow>> open, StageWriteOptions? options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stage);
        options ??= StageWriteOptions.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxFileBytes, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxFileRows, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.FilesInFlight, 1, nameof(options));
        string loadId = options.LoadId ?? string.Create(CultureInfo.InvariantCulture, $"{TimeProvider.System.GetUtcNow():yyyyMMdd'T'HHmmssfff}-{Guid.NewGuid().ToString("N")[..8]}");
        if (loadId.Contains('/', StringComparison.Ordinal) || target.Contains('/', StringComparison.Ordinal))
            throw new ArgumentException($"'{target}' and '{loadId}' are each one part of a path; they must not hold a '/'.", target.Contains('/', StringComparison.Ordinal) ? nameof(target) : nameof(options));
        string folder = $"{(options.Prefix.Length > 0 ? options.Prefix + "/" : string.Empty)}{target}/{loadId}/";
        if (options.LoadId is not null)
        {
            if (await FindAsync(stage, folder, cancellationToken).ConfigureAwait(false) is { } complete)
                return complete;
            // What a killed run has left is of no use: nobody knows whether it is whole.
            List<string> leftovers = [];
            await foreach (StagedFile file in stage.ListAsync(folder, cancellationToken).ConfigureAwait(false))
                leftovers.Add(file.Path);
            await stage.DeleteManyAsync(leftovers, cancellationToken).ConfigureAwait(false);
        }

        RowFeed<TRow> feed = open();
        await using (feed.ConfigureAwait(false))
        {
            Compression compression = options.Compression == Compression.Detect ? Compression.Gzip : options.Compression;
            PartEncoding encoding = options.Format.Encode(feed.Columns, compression, options);
            IReadOnlyList<StagedPart> files = await new StageWriter(stage, encoding, options)
                .WriteAsync(feed, number => string.Create(CultureInfo.InvariantCulture, $"{folder}part-{number:00000}.{encoding.Extension}"), isOneFile: false, cancellationToken).ConfigureAwait(false);
            var csv = options.Format as CsvFormat;
            var load = new StagedLoad(target, loadId, folder + StagedLoad.ManifestName)
            {
                Format = options.Format.Name,
                Compression = encoding.Compression,
                Columns = [.. feed.Columns.Select(column => new StagedColumn(column.Column.Name.Value, column.Column.Type.ToString()))],
                Files = files,
                Delimiter = csv is { Delimiter: not ',' } ? csv.Delimiter.ToString() : null,
                Quote = csv is { Quote: not '"' } ? csv.Quote.ToString() : null,
                NullText = csv is { NullText.Length: > 0 } ? csv.NullText : null,
                HasHeader = csv?.HasHeader ?? true,
            };
            return await PutManifestAsync(stage, load, cancellationToken).ConfigureAwait(false)
                ? load
                : throw new WarehouseConcurrencyException($"'{load.ManifestPath}' was written by someone else while this load was being staged; files of both may have been mixed. Do not load it: delete the folder and stage again, one writer at a time.");
        }
    }

    /// <returns>False when one is there already.</returns>
    private static async Task<bool> PutManifestAsync(IStageClient stage, StagedLoad load, CancellationToken cancellationToken)
    {
        using var manifest = new MemoryStream(StageManifest.Write(load));
        try
        {
            return await stage.PutIfAbsentAsync(load.ManifestPath, manifest, cancellationToken).ConfigureAwait(false) is not null;
        }
        catch (WarehouseStageException error) when (error.Failure == StageFailure.NotSupported)
        {
            // Such a stage cannot tell a second writer for sure; one at a time is what is asked for anyhow.
            if (await stage.FindAsync(load.ManifestPath, cancellationToken).ConfigureAwait(false) is not null)
                return false;
            manifest.Position = 0;
            await stage.PutAsync(load.ManifestPath, manifest, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    private static async Task<StagedLoad?> FindAsync(IStageClient stage, string folder, CancellationToken cancellationToken)
        => await stage.FindAsync(folder + StagedLoad.ManifestName, cancellationToken).ConfigureAwait(false) is null
            ? null
            : await StagedLoadFiles.ReadManifestAsync(stage, folder + StagedLoad.ManifestName, cancellationToken).ConfigureAwait(false);

    private static RowShape ShapeOf<TRow>(LoadTarget target) => target.RowType == typeof(TRow)
        ? target.Rows
        : throw new ArgumentException($"{target.Name} takes rows of {target.RowType.Name}; rows of {typeof(TRow).Name} were given. Nothing was staged.");
}
