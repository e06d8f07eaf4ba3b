using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Warehouse.Sdk;

/// <summary>Cuts blocks into files and puts them on the stage, several at a time.</summary>
internal sealed class PartWriter(IStageClient stage, PartEncoding encoding, StageWriteOptions options, Func<int, string> pathOf, bool isOneFile)
{
    private readonly List<Upload> _uploads = [];
    private Upload? _current;
    private PartFile? _file;

    public async Task<IReadOnlyList<StagedPart>> WriteAsync(ChannelReader<Task<PartBlock>> blocks, CancellationToken cancellationToken)
    {
        try
        {
            if (isOneFile)
                await BeginAsync(cancellationToken).ConfigureAwait(false);
            while (await blocks.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                while (blocks.TryRead(out Task<PartBlock>? prepared))
                    await AddAsync(await prepared.ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
            }

            await EndAsync(cancellationToken).ConfigureAwait(false);
            List<StagedPart> parts = [];
            foreach (Upload upload in _uploads)
                parts.Add(await upload.PartAsync().ConfigureAwait(false));
            return parts;
        }
        catch (Exception error)
        {
            Exception reason = await AbandonAsync(error).ConfigureAwait(false);
            if (ReferenceEquals(reason, error))
                throw;
            ExceptionDispatchInfo.Capture(reason).Throw();
            throw;
        }
    }

    private async ValueTask AddAsync(PartBlock block, CancellationToken cancellationToken)
    {
        if (_current is { } full && !isOneFile && full.Rows > 0 && (full.Content.Written >= options.MaxFileBytes || full.Rows > options.MaxFileRows - block.Rows))
            await EndAsync(cancellationToken).ConfigureAwait(false);
        if (_current is null)
            await BeginAsync(cancellationToken).ConfigureAwait(false);
        _current!.Rows += block.Rows;
        await _file!.AddAsync(block, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        // The first of those still on their way, so that what fails is told soon.
        while (_uploads.Count(upload => !upload.Put.IsCompleted) is var inFlight && inFlight >= options.FilesInFlight)
            await Task.WhenAny(_uploads.Where(upload => !upload.Put.IsCompleted).Select(upload => upload.Put)).ConfigureAwait(false);
        if (_uploads.Find(upload => upload.Put.IsFaulted) is { } failed)
            await failed.Put.ConfigureAwait(false);
        _current = new Upload(stage, pathOf(_uploads.Count + 1), cancellationToken);
        _uploads.Add(_current);
        _file = await encoding.BeginAsync(_current.Content, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        if (_current is null)
            return;
        await _file!.CompleteAsync(cancellationToken).ConfigureAwait(false);
        await _current.Content.FlushAsync(cancellationToken).ConfigureAwait(false);
        _current.Content.Complete();
        _current = null;
    }

    // A stage that fails is the reason when writing to it fails.
    private async Task<Exception> AbandonAsync(Exception error)
    {
        foreach (Upload upload in _uploads)
            upload.Content.Complete(error);
        Exception? first = null;
        foreach (Upload upload in _uploads)
        {
            await ((Task)upload.Put).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (upload.Put.Exception?.InnerException is { } reason && error is ChannelClosedException)
                first ??= reason;
        }

        return first ?? error;
    }

    private sealed class Upload
    {
        private readonly string _path;

        public Upload(IStageClient stage, string path, CancellationToken cancellationToken)
        {
            _path = path;
            Put = Task.Run(() => PutAsync(stage, cancellationToken), CancellationToken.None);
        }

        public PartStream Content { get; } = new();

        public Task<StagedFile> Put { get; }

        public long Rows { get; set; }

        public async Task<StagedPart> PartAsync()
        {
            StagedFile file = await Put.ConfigureAwait(false);
            return file.Length == Content.Written
                ? new StagedPart(_path, Rows, file.Length, file.Sha256 ?? throw new InvalidOperationException("The stage tells no checksum of a file that was put."))
                : throw new WarehouseLoadException(FormattableString.Invariant($"{_path} was put on the stage with {file.Length} bytes, but {Content.Written} were written. The load is not complete and will not be loaded. Stage again.")) { File = _path };
        }

        private async Task<StagedFile> PutAsync(IStageClient stage, CancellationToken cancellationToken)
        {
            try
            {
                return await stage.PutAsync(_path, Content, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                Content.Abandon(error);
                throw;
            }
        }
    }
}
