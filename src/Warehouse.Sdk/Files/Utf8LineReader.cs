using System.Buffers;
using System.Text;

namespace Warehouse.Sdk;

/// <summary>Lines of a stream of UTF-8, without those that are blank, counted as an editor counts them.</summary>
internal sealed class Utf8LineReader(Stream content) : IDisposable
{
    private const int LongestLine = 64 * 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
    private int _start;
    private int _end;
    private bool _isThrough;
    private bool _isBegun;
    private int _lineStart;
    private int _lineLength;

    /// <summary>The number of the current line, from 1.</summary>
    public long Line { get; private set; }

    public ReadOnlyMemory<byte> Current => _buffer.AsMemory(_lineStart, _lineLength);

    public string Text() => Encoding.UTF8.GetString(Current.Span);

    /// <summary>Goes to the next line when it is in memory already.</summary>
    public bool TryNext()
    {
        while (_isBegun)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
            int end = rest.IndexOf((byte)'\n');
            if (end < 0 && !(_isThrough && rest.Length > 0))
                return false;
            int length = end < 0 ? rest.Length : end;
            Line++;
            (_lineStart, _lineLength) = (_start, rest[..length].TrimEnd((byte)'\r').Length);
            _start += end < 0 ? length : length + 1;
            if (Current.Span.ContainsAnyExcept(" \t"u8))
                return true;
        }

        return false;
    }

    /// <summary>Reads on until there is a next line.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        while (!_isThrough)
        {
            await FillAsync(cancellationToken).ConfigureAwait(false);
            if (TryNext())
                return true;
        }

        return false;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
            Grow();
        int read = await content.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
        _end += read;
        _isThrough = read == 0;
        if (_isBegun || (_end < 3 && !_isThrough))
            return;
        _isBegun = true;
        if (_buffer.AsSpan(0, _end).StartsWith("\ufeff"u8))
            _start = 3;
    }

    private void Grow()
    {
        if (_buffer.Length >= LongestLine)
            throw new InvalidDataException(FormattableString.Invariant($"a line of more than {LongestLine} bytes"));
        byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
