namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Files of a bucket that an external stage shows to Snowflake: they go up, are listed and read by a client of the bucket, such as that of <c>Warehouse.Sdk.S3</c>, and
/// COPY reads them where they are, through the stage's name. The client's paths and the stage's have to begin at the same place.
/// </summary>
/// <param name="files">Puts, lists and reads the files.</param>
/// <param name="stage">The external stage over the same place, or the folder of it at which the client's paths begin.</param>
public sealed class SnowflakeExternalStageClient(IStageClient files, SnowflakeStage stage) : IStageClient, ISnowflakeFiles
{
    private readonly IStageClient _files = files ?? throw new ArgumentNullException(nameof(files));

    /// <inheritdoc/>
    public string Location => _files.Location;

    /// <summary>The external stage.</summary>
    public SnowflakeStage Stage { get; } = stage is { Kind: SnowflakeStageKind.External } ? stage : throw new ArgumentException("An external stage is expected; others are reached by a SnowflakeStageClient.", nameof(stage));

    /// <inheritdoc/>
    public Task<StagedFile> PutAsync(string path, Stream content, CancellationToken cancellationToken = default) => _files.PutAsync(path, content, cancellationToken);

    /// <inheritdoc/>
    public Task<StagedFile?> PutIfAbsentAsync(string path, Stream content, CancellationToken cancellationToken = default) => _files.PutIfAbsentAsync(path, content, cancellationToken);

    /// <inheritdoc/>
    public Task<Stream> OpenReadAsync(string path, StageReadOptions? options, CancellationToken cancellationToken = default) => _files.OpenReadAsync(path, options, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<StagedFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default) => _files.ListAsync(prefix, cancellationToken);

    /// <inheritdoc/>
    public Task<StagedFile?> FindAsync(string path, CancellationToken cancellationToken = default) => _files.FindAsync(path, cancellationToken);

    /// <inheritdoc/>
    public Task<StagedFile> CopyAsync(string from, string to, CancellationToken cancellationToken = default) => _files.CopyAsync(from, to, cancellationToken);

    /// <inheritdoc/>
    public Task DeleteAsync(string path, CancellationToken cancellationToken = default) => _files.DeleteAsync(path, cancellationToken);

    /// <inheritdoc/>
    public Task<long> DeleteManyAsync(IAsyncEnumerable<string> paths, CancellationToken cancellationToken = default) => _files.DeleteManyAsync(paths, cancellationToken);

    /// <inheritdoc/>
    public Task<int> SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default) => _files.SweepAsync(olderThan, cancellationToken);

    /// <inheritdoc/>
    public Task<Uri> PresignGetAsync(string path, TimeSpan lifetime, CancellationToken cancellationToken = default) => _files.PresignGetAsync(path, lifetime, cancellationToken);
}
