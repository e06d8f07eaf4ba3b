using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>How rows become files. Rows are taken one after the other into blocks; blocks are prepared side by side; files take them in order.</summary>
internal abstract class PartEncoding
{
    /// <summary>The end of the files' names.</summary>
    public abstract string Extension { get; }

    /// <summary>How the files are packed, as the manifest says.</summary>
    public abstract Compression Compression { get; }

    /// <summary>Begins to take rows.</summary>
    public abstract RowBlocks<TRow> Take<TRow>(IReadOnlyList<FeedColumn> columns);

    /// <summary>Does to a block what needs no other block. Called from several threads.</summary>
    public abstract PartBlock Prepare(PartBlock block);

    /// <summary>Begins a file.</summary>
    public abstract ValueTask<PartFile> BeginAsync(PartStream output, CancellationToken cancellationToken);
}

/// <summary>Takes rows into blocks.</summary>
internal abstract class RowBlocks<TRow> : IDisposable
{
    /// <summary>The column being written, to name it when its value cannot be.</summary>
    public abstract int Column { get; }

    /// <summary>Rows since the last block.</summary>
    public abstract int Rows { get; }

    /// <summary>True when a block is worth its handling.</summary>
    public abstract bool IsFull { get; }

    public abstract void Add(TRow row);

    /// <summary>Hands the rows over and begins anew.</summary>
    public abstract PartBlock Seal();

    public abstract void Dispose();
}

/// <summary>Some rows on their way into a file.</summary>
internal abstract class PartBlock(int rows) : IDisposable
{
    public int Rows { get; } = rows;

    public abstract void Dispose();
}

/// <summary>A file being written.</summary>
internal abstract class PartFile
{
    public abstract ValueTask AddAsync(PartBlock block, CancellationToken cancellationToken);

    /// <summary>Writes what comes last.</summary>
    public abstract ValueTask CompleteAsync(CancellationToken cancellationToken);
}
