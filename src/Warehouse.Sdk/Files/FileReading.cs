using System.Globalization;
using System.Text;
using System.Text.Json;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>One file on its way through decompression into the staging table, and what it turned out to be.</summary>
internal sealed class FileReading(SourceFile file, FileFormat format, FileReadOptions options, PathColumns path) : IAsyncDisposable
{
    private readonly List<IAsyncDisposable> _opened = [];
    private DigestStream? _digest;
    private Stream? _raw;
    private Compression _packing;
    private bool _isRewound;

    public SourceFile File { get; } = file;

    public FileReadOptions Options { get; } = options;

    /// <summary>The rejected rows that are replayed, in order; null of a file.</summary>
    public IReadOnlyList<ClaimedReject>? Claimed { get; init; }

    public IReadOnlyDictionary<Identifier, string?> PathValues { get; } = path.Of(file.Path);

    /// <summary>Reads the file from its beginning, unpacked.</summary>
    /// <exception cref="WarehouseLoadException">It is packed otherwise than declared, or is a file of another format.</exception>
    public async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        _raw = Keep(await File.OpenAsync(cancellationToken).ConfigureAwait(false));
        _digest = Keep(new DigestStream(_raw));
        var packed = Keep(new PeekedStream(_digest));
        Compression found = FileMagic.CompressionOf(await packed.PeekAsync(FileMagic.Length, cancellationToken).ConfigureAwait(false));
        if (format.Compression != Compression.Detect && found != format.Compression)
            throw new WarehouseLoadException($"{File.Path} was declared to be packed as {format.Compression}, but its first bytes say {found}. Nothing was loaded. Declare what it is, or Compression.Detect.") { File = File.Path };
        _packing = found;
        if (found == Compression.None)
            return Checked(packed);
        var content = Keep(new PeekedStream(Keep(Unpack(packed, found))));
        try
        {
            await content.PeekAsync(FileMagic.Length, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (IsOfContent(error))
        {
            throw Unreadable(error, 1);
        }

        return Checked(content);
    }

    /// <summary>The same with random access: the file itself where it has that, otherwise a copy that goes when the reading ends.</summary>
    public async Task<Stream> OpenSeekableAsync(CancellationToken cancellationToken)
    {
        Stream content = await OpenAsync(cancellationToken).ConfigureAwait(false);
        if (_packing == Compression.None && _raw!.CanSeek)
        {
            _raw.Position = 0;
            _isRewound = true;
            return _raw;
        }

        string scratch = Path.Combine(Path.GetTempPath(), $"warehouse-sdk-{Guid.NewGuid():N}.tmp");
        var copy = Keep(new FileStream(scratch, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = System.IO.FileOptions.Asynchronous | System.IO.FileOptions.DeleteOnClose, BufferSize = 128 * 1024 }));
        try
        {
            await content.CopyToAsync(copy, cancellationToken).ConfigureAwait(false);
            await copy.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (IsOfContent(error))
        {
            throw Unreadable(error, 0);
        }

        copy.Position = 0;
        return copy;
    }

    /// <summary>Hands all records to the staging table.</summary>
    public async Task<long> DrainAsync<TRecord>(RecordReader<TRecord> reader, StagingRequest request, bool allowExtra, CancellationToken cancellationToken)
        where TRecord : FileRecord
    {
        FileFeed<TRecord> feed;
        try
        {
            feed = new FileFeed<TRecord>(reader, this, request.Target, allowExtra);
        }
        catch
        {
            await reader.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        request.Absent.UnionWith(feed.Absent);
        request.Ignored.UnionWith(feed.Ignored.Select(column => column.Value));
        await using (feed.ConfigureAwait(false))
        {
            long read = await request.DrainAsync(feed, cancellationToken).ConfigureAwait(false);
            request.Ignored.UnionWith(reader.Ignored);
            return read;
        }
    }

    /// <summary>Reads what the format left unread and tells what the whole file was.</summary>
    /// <exception cref="WarehouseLoadException">It was not the file that was listed, or that its manifest describes.</exception>
    public async Task<FileFingerprint> CompleteAsync(long rows, CancellationToken cancellationToken)
    {
        var (length, sha256) = await DigestAsync(cancellationToken).ConfigureAwait(false);
        if (File.Length is { } listed && listed != length)
            throw Changed(FormattableString.Invariant($"it had {listed} bytes when it was listed and {length} when it was read"));
        if (File.Sha256 is { } written && written != sha256)
            throw Changed("its checksum is not the one it was written with");
        if (File.Rows is { } expected && expected != rows)
            throw Changed(FormattableString.Invariant($"it was written with {expected} rows and has {rows}"));
        return new FileFingerprint(File.Path, length, sha256);
    }

    public WarehouseLoadException Unreadable(Exception error, long line)
    {
        string what = error switch
        {
            DecoderFallbackException => $"it holds bytes that are no {(format as CsvFormat)?.Encoding.WebName ?? "utf-8"} text; declare its encoding in CsvFormat.Encoding",
            IOException { InnerException: null } and not EndOfStreamException => error.Message.TrimEnd('.'),
            _ => $"{error.Message.TrimEnd('.')}; the file may have been cut off",
        };
        string from = line > 0 ? FormattableString.Invariant($" from line {line} on") : string.Empty;
        return new WarehouseLoadException(string.Create(CultureInfo.InvariantCulture, $"{File.Path} cannot be read{from}: {what}. Nothing was loaded."), error) { File = File.Path, Line = line > 0 ? line : null };
    }

    /// <summary>Whether an error says something about the bytes of the file.</summary>
    public static bool IsOfContent(Exception error)
        => error is FormatException or DecoderFallbackException or InvalidDataException or IOException or JsonException or ZstdSharp.ZstdException && error is not WarehouseException;

    public async ValueTask DisposeAsync()
    {
        for (int i = _opened.Count - 1; i >= 0; i--)
            await _opened[i].DisposeAsync().ConfigureAwait(false);
    }

    private static Stream Unpack(Stream packed, Compression compression) => compression == Compression.Gzip
        ? new GzipContent(packed)
        : new ZstdSharp.DecompressionStream(packed, bufferSize: 128 * 1024, checkEndOfStream: true, leaveOpen: true);

    private PeekedStream Checked(PeekedStream content)
    {
        if (FileMagic.FormatOf(content.Peeked) is { } found && found != format.Name)
            throw new WarehouseLoadException($"{File.Path} was declared to be {format.Name}, but its first bytes are those of {found}. Nothing was loaded. Declare its format.") { File = File.Path };
        if (format.Name is "parquet" or "avro" && FileMagic.FormatOf(content.Peeked) is null)
            throw new WarehouseLoadException($"{File.Path} was declared to be {format.Name}, but does not begin as one; it may be of another format, empty or cut off. Nothing was loaded.") { File = File.Path };
        return content;
    }

    // What was read here and there is read once more, in order.
    private async Task<(long Length, string Sha256)> DigestAsync(CancellationToken cancellationToken)
    {
        if (_isRewound)
        {
            _raw!.Position = 0;
            _digest = Keep(new DigestStream(_raw));
        }

        return await _digest!.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private WarehouseLoadException Changed(string what)
        => new($"{File.Path} is not the file it should be: {what}. It was replaced, or something broke on its way. Nothing was loaded. Run the load again, or write the file again.") { File = File.Path };

    private TStream Keep<TStream>(TStream stream)
        where TStream : IAsyncDisposable
    {
        _opened.Add(stream);
        return stream;
    }
}
