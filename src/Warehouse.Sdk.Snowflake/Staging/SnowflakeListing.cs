using System.Data.Common;
using System.Globalization;

namespace Warehouse.Sdk.Snowflake;

/// <summary>A file, and what LIST shows in front of its path in the stage: the stage's name, or nothing.</summary>
internal sealed record SnowflakeListed(StagedFile File, string Before);

/// <summary>The rows of LIST as files: <c>name, size, md5, last_modified</c>, found by their names, as some accounts have further ones.</summary>
internal static class SnowflakeListing
{
    public static async Task<List<SnowflakeListed>> ReadAsync(DbDataReader reader, SnowflakeStage stage, CancellationToken cancellationToken)
    {
        List<SnowflakeListed> files = [];
        int name = Ordinal(reader, "name"), size = Ordinal(reader, "size"), md5 = Ordinal(reader, "md5"), modified = Ordinal(reader, "last_modified");
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            string shown = Text(reader, name)!;
            if (PathOf(shown, stage) is not { } path)
                continue;
            files.Add(new SnowflakeListed(new StagedFile(path, Convert.ToInt64(reader.GetValue(size), CultureInfo.InvariantCulture))
            {
                Version = Text(reader, md5),
                LastModified = DateTimeOffset.TryParse(Text(reader, modified), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset when) ? when : null,
                // Encrypted by the client in blocks of 16 bytes.
                HasExactLength = stage.Kind is SnowflakeStageKind.External,
            }, shown[..^(stage.Folder.Length + path.Length)]));
        }

        return files;
    }

    /// <summary>
    /// The path below the client's folder; null when it is beside it. Names begin with the stage's own name where it has one, and with nothing for a user's or a table's.
    /// </summary>
    private static string? PathOf(string name, SnowflakeStage stage)
    {
        string path = name;
        if (stage.Kind == SnowflakeStageKind.Internal)
            path = name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return path.Length > stage.Folder.Length && path.StartsWith(stage.Folder, StringComparison.Ordinal) ? path[stage.Folder.Length..] : null;
    }

    /// <summary>Whether a file of so many bytes is what a stage calls so large: encrypted by the client, it is filled up to whole blocks.</summary>
    public static bool IsSizeOf(long listed, long length) => listed == length || listed == (length / 16 + 1) * 16;

    private static int Ordinal(DbDataReader reader, string name)
    {
        for (int ordinal = 0; ordinal < reader.FieldCount; ordinal++)
        {
            if (string.Equals(reader.GetName(ordinal), name, StringComparison.OrdinalIgnoreCase))
                return ordinal;
        }

        throw new WarehouseException($"LIST has no column '{name}'; the driver or the account is of another version than this package knows.") { SystemName = SnowflakeProvider.Name };
    }

    private static string? Text(DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? null : Convert.ToString(reader.GetValue(ordinal), CultureInfo.InvariantCulture);
}
