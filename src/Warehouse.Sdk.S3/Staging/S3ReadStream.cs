using System.Buffers;

namespace Warehouse.Sdk.S3;

/// <summary>
/// A file, or a range of it, for reading. What is read first comes straight from its answer; once a reader goes on, the next parts are fetched ahead,
/// several at a time. All of them must be of the version that was opened.
/// </summary>
internal sealed class S3ReadStream : Stream
{
    private readonly S3Bucket _bucket;
    private readonly S3Request _request;
    private readonly string _key;
    private readonly string _version;
    private readonly int _partSize;
    private readonly int _parallelism;
    private readonly long _from;
    private readonly Queue<Task<Part>> _ahead = [];
    private CancellationTokenSource _ending = new();
    private S3Range? _direct;
    private Part? _current;
    private long _position;

    // Where the direct answer ends and what is fetched ahead begins, and where that ends.
    private long _directEnd;
    private long _asked;
    private bool _isDisposed;

    public S3ReadStream(S3Bucket bucket, string path, string key, int partSize, int parallelism, S3Range first, long from, long length)
    {
        _bucket = bucket;
        _key = key;
        _version = first.Version;
        _request = S3Request.Read(path, first.Version);
        _partSize = partSize;
        _parallelism = parallelism;
        _from = from;
        _direct = first;
        Length = length;
        _directEnd = _asked = Math.Min(length, first.Remaining);
    }

    public override bool CanRead => !_isDisposed;

    public override bool CanSeek => !_isDisposed;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _position;
        set
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            if (value == _position)
                return;
            Drop();
            _position = value;
            _directEnd = _asked = Math.Min(Length, value + _partSize);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (buffer.IsEmpty || _position >= Length)
            return 0;
        cancellationToken.ThrowIfCancellationRequested();
        int read = _position < _directEnd
            ? await ReadDirectlyAsync(buffer[..(int)Math.Min(buffer.Length, _directEnd - _position)], cancellationToken).ConfigureAwait(false)
            : await ReadAheadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _position += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => Length };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isDisposed)
        {
            _isDisposed = true;
            Drop();
            _ending.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> ReadDirectlyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        long started = _bucket.Timestamp();
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                _direct ??= await OpenAsync(_position, _directEnd - _position, cancellationToken).ConfigureAwait(false);
                int read = await _direct.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (_position + read == _directEnd)
                    DropDirect();
                // Who reads a quarter of a part means to go on.
                if (_position + read >= _directEnd - (_partSize * 3L / 4))
                    FetchAhead();
                return read;
            }
            catch (OperationCanceledException)
            {
                DropDirect();
                throw;
            }
            catch (IOException error)
            {
                DropDirect();
                await PauseAsync(error, attempt, started, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<int> ReadAheadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_current is null)
        {
            FetchAhead();
            Task<Part> next = _ahead.Peek();
            _current = await next.WaitAsync(cancellationToken).ConfigureAwait(false);
            _ = _ahead.Dequeue();
        }

        int read = _current.CopyTo(buffer.Span);
        if (_current.IsRead)
        {
            _current.Dispose();
            _current = null;
            FetchAhead();
        }

        return read;
    }

    private void FetchAhead()
    {
        while (_asked < Length && _ahead.Count + (_current is null ? 0 : 1) < _parallelism)
        {
            int length = (int)Math.Min(_partSize, Length - _asked);
            _ahead.Enqueue(FetchAsync(_asked, length, _ending.Token));
            _asked += length;
        }
    }

    private async Task<Part> FetchAsync(long position, int length, CancellationToken cancellationToken)
    {
        var part = new Part(length);
        try
        {
            long started = _bucket.Timestamp();
            for (int attempt = 1, done = 0; ; attempt++)
            {
                try
                {
                    using S3Range range = await OpenAsync(position + done, length - done, cancellationToken).ConfigureAwait(false);
                    while (done < length)
                        done += await range.ReadAsync(part.Bytes[done..], cancellationToken).ConfigureAwait(false);
                    return part;
                }
                catch (IOException error)
                {
                    await PauseAsync(error, attempt, started, cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch
        {
            part.Dispose();
            throw;
        }
    }

    private Task<S3Range> OpenAsync(long position, long length, CancellationToken cancellationToken)
        => S3Range.OpenAsync(_bucket, _request, _key, _from + position, length, _version, cancellationToken);

    private async Task PauseAsync(IOException error, int attempt, long started, CancellationToken cancellationToken)
    {
        if (!await _bucket.MayRepeatAsync(StageFailure.Unreachable, attempt, started, cancellationToken).ConfigureAwait(false))
            throw S3Errors.Explain(_bucket, _request, error);
    }

    private void Drop()
    {
        DropDirect();
        _current?.Dispose();
        _current = null;
        if (_ahead.Count == 0)
            return;
        _ending.Cancel();
        while (_ahead.TryDequeue(out Task<Part>? part))
            _ = LetGoAsync(part);
        _ending.Dispose();
        _ending = new CancellationTokenSource();
    }

    private static async Task LetGoAsync(Task<Part> fetching)
    {
        await ((Task)fetching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (fetching.IsCompletedSuccessfully)
            (await fetching.ConfigureAwait(false)).Dispose();
    }

    private void DropDirect()
    {
        _direct?.Dispose();
        _direct = null;
    }

    private sealed class Part(int length) : IDisposable
    {
        private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(length);
        private int _read;

        public Memory<byte> Bytes => _buffer.AsMemory(0, length);

        public bool IsRead => _read == length;

        public int CopyTo(Span<byte> target)
        {
            int count = Math.Min(target.Length, length - _read);
            _buffer.AsSpan(_read, count).CopyTo(target);
            _read += count;
            return count;
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _buffer, null) is { } borrowed)
                ArrayPool<byte>.Shared.Return(borrowed);
        }
    }
}
