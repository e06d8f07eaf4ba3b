using System.Security.Cryptography;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Where files wait on this machine: the driver moves files on disk only, and by the names they have there.</summary>
internal sealed class SnowflakeStageScratch(string? temporaryFolder, string location)
{
    public SnowflakeScratchFolder Create(string path)
    {
        string folder = Path.Combine(Root(), Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(location, path, folder, error);
        }

        return new SnowflakeScratchFolder(folder, location);
    }

    public int Sweep(TimeSpan olderThan)
    {
        DateTime before = TimeProvider.System.GetUtcNow().UtcDateTime - olderThan;
        int count = 0;
        foreach (DirectoryInfo left in new DirectoryInfo(Root()) is { Exists: true } root ? root.EnumerateDirectories() : [])
        {
            if (!Guid.TryParseExact(left.Name, "N", out _) || left.LastWriteTimeUtc > before)
                continue;
            left.Delete(recursive: true);
            count++;
        }

        return count;
    }

    public static WarehouseStageException Unwritable(string location, string path, string folder, Exception error)
    {
        WarehouseStageException cause = StageErrors.NotDone(location, path, "written", error);
        return new WarehouseStageException(cause.Failure, $"{cause.Message} It had to pass through the temporary folder {folder} first; name another one in SnowflakeOptions.TemporaryFolder.", error) { Target = location, Path = path };
    }

    // The driver takes a tilde anywhere in a path for the home folder.
    private string Root()
    {
        string root = Path.GetFullPath(Path.Combine(temporaryFolder ?? Path.GetTempPath(), "warehouse_sdk", "stage"));
        return root.Contains('~', StringComparison.Ordinal)
            ? throw new WarehouseStageException(StageFailure.Other, $"Files for the stage '{location}' cannot wait in {root}: Snowflake's driver takes '~' for the home folder. Name another folder in SnowflakeOptions.TemporaryFolder.") { Target = location }
            : root;
    }
}

/// <summary>A folder for one file, so that it keeps its name and meets no other; it goes with the file's reading.</summary>
internal sealed class SnowflakeScratchFolder(string folder, string location) : IDisposable
{
    private const int BufferSize = 128 * 1024;

    public string Path => folder;

    public async Task<(string File, long Length, string Sha256)> WriteAsync(string path, Stream content, CancellationToken cancellationToken)
    {
        string file = FileOf(path);
        byte[] buffer = new byte[BufferSize];
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        FileStream target;
        try
        {
            target = new FileStream(file, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous, BufferSize = 0 });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SnowflakeStageScratch.Unwritable(location, path, folder, error);
        }

        await using (target.ConfigureAwait(false))
        {
            int read;
            // What the content throws is the caller's own.
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                digest.AppendData(buffer, 0, read);
                length += read;
                try
                {
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
                catch (IOException error)
                {
                    throw SnowflakeStageScratch.Unwritable(location, path, folder, error);
                }
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return (file, length, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    /// <summary>The file that was fetched; the folder goes when the stream is closed.</summary>
    public Stream Open(string path)
    {
        string file = FileOf(path);
        if (!File.Exists(file))
            throw new WarehouseStageException(StageFailure.Other, $"The driver reports that '{path}' was fetched from the stage '{location}', but it is not in {folder}. Nothing was read. Try again.") { Target = location, Path = path };
        return new FetchedFile(file, this);
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It is swept later.
        }
    }

    private string FileOf(string path) => System.IO.Path.Combine(folder, path[(path.LastIndexOf('/') + 1)..]);

    private sealed class FetchedFile(string file, SnowflakeScratchFolder folder) : FileStream(file, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = BufferSize, Share = FileShare.Read | FileShare.Delete })
    {
        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            if (disposing)
                folder.Dispose();
        }

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync().ConfigureAwait(false);
            folder.Dispose();
        }
    }
}
