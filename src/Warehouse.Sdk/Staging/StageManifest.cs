using System.Text.Json;
using System.Text.Json.Serialization;

namespace Warehouse.Sdk;

/// <summary>The manifest of staged rows as it is written.</summary>
internal static class StageManifest
{
    private const int Version = 1;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static byte[] Write(StagedLoad load) => JsonSerializer.SerializeToUtf8Bytes(
        new Document(
            Version,
            load.Target,
            load.LoadId,
            load.Format,
            load.Compression switch { Compression.Gzip => "gzip", Compression.Zstd => "zstd", _ => "none" },
            load.Rows,
            load.Bytes,
            load.Columns,
            [.. load.Files.Select(file => new Part(file.Path[(file.Path.LastIndexOf('/') + 1)..], file.Rows, file.Length, file.Sha256))])
        {
            Delimiter = load.Delimiter,
            Quote = load.Quote,
            NullText = load.NullText,
            HasHeader = load.HasHeader ? null : false,
        },
        Options);

    /// <exception cref="WarehouseLoadException">It is no manifest.</exception>
    public static StagedLoad Read(string path, ReadOnlySpan<byte> content)
    {
        Document? document;
        try
        {
            document = JsonSerializer.Deserialize<Document>(content, Options);
        }
        catch (JsonException error)
        {
            throw NoManifest(path, "it is no JSON of that shape", error);
        }

        if (document is not { Target: not null, LoadId: not null, Format: not null, Columns: not null, Files: not null })
            throw NoManifest(path, "parts of it are missing");
        if (document.Version != Version)
            throw NoManifest(path, FormattableString.Invariant($"it is of version {document.Version}, and this SDK reads version {Version}"));
        string folder = path[..(path.LastIndexOf('/') + 1)];
        if (document.Files.FirstOrDefault(file => file is not { Name: { Length: > 0 } name, Sha256: not null, Rows: >= 0, Bytes: >= 0 } || name.Contains('/', StringComparison.Ordinal)) is { } odd)
            throw NoManifest(path, $"its file '{odd?.Name}' is not one of its folder with rows, bytes and checksum");
        return new StagedLoad(document.Target, document.LoadId, path)
        {
            Format = document.Format,
            Compression = document.Compression switch { "gzip" => Compression.Gzip, "zstd" => Compression.Zstd, _ => Compression.None },
            Columns = document.Columns,
            Files = [.. document.Files.Select(file => new StagedPart(folder + file.Name, file.Rows, file.Bytes, file.Sha256))],
            WasThere = true,
            Delimiter = document.Delimiter,
            Quote = document.Quote,
            NullText = document.NullText,
            HasHeader = document.HasHeader ?? true,
        };
    }

    private static WarehouseLoadException NoManifest(string path, string what, Exception? inner = null)
        => new($"'{path}' is no manifest of staged rows: {what}. Nothing was loaded. Name the {StagedLoad.ManifestName} of a load, or its folder.", inner) { File = path };

    private sealed record Document(int Version, string Target, string LoadId, string Format, string Compression, long Rows, long Bytes, IReadOnlyList<StagedColumn> Columns, IReadOnlyList<Part> Files)
    {
        public string? Delimiter { get; init; }

        public string? Quote { get; init; }

        public string? NullText { get; init; }

        public bool? HasHeader { get; init; }
    }

    private sealed record Part(string Name, long Rows, long Bytes, string Sha256);
}
