using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>PUT, GET, LIST and REMOVE: stages are folders.</summary>
internal sealed partial class EmulatedSession
{
    // The columns of the driver's, which are not those of the documentation.
    private static readonly string[] TransferColumns = ["SourceFileName", "DestinationFileName", "SourceFileSize", "DestinationFileSize", "SourceCompressionType", "DestinationCompressionType", "ResultStatus", "ErrorDetails"];

    private EmulatedResult Put(string sql)
    {
        var (source, stage, options) = ReadTransfer(sql);
        string file = LocalPath(source);
        if (file.Contains('*', StringComparison.Ordinal) || file.Contains('?', StringComparison.Ordinal))
            throw EmulatedErrors.Unsupported("PUT of several files: the driver may lose rows of its result");
        if (!File.Exists(file))
            throw new SnowflakeEmulatorException(270058, "22000", $"File not found: {file}");
        StagePlace place = StagePlace.Read(stage, _account).Expect("WRITE", _account);
        if (place.IsExternal)
            throw new SnowflakeEmulatorException(1003, "42000", $"SQL compilation error:\nPUT is not supported for the external stage {stage}.");
        string kind = options.GetValueOrDefault("SOURCE_COMPRESSION", "AUTO_DETECT");
        if (kind == "AUTO_DETECT" && new FileInfo(file).Length < 4)
            throw new EndOfStreamException("Unable to read beyond the end of the stream.");
        bool isPacked = kind is not ("AUTO_DETECT" or "NONE") || file.EndsWith(".gz", StringComparison.Ordinal);
        bool packs = !isPacked && options.GetValueOrDefault("AUTO_COMPRESS", "TRUE") == "TRUE";
        string name = Path.GetFileName(file) + (packs ? ".gz" : string.Empty);
        string path = place.Prefix.Length == 0 ? name : place.Prefix.TrimEnd('/') + "/" + name;
        string target = place.File(path);
        string status = "UPLOADED";
        if (File.Exists(target) && options.GetValueOrDefault("OVERWRITE", "FALSE") != "TRUE")
        {
            status = "SKIPPED";
        }
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            string arriving = Path.Combine(_account.Folder("arriving", string.Empty), Guid.NewGuid().ToString("N"));
            Directory.CreateDirectory(Path.GetDirectoryName(arriving)!);
            if (packs)
            {
                using FileStream from = File.OpenRead(file);
                using var to = new GZipStream(File.Create(arriving), CompressionLevel.Fastest);
                from.CopyTo(to);
            }
            else
            {
                File.Copy(file, arriving);
            }

            File.SetLastWriteTimeUtc(arriving, DateTime.UtcNow);
            // The whole file or none.
            if (_account.FailPut?.Invoke(path) is { } reason)
                return EmulatedResult.Of(0, TransferColumns, [Path.GetFileName(file), name, Size(file), "0", "NONE", "NONE", "ERROR", reason]);
            File.Move(arriving, target, overwrite: true);
        }

        string Size(string of) => new FileInfo(of).Length.ToString(CultureInfo.InvariantCulture);
        return EmulatedResult.Of(0, TransferColumns, [Path.GetFileName(file), name, Size(file), Size(target), isPacked ? "GZIP" : "NONE", isPacked || packs ? "GZIP" : "NONE", status, string.Empty]);
    }

    private EmulatedResult Get(string sql)
    {
        IReadOnlyList<Token> tokens = Tokenizer.Read(sql);
        var cursor = new Cursor(sql, tokens, 1);
        StagePlace place = StagePlace.Read(cursor.Take().Value, _account).Expect("READ", _account);
        if (place.IsExternal)
            throw new SnowflakeEmulatorException(1003, "42000", $"SQL compilation error:\nGET is not supported for the external stage {tokens[1].Value}.");
        string folder = LocalPath(cursor.Text());
        string? pattern = Pattern(cursor);
        cursor.ExpectEnd();
        Directory.CreateDirectory(folder);
        List<object?[]> rows = [];
        foreach (string path in Matching(place, pattern))
        {
            string target = Path.Combine(folder, Path.GetFileName(path));
            File.Copy(place.File(path), target, overwrite: true);
            string size = new FileInfo(target).Length.ToString(CultureInfo.InvariantCulture);
            rows.Add([path, Path.GetFileName(path), size, size, "NONE", "NONE", "DOWNLOADED", string.Empty]);
        }

        return EmulatedResult.Of(0, TransferColumns, [.. rows]);
    }

    private EmulatedResult ListFiles(string sql, IReadOnlyList<Token> tokens)
    {
        var (place, pattern) = ReadPlace(sql, tokens);
        place.Expect("READ", _account);
        return EmulatedResult.Of(-1, ["name", "size", "md5", "last_modified"], [.. Matching(place, pattern).Select(path =>
        {
            var file = new FileInfo(place.File(path));
            // What the client encrypts is filled up to whole blocks, and never the same twice.
            return new object?[] { place.Shown + path, place.IsEncrypted ? (file.Length / 16 + 1) * 16 : file.Length, place.IsEncrypted ? Etag(file.FullName, file.LastWriteTimeUtc.Ticks) : Etag(file.FullName), file.LastWriteTimeUtc.ToString("R", CultureInfo.InvariantCulture) };
        })]);
    }

    private EmulatedResult Remove(string sql, IReadOnlyList<Token> tokens)
    {
        var (place, pattern) = ReadPlace(sql, tokens);
        place.Expect("WRITE", _account);
        List<object?[]> rows = [];
        foreach (string path in Matching(place, pattern))
        {
            File.Delete(place.File(path));
            rows.Add([place.Shown + path, "removed"]);
        }

        return EmulatedResult.Of(-1, ["name", "result"], [.. rows]);
    }

    private (StagePlace Place, string? Pattern) ReadPlace(string sql, IReadOnlyList<Token> tokens)
    {
        var cursor = new Cursor(sql, tokens, 1);
        string reference = cursor.Take().Value;
        string? pattern = Pattern(cursor);
        cursor.ExpectEnd();
        return (StagePlace.Read(reference, _account), pattern);
    }

    private static string? Pattern(Cursor cursor)
    {
        if (!cursor.Accept("PATTERN"))
            return null;
        cursor.ExpectSymbol("=");
        return cursor.Text();
    }

    private static IEnumerable<string> Matching(StagePlace place, string? pattern)
        => place.Files().Where(path => pattern is null || Regex.IsMatch(path, $"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)));

    private static string Etag(string file, long salt = 0)
    {
        using FileStream content = File.OpenRead(file);
#pragma warning disable CA5351 // What the service reports.
        byte[] digest = MD5.HashData(content);
        return Convert.ToHexStringLower(salt == 0 ? digest : MD5.HashData([.. digest, .. BitConverter.GetBytes(salt)]));
#pragma warning restore CA5351
    }

    private static string LocalPath(string uri)
        => uri.StartsWith("file://", StringComparison.OrdinalIgnoreCase) ? uri["file://".Length..] : throw new SnowflakeEmulatorException(1003, "42000", $"SQL compilation error:\nsyntax error unexpected '{uri}'.");

    private static (string Source, string Stage, Dictionary<string, string> Options) ReadTransfer(string sql)
    {
        IReadOnlyList<Token> tokens = Tokenizer.Read(sql);
        var cursor = new Cursor(sql, tokens, 1);
        string source = cursor.Text();
        string stage = cursor.Take().Value;
        Dictionary<string, string> options = new(StringComparer.Ordinal);
        while (!cursor.AtEnd)
        {
            string name = cursor.Take().Value;
            cursor.ExpectSymbol("=");
            options[name] = name is "AUTO_COMPRESS" or "SOURCE_COMPRESSION" or "OVERWRITE" or "PARALLEL" ? cursor.Take().Value : throw new SnowflakeEmulatorException(1003, "42000", $"SQL compilation error:\nsyntax error unexpected '{name}'.");
        }

        return (source, stage, options);
    }
}
