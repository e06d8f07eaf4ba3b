namespace Warehouse.Sdk;

/// <summary>
/// The place where files wait to be loaded. Paths are relative, with <c>/</c> between their parts; they may hold spaces, signs and any
/// letters, but no empty part, no <c>.</c> or <c>..</c>, no control character, and at most 1,024 bytes of UTF-8. A file is there as a whole or
/// not at all, whatever happens while it is put. Safe for use by several threads.
/// </summary>
/// <remarks>What a stage cannot do is told by a <see cref="WarehouseStageException"/>, a path that is none by an <see cref="ArgumentException"/>.</remarks>
public interface IStageClient
{
    /// <summary>Where it is, as errors and logs name it: a folder, or <c>s3://bucket/prefix</c>. Holds no secret.</summary>
    string Location { get; }

    /// <summary>Puts a file, replacing one of the same path.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="content">The bytes from its position on; read to the end, in constant memory. Its length need not be known. The caller disposes it.</param>
    /// <param name="cancellationToken">Gives up; the stage is then as it was.</param>
    /// <returns>The file with its checksum and version.</returns>
    Task<StagedFile> PutAsync(string path, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Puts a file where there is none: of several that try at once, one succeeds.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="content">The bytes from its position on; may be read to the end although a file is there already. The caller disposes it.</param>
    /// <param name="cancellationToken">Gives up; the stage is then as it was.</param>
    /// <returns>The file with its checksum and version; <see langword="null"/> when one was there, which is then untouched.</returns>
    /// <exception cref="WarehouseStageException">The stage cannot promise it (<see cref="StageFailure.NotSupported"/>).</exception>
    Task<StagedFile?> PutIfAbsentAsync(string path, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Opens a file, or a range of it, for reading. The caller disposes the stream, which knows its length and can be repositioned.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="options">The range, and the version it must have; by default all of it, whatever its version.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseStageException">
    /// There is no such file (<see cref="StageFailure.NotFound"/>), or not in this version (<see cref="StageFailure.Replaced"/>). The stream's own
    /// reads throw the second one too: bytes of two versions are never mixed.
    /// </exception>
    Task<Stream> OpenReadAsync(string path, StageReadOptions? options, CancellationToken cancellationToken = default);

    /// <summary>Lists files in the order of their paths, compared by their bytes in UTF-8 (for most scripts the same as ordinal).</summary>
    /// <param name="prefix">What their paths begin with, which need not be a whole part; empty for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<StagedFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>Looks one file up.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The file; <see langword="null"/> when it is not there.</returns>
    Task<StagedFile?> FindAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Copies a file inside the stage, replacing one of the target's path. The bytes do not travel through this process where the stage can do without.</summary>
    /// <param name="from">The path of the file.</param>
    /// <param name="to">The path of the copy.</param>
    /// <param name="cancellationToken">Gives up; the stage is then as it was.</param>
    /// <exception cref="WarehouseStageException">There is no such file (<see cref="StageFailure.NotFound"/>).</exception>
    Task<StagedFile> CopyAsync(string from, string to, CancellationToken cancellationToken = default);

    /// <summary>Deletes a file; does nothing when it is not there.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task DeleteAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Deletes files in batches and in constant memory, those that are there. One that cannot be deleted does not keep the others.</summary>
    /// <param name="paths">Their paths on the stage.</param>
    /// <param name="cancellationToken">Gives up; a part of the files may then be deleted.</param>
    /// <returns>How many paths were given.</returns>
    /// <exception cref="WarehouseStageException">Some could not be deleted; <see cref="WarehouseStageException.Undeleted"/> names them. All others are.</exception>
    Task<long> DeleteManyAsync(IAsyncEnumerable<string> paths, CancellationToken cancellationToken = default);

    /// <summary>
    /// Removes what puts left that never ended, because their process was killed: it is never listed nor read, but takes space. Puts that
    /// take longer than <paramref name="olderThan"/> would be broken by it.
    /// </summary>
    /// <param name="olderThan">How long ago such a put must have begun. A day is ample.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many were removed.</returns>
    Task<int> SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default);

    /// <summary>An address by which anybody reads the file without further credentials, for a time. It is a secret: do not log it.</summary>
    /// <param name="path">Its path on the stage. It is not looked up.</param>
    /// <param name="lifetime">For how long; more than nothing, at most seven days.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="NotSupportedException">The stage has no such addresses.</exception>
    Task<Uri> PresignGetAsync(string path, TimeSpan lifetime, CancellationToken cancellationToken = default)
        => throw new NotSupportedException($"The stage '{Location}' has no addresses by which others could read its files. Read them with OpenReadAsync, or use a stage on an object store.");
}
