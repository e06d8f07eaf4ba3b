using System.Runtime.InteropServices;

namespace Warehouse.Sdk.DuckDb;

/// <summary>
/// Native memory that the texts and bytes of one chunk are put into. It grows by blocks, so that what was handed out stays where it is until
/// <see cref="Clear"/>; the engine copies what it is given before it returns.
/// </summary>
internal sealed unsafe class DuckDbTextMemory : IDisposable
{
    public const int BlockSize = 256 * 1024;

    private readonly List<nint> _blocks = [];
    private readonly List<nint> _large = [];
    private int _used;
    private byte* _next;
    private byte* _end;

    /// <summary>Room for that many bytes in one piece; it counts as used only after <see cref="Keep"/>.</summary>
    public byte* Reserve(int length)
    {
        if (length <= _end - _next)
            return _next;
        return length <= BlockSize ? NextBlock() : LargeBlock(length);
    }

    /// <summary>Uses the first bytes of what was reserved.</summary>
    public void Keep(byte* start, int length)
    {
        // A large block holds one value and is not gone on with.
        if (start == _next)
            _next += length;
    }

    /// <summary>Gives all of it free for the next chunk.</summary>
    public void Clear()
    {
        FreeLarge();
        _used = 0;
        _next = null;
        _end = null;
    }

    public void Dispose()
    {
        FreeLarge();
        foreach (nint block in _blocks)
            NativeMemory.Free((void*)block);
        _blocks.Clear();
        Clear();
    }

    private byte* NextBlock()
    {
        if (_used == _blocks.Count)
            _blocks.Add((nint)NativeMemory.Alloc(BlockSize));
        _next = (byte*)_blocks[_used++];
        _end = _next + BlockSize;
        return _next;
    }

    private byte* LargeBlock(int length)
    {
        var block = (byte*)NativeMemory.Alloc((nuint)length);
        _large.Add((nint)block);
        return block;
    }

    private void FreeLarge()
    {
        foreach (nint block in _large)
            NativeMemory.Free((void*)block);
        _large.Clear();
    }
}
