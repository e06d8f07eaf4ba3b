using System.Runtime.CompilerServices;

namespace Warehouse.Sdk;

/// <summary>The files that a manifest names, and no others.</summary>
internal sealed class StagedLoadFiles(string manifest) : FileSet(manifest)
{
    public override bool IsSingle => false;

    public override string Prefix => Name[..(Name.LastIndexOf('/') + 1)];

    public static async Task<StagedLoad> ReadManifestAsync(IStageClient stage, string path, CancellationToken cancellationToken)
    {
        Stream content = await stage.OpenReadAsync(path, cancellationToken).ConfigureAwait(false);
        await using (content.ConfigureAwait(false))
        {
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
            return StageManifest.Read(path, bytes.ToArray());
        }
    }

    private static FileFormat? FormatOf(StagedLoad load) => load.Format switch
    {
        "csv" => CsvFormat.Default with
        {
            Compression = load.Compression,
            Delimiter = load.Delimiter is [char delimiter] ? delimiter : CsvFormat.Default.Delimiter,
            Quote = load.Quote is [char quote] ? quote : CsvFormat.Default.Quote,
            NullText = load.NullText ?? CsvFormat.Default.NullText,
            HasHeader = load.HasHeader,
        },
        "jsonl" => JsonLinesFormat.Default with { Compression = load.Compression },
        _ => null,
    };

    public override async IAsyncEnumerable<SourceFile> ListAsync(IStageClient stage, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await stage.FindAsync(Name, cancellationToken).ConfigureAwait(false) is null)
            throw new WarehouseLoadException($"There is no manifest '{Name}' on the stage '{stage.Location}': the load was not staged, or its staging did not end. Nothing was loaded. Stage it again.") { File = Name };
        StagedLoad load = await ReadManifestAsync(stage, Name, cancellationToken).ConfigureAwait(false);
        Dictionary<string, StagedFile> there = [];
        await foreach (StagedFile file in stage.ListAsync(Prefix, cancellationToken).ConfigureAwait(false))
            there[file.Path] = file;
        foreach (StagedPart part in load.Files)
        {
            if (!there.TryGetValue(part.Path, out StagedFile? file))
                throw new WarehouseLoadException($"The manifest '{Name}' names the file '{part.Path}', but it is not on the stage '{stage.Location}'. Nothing was loaded. Bring the file back, or delete the folder and stage again.") { File = part.Path };
            yield return StagedFiles.Of(stage, file) with { Length = part.Length, Sha256 = part.Sha256, Rows = part.Rows, Format = FormatOf(load) };
        }
    }
}
