using System.Runtime.CompilerServices;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Files that Snowflake reads where they are: as texts into a table of the run, from there typed, with what cannot be typed put aside.</summary>
internal sealed class SnowflakeInPlaceSource(SnowflakeFileSet files, CsvFormat? format, FileReadOptions options, string description) : FileLoadSource(files, format, options, description)
{
    private readonly CsvFormat? _format = Checked(format);

    public override bool IsReadByEngine => true;

    public override Task<IReadOnlyList<Identifier>> FieldsAsync(SourceFile file, LoadTarget target, CancellationToken cancellationToken)
        => throw new WarehouseLoadException($"{target.Name} follows the columns of its files, which are not known before they are read in place. Nothing was loaded. Load them with Source.StagedFiles, or declare the columns.") { Target = target.Name.ToString() };

    public override async IAsyncEnumerable<ReadSourceFile> StageAllAsync(StagingRequest request, IReadOnlyList<SourceFile> files, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (files.Count == 0)
            yield break;
        CsvFormat written = _format ?? FormatOf(files);
        SnowflakeForeignRows rows = new(request, SnowflakeFileSet.StageOf(request.Stage), written, files);
        IReadOnlyList<ReadSourceFile> read = await rows.StageAsync(cancellationToken).ConfigureAwait(false);
        // What was replaced while it was read may be in the table in either version.
        Dictionary<string, SourceFile> now = new(StringComparer.Ordinal);
        await foreach (SourceFile file in Files.ListAsync(request.Stage, cancellationToken).ConfigureAwait(false))
            now[file.Path] = file;
        foreach (ReadSourceFile file in read)
        {
            if (now.GetValueOrDefault(file.File.Path)?.Sha256 != file.File.Sha256)
                throw new WarehouseLoadException($"{file.File.Path} was replaced or deleted while it was read. The load was rolled back. Run it again.") { File = file.File.Path, IsTransient = true };
            yield return file;
        }
    }

    private static CsvFormat? Checked(CsvFormat? format)
    {
        if (format is not null)
            SnowflakeFormatSql.Check(format);
        return format;
    }

    private static CsvFormat FormatOf(IReadOnlyList<SourceFile> files)
    {
        if (files[0].Format is not CsvFormat csv)
            throw new WarehouseLoadException($"{files[0].Path} is no CSV file, which alone are read in place. Nothing was loaded. Load it with Source.StagedLoad, through this process.") { File = files[0].Path };
        SnowflakeFormatSql.Check(csv);
        return csv;
    }
}
