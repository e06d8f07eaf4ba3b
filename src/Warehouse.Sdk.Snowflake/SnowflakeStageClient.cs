using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// A stage of Snowflake's as a place where files wait: the user's (<c>@~</c>), a table's (<c>@%table</c>) or a named internal one, over PUT, GET, LIST and REMOVE. For an
/// external stage use <see cref="SnowflakeExternalStageClient"/>. It was never run on a live account: it follows the documentation and the driver's source.
/// </summary>
/// <remarks>
/// <para>Every file passes through the temporary folder: the driver moves files on disk, one to a statement, on a thread of its own, at most
/// <see cref="SnowflakeOptions.UploadSessions"/> at a time, each over a session of its own. A put is looked up afterwards, and done again as a whole when it failed.</para>
/// <para>What it cannot do: put only where there is no file (Snowflake looks first and puts then), presigned addresses, and paths whose parts hold one of
/// <c>* ? ~ ' " \</c> or whose last part begins with a point, which the driver takes for patterns, folders or hidden files. A range is read from a copy
/// of the whole file. Where the stage encrypts by the client (a user's, a table's, and named ones without <c>SNOWFLAKE_SSE</c>), listed lengths are up to 16 bytes
/// too long (<see cref="StagedFile.HasExactLength"/> is false) and every put has a version of its own.</para>
/// </remarks>
public sealed class SnowflakeStageClient : IStageClient, ISnowflakeFiles, IAsyncDisposable
{
    private const int Attempts = 3;

    private readonly SnowflakeOptions _options;
    private readonly SemaphoreSlim _transfers;
    private readonly SnowflakeStageScratch _scratch;
    private SnowflakeConnections? _connections;

    /// <summary>Names the stage. Nothing is reached before the first call that needs it.</summary>
    /// <param name="options">Connection string and driver of the account, the temporary folder and the number of sessions.</param>
    /// <param name="stage">The stage; not an external one.</param>
    public SnowflakeStageClient(SnowflakeOptions options, SnowflakeStage stage)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stage);
        if (stage.Kind == SnowflakeStageKind.External)
            throw new ArgumentException($"Files do not go up to the external stage {stage} through Snowflake. Put them with a client of the bucket, and name the stage in a SnowflakeExternalStageClient over it.", nameof(stage));
        (_options, Stage) = (options, stage);
        _transfers = new SemaphoreSlim(options.UploadSessions);
        _scratch = new SnowflakeStageScratch(options.TemporaryFolder, stage.ToString());
    }

    /// <inheritdoc/>
    public string Location => Stage.ToString();

    /// <summary>The stage.</summary>
    public SnowflakeStage Stage { get; }

    /// <inheritdoc/>
    public async Task<StagedFile> PutAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        Check(path);
        ArgumentNullException.ThrowIfNull(content);
        using SnowflakeScratchFolder folder = _scratch.Create(path);
        var (file, length, sha256) = await folder.WriteAsync(path, content, cancellationToken).ConfigureAwait(false);
        await TransferAsync(path, "written", "WRITE", SnowflakeFilesSql.Put(Stage, path, file), result => result.IsUploaded, cancellationToken).ConfigureAwait(false);
        // The result has been wrong before; what is there now is what counts.
        StagedFile? there = await FindAsync(path, CancellationToken.None).ConfigureAwait(false);
        if (there is null || !SnowflakeListing.IsSizeOf(there.Length, length))
            throw new WarehouseStageException(StageFailure.ChecksumMismatch, FormattableString.Invariant($"The file '{path}' was put on the stage '{Location}' with {length} bytes, and LIST {(there is null ? "does not have it" : $"says {there.Length}")}. Put it again.")) { Target = Location, Path = path };
        return there with { Length = length, HasExactLength = true, Sha256 = sha256 };
    }

    /// <summary>Refused: Snowflake looks for the file first and puts then, so that of several that try at once more than one may succeed.</summary>
    /// <param name="path">Its path on the stage.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseStageException">Always (<see cref="StageFailure.NotSupported"/>).</exception>
    public Task<StagedFile?> PutIfAbsentAsync(string path, Stream content, CancellationToken cancellationToken = default)
    {
        Check(path);
        throw new WarehouseStageException(StageFailure.NotSupported, $"The file '{path}' on the stage '{Location}' cannot be put only where there is none: Snowflake looks first and puts then, and somebody else may come between. The stage is as it was. Put it with PutAsync under a name of its own.") { Target = Location, Path = path };
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenReadAsync(string path, StageReadOptions? options, CancellationToken cancellationToken = default)
    {
        StagePath.Check(path);
        ArgumentOutOfRangeException.ThrowIfNegative(options?.Offset ?? 0);
        ArgumentOutOfRangeException.ThrowIfNegative(options?.Length ?? 0);
        SnowflakeListed there = await ExpectAsync(path, options?.Version, cancellationToken).ConfigureAwait(false);
        SnowflakeScratchFolder folder = _scratch.Create(path);
        try
        {
            await TransferAsync(path, "read", "READ", SnowflakeFilesSql.Get(Stage, path, there.Before, folder.Path), result => result.IsDownloaded, cancellationToken).ConfigureAwait(false);
            // Fetched as a whole, it is of one version; of this one only if it is still there.
            if (options?.Version is not null)
                await ExpectAsync(path, options.Version, cancellationToken).ConfigureAwait(false);
            Stream content = folder.Open(path);
            return options is null or { Offset: 0, Length: null } ? content : new RangeStream(content, options.Offset, options.Length);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StagedFile> ListAsync(string prefix = "", [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        List<SnowflakeListed> files = await ListAsync(prefix, "listed", SnowflakeFilesSql.List(Stage, prefix), cancellationToken).ConfigureAwait(false);
        foreach (StagedFile file in files.Select(file => file.File).Where(file => file.Path.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(file => file.Path, StagePath.Order))
            yield return file;
    }

    /// <inheritdoc/>
    public async Task<StagedFile?> FindAsync(string path, CancellationToken cancellationToken = default)
    {
        StagePath.Check(path);
        List<SnowflakeListed> files = await ListAsync(path, "looked up", SnowflakeFilesSql.Find(Stage, [path]), cancellationToken).ConfigureAwait(false);
        return files.Find(file => file.File.Path == path)?.File;
    }

    /// <inheritdoc/>
    public async Task<StagedFile> CopyAsync(string from, string to, CancellationToken cancellationToken = default)
    {
        StagePath.Check(from, nameof(from));
        Check(to, nameof(to));
        // COPY FILES keeps the names, so a copy of another name travels.
        Stream content = await OpenReadAsync(from, null, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            return await PutAsync(to, content, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string path, CancellationToken cancellationToken = default)
    {
        StagePath.Check(path);
        await RemoveAsync([path], cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async Task<long> DeleteManyAsync(IAsyncEnumerable<string> paths, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var deletions = new StageDeletions();
        List<string> waiting = [];
        await foreach (string path in paths.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            waiting.Add(StagePath.Check(path));
            deletions.Count++;
            if (waiting.Count == SnowflakeFilesSql.MostPaths)
                await RemoveAsync(waiting, deletions, cancellationToken).ConfigureAwait(false);
        }

        await RemoveAsync(waiting, deletions, cancellationToken).ConfigureAwait(false);
        return deletions.Complete(Location);
    }

    /// <summary>Removes what killed processes left in the temporary folder. On the stage itself nothing is left: a put is one request.</summary>
    /// <param name="olderThan">How long ago it must have begun. A day is ample.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many were removed.</returns>
    public Task<int> SweepAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_scratch.Sweep(olderThan));
    }

    /// <summary>Ends its sessions.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_connections is not null)
            await _connections.DisposeAsync().ConfigureAwait(false);
        _transfers.Dispose();
    }

    private string Check(string path, string argument = "path")
    {
        StagePath.Check(path, argument);
        return Refused(path)
            ? throw new WarehouseStageException(StageFailure.NotSupported, $"The file '{path}' cannot stand on the stage '{Location}': Snowflake's driver takes * ? ~ ' \" and \\ in a path, and a name that begins with a point, for something else. The stage is as it was. Give it another name.") { Target = Location, Path = path }
            : path;
    }

    private static bool Refused(string path) => path.IndexOfAny(['*', '?', '~', '\'', '"', '\\']) >= 0 || path[(path.LastIndexOf('/') + 1)..].StartsWith('.');

    private async Task<SnowflakeListed> ExpectAsync(string path, string? version, CancellationToken cancellationToken)
    {
        SnowflakeListed there = (await MatchAsync([path], "read", cancellationToken).ConfigureAwait(false)).FirstOrDefault() ?? throw StageErrors.NotFound(Location, path);
        return version is null || there.File.Version == version ? there : throw StageErrors.Replaced(Location, path, version, there.File.Version);
    }

    private async Task RemoveAsync(List<string> paths, StageDeletions deletions, CancellationToken cancellationToken)
    {
        foreach (string[] some in paths.Distinct(StringComparer.Ordinal).GroupBy(SnowflakeFilesSql.FolderOf).Select(group => group.ToArray()))
        {
            try
            {
                await RemoveAsync(some, cancellationToken).ConfigureAwait(false);
            }
            catch (WarehouseStageException error)
            {
                foreach (string path in some)
                    deletions.Failed(new UndeletedFile(path, error.Failure, error.InnerException?.Message ?? error.Message));
            }
        }

        paths.Clear();
    }

    private async Task RemoveAsync(string[] paths, CancellationToken cancellationToken)
    {
        SnowflakeListed[] there = await MatchAsync(paths, "deleted", cancellationToken).ConfigureAwait(false);
        if (there.Length == 0)
            return;
        string text = SnowflakeFilesSql.Remove(Stage, [.. there.Select(file => file.File.Path)], there[0].Before);
        await RetriedAsync(paths[0], "deleted", "WRITE", async connection => await ReadAsync(connection, text, _ => Task.FromResult(true), cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        if ((await MatchAsync(paths, "deleted", cancellationToken).ConfigureAwait(false)).FirstOrDefault() is { } left && left.File.Version == there.FirstOrDefault(file => file.File.Path == left.File.Path)?.File.Version)
            throw new WarehouseStageException(StageFailure.Other, $"The file '{left.File.Path}' on the stage '{Location}' is still there after REMOVE. Delete it again.") { Target = Location, Path = left.File.Path };
    }

    /// <summary>Those of some paths of one folder that are there. The pattern that will mean them must mean nothing else: a folder may be called as the stage is.</summary>
    private async Task<SnowflakeListed[]> MatchAsync(string[] paths, string done, CancellationToken cancellationToken)
    {
        List<SnowflakeListed> files = await ListAsync(paths[0], done, SnowflakeFilesSql.Find(Stage, paths), cancellationToken).ConfigureAwait(false);
        SnowflakeListed[] meant = [.. files.Where(file => paths.Contains(file.File.Path))];
        HashSet<string> shown = [.. meant.Where(file => file.Before.Length > 0).Select(file => file.Before + Stage.Folder + file.File.Path)];
        return files.Find(file => shown.Contains(Stage.Folder + file.File.Path) && !paths.Contains(file.File.Path)) is { } other
            ? throw new WarehouseStageException(StageFailure.NotSupported, $"The file '{paths[0]}' on the stage '{Location}' could not be {done}: no pattern tells it from '{other.File.Path}' for sure, whose folder is called as the stage is. The stage is as it was. Give the other one another name.") { Target = Location, Path = paths[0] }
            : meant;
    }

    private Task<List<SnowflakeListed>> ListAsync(string path, string done, string text, CancellationToken cancellationToken)
        => RetriedAsync(path, done, "READ", connection => ReadAsync(connection, text, reader => SnowflakeListing.ReadAsync(reader, Stage, cancellationToken), cancellationToken), cancellationToken);

    private static async Task<TResult> ReadAsync<TResult>(DbConnection connection, string text, Func<DbDataReader, Task<TResult>> read, CancellationToken cancellationToken)
    {
        DbCommand command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            command.CommandText = text;
            DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
                return await read(reader).ConfigureAwait(false);
        }
    }

    private async Task TransferAsync(string path, string done, string privilege, string text, Func<SnowflakeTransferred, bool> isDone, CancellationToken cancellationToken)
    {
        await _transfers.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                SnowflakeTransferred result = await RetriedAsync(path, done, privilege, connection => SnowflakeTransfer.RunAsync(connection, text), cancellationToken).ConfigureAwait(false);
                if (isDone(result))
                    return;
                if (attempt == Attempts)
                    throw new WarehouseStageException(StageFailure.Unreachable, $"The file '{path}' on the stage '{Location}' could not be {done}: the driver reports {result}, {Attempts} times. Try again later.") { Target = Location, Path = path };
                await Task.Delay(_options.RetryDelay * attempt, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            _transfers.Release();
        }
    }

    private async Task<TResult> RetriedAsync<TResult>(string path, string done, string privilege, Func<DbConnection, Task<TResult>> run, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            DbConnection? connection = null;
            bool isSound = false;
            try
            {
                _connections ??= new SnowflakeConnections(SnowflakeDriver.Find(_options), _options, makesWorkSchema: false);
                connection = await _connections.OpenAsync(cancellationToken).ConfigureAwait(false);
                TResult result = await run(connection).ConfigureAwait(false);
                isSound = true;
                return result;
            }
            catch (DbException) when (cancellationToken.IsCancellationRequested)
            {
                throw new OperationCanceledException(cancellationToken);
            }
            catch (DbException error) when (attempt == Attempts || !SnowflakeErrors.IsTransient(error))
            {
                throw NotDone(path, done, privilege, error);
            }
            catch (DbException)
            {
                // Another session may do better than one whose token has expired.
                await Task.Delay(_options.RetryDelay * attempt, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (connection is not null)
                    await _connections!.ReturnAsync(connection, isSound).ConfigureAwait(false);
            }
        }
    }

    private WarehouseStageException NotDone(string path, string done, string privilege, DbException error)
    {
        StageFailure failure = SnowflakeErrors.Code(error) switch
        {
            2003 => StageFailure.LocationMissing,
            3001 or 390100 or 390144 => StageFailure.AccessDenied,
            _ => SnowflakeErrors.IsTransient(error) ? StageFailure.Unreachable : StageFailure.Other,
        };
        string right = failure is StageFailure.LocationMissing or StageFailure.AccessDenied ? $" Check the name; the role needs {(privilege == "READ" ? "READ" : "READ and WRITE")} on the stage." : string.Empty;
        string what = path.Length == 0 ? $"The stage '{Location}'" : $"The file '{path}' on the stage '{Location}'";
        return new WarehouseStageException(failure, $"{what} could not be {done}: {SnowflakeErrors.Explain(error)}{right}", error) { Target = Location, Path = path.Length == 0 ? null : path };
    }
}
