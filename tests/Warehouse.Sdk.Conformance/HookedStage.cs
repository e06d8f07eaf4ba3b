namespace Warehouse.Sdk.Conformance;

/// <summary>A stage with something that happens before it does its work.</summary>
internal sealed class HookedStage(IStageClient inner) : IStageClient
{
    /// <summary>Given the path of a file that is about to be opened.</summary>
    public Func<string, Task>? BeforeOpen { get; set; }

    /// <summary>Given the path of a file that is about to be put.</summary>
    public Func<string, Task>? BeforePut { get; set; }

    /// <summary>Given the path of a file that is about to be looked up.</summary>
    public Func<string, Task>? BeforeFind { get; set; }

    public string Location => inner.Location;

    public async Task<StagedFile> PutAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        if (BeforePut is { } hook)
            await hook(path);
        return await inner.PutAsync(path, content, cancellationToken);
    }

    public async Task<StagedFile?> PutIfAbsentAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        if (BeforePut is { } hook)
            await hook(path);
        return await inner.PutIfAbsentAsync(path, content, cancellationToken);
    }

    public async Task<Stream> OpenReadAsync(string path, StageReadOptions? options, CancellationToken cancellationToken = default)
    {
        if (BeforeOpen is { } hook)
            await hook(path);
        return await inner.OpenReadAsync(path, options, cancellationToken);
    }

    public IAsyncEnumerable<StagedFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

    public async Task<StagedFile?> FindAsync(string path, CancellationToken cancellationToken = default)
    {
        if (BeforeFind is { } hook)
            await hook(path);
        return await inner.FindAsync(path, cancellationToken);
    }

    public Task<StagedFile> CopyAsync(string from, string to, CancellationToken cancellationToken = default) => inner.CopyAsync(from, to, cancellationToken);

    public Task DeleteAsync(string path, CancellationToken cancellationToken = default) => inner.DeleteAsync(path, cancellationToken);

    public Task<long> DeleteManyAsync(IAsyncEnumerable<string> paths, CancellationToken cancellationToken = default) => inner.DeleteManyAsync(paths, cancellationToken);

    public Task<int> SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default) => inner.SweepAsync(olderThan, cancellationToken);
}
