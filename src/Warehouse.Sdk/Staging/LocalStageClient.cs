using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Warehouse.Sdk;

/// <summary>A stage that is a folder of this machine. Files are written beside their place, flushed to the disk and moved there.</summary>
internal sealed class LocalStageClient : IStageClient
{
    private const int BufferSize = 128 * 1024;

    private readonly string _root;

    public LocalStageClient(string folder) => _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    public string Location => _root;

    public async Task<StagedFile> PutAsync(string path, Stream content, CancellationToken cancellationToken = default)
        => (await PutAsync(path, content, replaces: true, cancellationToken).ConfigureAwait(false))!;

    public Task<StagedFile?> PutIfAbsentAsync(string path, Stream content, CancellationToken cancellationToken = default)
        => PutAsync(path, content, replaces: false, cancellationToken);

    public Task<Stream> OpenReadAsync(string path, StageReadOptions? options, CancellationToken cancellationToken = default)
    {
        string file = Resolve(path);
        ArgumentOutOfRangeException.ThrowIfNegative(options?.Offset ?? 0);
        ArgumentOutOfRangeException.ThrowIfNegative(options?.Length ?? 0);
        cancellationToken.ThrowIfCancellationRequested();
        FileStream content = Open(path, file);
        // Whoever replaces the file moves another one to its place: this one stays as it is for as long as it is open.
        if (options?.Version is { } expected && VersionOf(File.GetLastWriteTimeUtc(content.SafeFileHandle), content.Length) is var version && version != expected)
        {
            content.Dispose();
            throw StageErrors.Replaced(Location, path, expected, version);
        }

        return Task.FromResult<Stream>(options is null or { Offset: 0, Length: null } ? content : new RangeStream(content, options.Offset, options.Length));
    }

    public async IAsyncEnumerable<StagedFile> ListAsync(string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (StagedFile file in LocalStageListing.Of(_root, prefix, cancellationToken))
            yield return file;
    }

    public Task<StagedFile?> FindAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(LocalStageListing.Find(path, Resolve(path)));
    }

    public async Task<StagedFile> CopyAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        Resolve(from, nameof(from));
        Resolve(to, nameof(to));
        Stream content = await OpenReadAsync(from, null, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            return await PutAsync(to, content, cancellationToken).ConfigureAwait(false);
    }

    public Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        string file = Resolve(path);
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            File.Delete(file);
        }
        catch (DirectoryNotFoundException)
        {
            // Then the file is not there either.
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!Directory.Exists(file))
                throw StageErrors.NotDone(Location, path, "deleted", error);
        }

        return Task.CompletedTask;
    }

    public async Task<long> DeleteManyAsync(IAsyncEnumerable<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var deletions = new StageDeletions();
        await foreach (string path in paths.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            deletions.Count++;
            try
            {
                await DeleteAsync(path, cancellationToken).ConfigureAwait(false);
            }
            catch (WarehouseStageException error)
            {
                deletions.Failed(new UndeletedFile(path, error.Failure, error.InnerException!.Message));
            }
        }

        return deletions.Complete(Location);
    }

    public Task<int> SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        int count = 0;
        DateTime before = TimeProvider.System.GetUtcNow().UtcDateTime - olderThan;
        var unfinished = Directory.Exists(_root) ? Directory.EnumerateFiles(_root, $".*{PartialFile.Suffix}", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }) : [];
        foreach (string file in unfinished.Where(file => PartialFile.IsOne(Path.GetFileName(file))))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(file) > before)
                continue;
            File.Delete(file);
            count++;
        }

        return Task.FromResult(count);
    }

    internal static string VersionOf(DateTime lastModified, long length) => FormattableString.Invariant($"{lastModified.Ticks:x}-{length:x}");

    private async Task<StagedFile?> PutAsync(string path, Stream content, bool replaces, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        string file = Resolve(path);
        if (!replaces && File.Exists(file))
            return null;
        PartialFile partial;
        try
        {
            partial = PartialFile.CreateBeside(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StageErrors.NotDone(Location, path, "written", error);
        }

        await using (partial.ConfigureAwait(false))
        {
            byte[] buffer = new byte[BufferSize];
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            int read;
            // What the content throws is the caller's own.
            while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
            {
                digest.AppendData(buffer, 0, read);
                try
                {
                    await partial.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
                catch (IOException error)
                {
                    throw StageErrors.NotDone(Location, path, "written", error);
                }
            }

            try
            {
                return partial.MoveTo(file, replaces) is var (length, lastModified)
                    ? new StagedFile(path, length) { Sha256 = Convert.ToHexStringLower(digest.GetHashAndReset()), LastModified = lastModified, Version = VersionOf(lastModified, length) }
                    : null;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw StageErrors.NotDone(Location, path, "written", error);
            }
        }
    }

    private FileStream Open(string path, string file)
    {
        try
        {
            return new FileStream(file, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = BufferSize });
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException || Directory.Exists(file))
        {
            throw StageErrors.NotFound(Location, path, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw StageErrors.NotDone(Location, path, "opened", error);
        }
    }

    private string Resolve(string path, string argument = "path")
    {
        string file = Path.GetFullPath(Path.Combine(_root, StagePath.Check(path, argument)));
        // A backslash, a drive or a reserved name means something to Windows.
        bool isInside = file.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            && Path.GetRelativePath(_root, file).Replace(Path.DirectorySeparatorChar, '/') == path
            && !PartialFile.IsOne(Path.GetFileName(file));
        return isInside ? file : throw new ArgumentException($"'{path}' is no path of a file inside the stage; give a relative path without '..', '.' and empty parts.", argument);
    }
}
