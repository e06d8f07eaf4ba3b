using System.Runtime.CompilerServices;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A file that was read into the staging table.</summary>
/// <param name="File">The file.</param>
/// <param name="Fingerprint">What it turned out to be.</param>
/// <param name="Rows">Rows read, with those rejected.</param>
/// <param name="Absent">Columns that it does not have, where the target allows that.</param>
internal sealed record ReadSourceFile(SourceFile File, FileFingerprint Fingerprint, long Rows, IReadOnlySet<Identifier> Absent);

/// <summary>Rows of one file or of several, each of which the ledger knows by path, size and checksum.</summary>
internal class FileLoadSource(FileSet files, FileFormat? format, FileReadOptions options, string description) : RowLoadSource(description)
{
    private readonly PathColumns _path = new(options);

    /// <summary>Whether the engine itself reads the files, where they are: they do not pass through this process.</summary>
    public virtual bool IsReadByEngine => false;

    public FileSet Files { get; } = files;

    public FileReadOptions Options { get; } = options;

    /// <summary>The files that are there, numbered where the source may have several.</summary>
    /// <exception cref="WarehouseLoadException">There is none.</exception>
    public async Task<IReadOnlyList<SourceFile>> ListAsync(IStageClient stage, CancellationToken cancellationToken)
    {
        List<SourceFile> files = [];
        await foreach (SourceFile file in Files.ListAsync(stage, cancellationToken).ConfigureAwait(false))
            files.Add(Files.IsSingle ? file : file with { Number = files.Count + 1 });
        if (files.Count == 0 && !Options.AllowNoFiles)
            throw new WarehouseLoadException($"No file fits '{Files.Name}'. Nothing was loaded. Check the path, or allow it with FileReadOptions.AllowNoFiles when there may be none.") { File = Files.Name };
        return files;
    }

    /// <summary>Of a source that names one file.</summary>
    public override async Task<FileFingerprint?> FingerprintAsync(IStageClient stage, CancellationToken cancellationToken)
        => await FingerprintAsync((await ListAsync(stage, cancellationToken).ConfigureAwait(false))[0], cancellationToken).ConfigureAwait(false);

    /// <summary>Reads a file to know what it holds.</summary>
    public static async Task<FileFingerprint> FingerprintAsync(SourceFile file, CancellationToken cancellationToken)
    {
        if (file is { Sha256: { } sha256, Length: { } length })
            return new FileFingerprint(file.Path, length, sha256);
        Stream content = await file.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
            return await FileFingerprint.OfAsync(file.Path, content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Reads files into the staging table, one after the other.</summary>
    public virtual async IAsyncEnumerable<ReadSourceFile> StageAllAsync(StagingRequest request, IReadOnlyList<SourceFile> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (SourceFile file in files)
        {
            HashSet<Identifier> absent = [];
            var (fingerprint, rows) = await StageAsync(request with { Absent = absent }, file, cancellationToken).ConfigureAwait(false);
            yield return new ReadSourceFile(file, fingerprint, rows, absent);
        }
    }

    /// <summary>The names of the fields of a file and the columns that its path gives.</summary>
    public virtual async Task<IReadOnlyList<Identifier>> FieldsAsync(SourceFile file, LoadTarget target, CancellationToken cancellationToken)
    {
        FileFormat written = FormatOf(file);
        var reading = new FileReading(file, written, Options, _path);
        await using (reading.ConfigureAwait(false))
            return [.. await written.FieldsAsync(reading, target, cancellationToken).ConfigureAwait(false), .. reading.PathValues.Keys];
    }

    public override async Task<long> StageAsync(StagingRequest request, CancellationToken cancellationToken)
        => (await StageAsync(request, (await ListAsync(request.Stage, cancellationToken).ConfigureAwait(false))[0], cancellationToken).ConfigureAwait(false)).Rows;

    public async Task<(FileFingerprint File, long Rows)> StageAsync(StagingRequest request, SourceFile file, CancellationToken cancellationToken)
    {
        FileFormat written = FormatOf(file);
        var reading = new FileReading(file, written, Options, _path);
        await using (reading.ConfigureAwait(false))
        {
            long rows = await written.StageAsync(reading, request, cancellationToken).ConfigureAwait(false);
            return (await reading.CompleteAsync(rows, cancellationToken).ConfigureAwait(false), rows);
        }
    }

    private FileFormat FormatOf(SourceFile file) => format ?? file.Format
        ?? throw new WarehouseLoadException($"{file.Path} is of a format that the manifest names but that Source.StagedLoad has to be given, such as ParquetFormat.Default. Nothing was loaded.") { File = file.Path };
}
