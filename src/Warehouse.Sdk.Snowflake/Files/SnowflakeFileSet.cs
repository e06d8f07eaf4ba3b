using System.Runtime.CompilerServices;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Files of the warehouse's stage as the stage itself knows them: nothing is read to know what they are.</summary>
internal sealed class SnowflakeFileSet(FileSet files) : FileSet(files.Name)
{
    public override bool IsSingle => files.IsSingle;

    public override string Prefix => files.Prefix;

    /// <summary>Where Snowflake finds the files of a stage.</summary>
    /// <exception cref="WarehouseLoadException">It does not, or not in this way.</exception>
    public static SnowflakeStage StageOf(IStageClient stage) => stage switch
    {
        ISnowflakeFiles { Stage.Kind: SnowflakeStageKind.Table } => throw new WarehouseLoadException($"Snowflake reads no single fields of files on the stage of a table, {stage.Location}. Nothing was loaded. Put the files on a named stage, or read them with Source.StagedFiles, through this process."),
        ISnowflakeFiles known => known.Stage,
        _ => throw new WarehouseLoadException($"The warehouse's stage {stage.Location} is none that Snowflake can read. Nothing was loaded. Choose one with UseSnowflakeStage or UseSnowflakeExternalStage, or read the files with Source.StagedFiles, through this process."),
    };

    public override async IAsyncEnumerable<SourceFile> ListAsync(IStageClient stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        StageOf(stage);
        Dictionary<string, StagedFile> there = new(StringComparer.Ordinal);
        if (IsSingle && await stage.FindAsync(Name, cancellationToken).ConfigureAwait(false) is { } only)
            there[only.Path] = only;
        if (!IsSingle)
        {
            await foreach (StagedFile file in stage.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
                there[file.Path] = file;
        }

        await foreach (SourceFile file in files.ListAsync(stage, cancellationToken).ConfigureAwait(false))
        {
            StagedFile known = there.GetValueOrDefault(file.Path) ?? throw StageErrors.NotFound(stage.Location, file.Path);
            if (file.Sha256 is null)
            {
                yield return file with { Length = known.Length, Sha256 = FileFingerprint.OfVersion(known.Version ?? $"{known.LastModified:O}") };
                continue;
            }

            if (!SnowflakeListing.IsSizeOf(known.Length, file.Length!.Value))
                throw new WarehouseLoadException(FormattableString.Invariant($"{file.Path} is not the file it should be: its manifest says {file.Length} bytes, and the stage {known.Length}. It was replaced, or something broke on its way. Nothing was loaded. Write the file again.")) { File = file.Path };
            yield return file;
        }
    }
}
