using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Warehouse.Sdk;

/// <summary>A stage that is a folder of this machine.</summary>
internal sealed class LocalStageClient : IStageClient
{
    // Files in the making; never listed, never read.
    private const string PartialSuffix = ".partial";

    private readonly string _root;

    public LocalStageClient(string folder) => _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    public async Task<StagedFile> PutAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        string file = Resolve(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        string partial = $"{file}.{Guid.NewGuid():N}{PartialSuffix}";
        try
        {
            long length;
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var target = new FileStream(partial, FileMode.CreateNew, FileAccess.Write, FileShare.None, 128 * 1024, FileOptions.Asynchronous);
            await using (target.ConfigureAwait(false))
            {
                byte[] buffer = new byte[128 * 1024];
                int read;
                while ((read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0)
                {
                    digest.AppendData(buffer, 0, read);
                    await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }

                await target.FlushAsync(cancellationToken).ConfigureAwait(false);
                length = target.Length;
            }

            File.Move(partial, file, overwrite: true);
            return new StagedFile(path, length) { Sha256 = Convert.ToHexStringLower(digest.GetHashAndReset()) };
        }
        finally
        {
            File.Delete(partial);
        }
    }

    public Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        string file = Resolve(path);
        try
        {
            return Task.FromResult<Stream>(new FileStream(file, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 128 * 1024 }));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WarehouseLoadException($"There is no file '{path}' on the stage '{_root}'. Nothing was loaded. List the stage to see what is there.", error) { File = path };
        }
    }

    public async IAsyncEnumerable<StagedFile> ListAsync(string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        await Task.CompletedTask.ConfigureAwait(false);
        if (!Directory.Exists(_root))
            yield break;

        var files = Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith(PartialSuffix, StringComparison.Ordinal))
            .Select(file => (File: file, Path: Path.GetRelativePath(_root, file).Replace(Path.DirectorySeparatorChar, '/')))
            .Where(found => found.Path.StartsWith(prefix, StringComparison.Ordinal))
            .OrderBy(found => found.Path, StringComparer.Ordinal);
        foreach (var (file, path) in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new StagedFile(path, new FileInfo(file).Length);
        }
    }

    public Task<bool> ExistsAsync(string path, CancellationToken cancellationToken = default) => Task.FromResult(File.Exists(Resolve(path)));

    public Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        string file = Resolve(path);
        if (File.Exists(file))
            File.Delete(file);
        return Task.CompletedTask;
    }

    private string Resolve(string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string file = Path.GetFullPath(Path.Combine(_root, path));
        return file.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal) && !path.EndsWith('/')
            ? file
            : throw new ArgumentException($"'{path}' is no path of a file inside the stage; give a relative path without '..'.", nameof(path));
    }
}
