namespace Warehouse.Sdk;

internal sealed class CsvLoadSource(string path, bool isStaged, CsvFormat format) : RowLoadSource(isStaged ? $"staged file {path}" : $"file {path}")
{
    public string File => path;

    public override async Task<FileFingerprint?> FingerprintAsync(IStageClient stage, CancellationToken cancellationToken)
    {
        Stream content = await OpenAsync(stage, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            return await FileFingerprint.OfAsync(isStaged ? path : Path.GetFullPath(path), content, cancellationToken).ConfigureAwait(false);
    }

    public override async Task<long> StageAsync(StagingRequest request, CancellationToken cancellationToken)
    {
        Stream content = await OpenAsync(request.Stage, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            CsvFeed feed = await CsvFeed.OpenAsync(content, path, format, request.Target, cancellationToken).ConfigureAwait(false);
            request.Absent.UnionWith(feed.Absent);
            await using (feed.ConfigureAwait(false))
                return await request.DrainAsync(feed, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<Stream> OpenAsync(IStageClient stage, CancellationToken cancellationToken)
    {
        if (isStaged)
            return await stage.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        try
        {
            return new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 128 * 1024 });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string what = error is FileNotFoundException or DirectoryNotFoundException ? "there is no such file" : "it cannot be opened for reading";
            throw new WarehouseLoadException($"The file '{path}' was to be loaded, but {what} (looked in {Path.GetDirectoryName(Path.GetFullPath(path))}). Nothing was loaded.", error) { File = path };
        }
    }
}
