namespace Warehouse.Sdk;

/// <summary>
/// The place where files wait to be loaded. Paths are relative, with <c>/</c> between their parts. A file is there as a whole or not at
/// all, whatever happens while it is put.
/// </summary>
public interface IStageClient
{
    /// <summary>Puts a file, replacing one of the same path.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="content">The bytes; read to the end, in constant memory.</param>
    /// <param name="cancellationToken">Gives up; the stage is then as it was.</param>
    Task<StagedFile> PutAsync(string path, Stream content, CancellationToken cancellationToken = default);

    /// <summary>Opens a file for reading. The caller disposes the stream.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseLoadException">There is no such file.</exception>
    Task<Stream> OpenReadAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Lists files in the order of their paths.</summary>
    /// <param name="prefix">What their paths begin with; empty for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    IAsyncEnumerable<StagedFile> ListAsync(string prefix = "", CancellationToken cancellationToken = default);

    /// <summary>Whether a file is there.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<bool> ExistsAsync(string path, CancellationToken cancellationToken = default);

    /// <summary>Deletes a file; does nothing when it is not there.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task DeleteAsync(string path, CancellationToken cancellationToken = default);
}
