using System.Text;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// PUT, GET, LIST and REMOVE of single files. A path is a prefix to all of them: each names a folder, with its slash, and a pattern that fits one path as a whole, whether
/// it is held against the path in the stage or against one with the stage's name before it, as LIST shows it.
/// </summary>
internal static class SnowflakeFilesSql
{
    /// <summary>The most paths in one pattern.</summary>
    public const int MostPaths = 50;

    // What packs files is the format's business, and what is too short to tell is not looked at.
    public static string Put(SnowflakeStage stage, string path, string file)
        => Rules.Sql($"PUT {Constant(Local(file))} {Constant(Folder(stage, path))} SOURCE_COMPRESSION = NONE AUTO_COMPRESS = FALSE OVERWRITE = TRUE").ToString();

    public static string Get(SnowflakeStage stage, string path, string before, string folder)
        => Rules.Sql($"GET {Constant(Folder(stage, path))} {Constant(Local(folder) + "/")} PATTERN = {Constant(Pattern(stage, [path], before))}").ToString();

    /// <summary>Paths of one folder, and what ends with one of them, which is left out by whoever reads.</summary>
    public static string Find(SnowflakeStage stage, IReadOnlyList<string> paths)
        => Rules.Sql($"LIST {Constant(Folder(stage, paths[0]))} PATTERN = {Constant(Pattern(stage, paths, before: null))}").ToString();

    /// <summary>Everything in the folder that the prefix is in; what begins otherwise is left out by whoever reads.</summary>
    public static string List(SnowflakeStage stage, string prefix) => Rules.Sql($"LIST {Constant(Folder(stage, prefix))}").ToString();

    public static string Remove(SnowflakeStage stage, IReadOnlyList<string> paths, string before)
        => Rules.Sql($"REMOVE {Constant(Folder(stage, paths[0]))} PATTERN = {Constant(Pattern(stage, paths, before))}").ToString();

    /// <summary>The folder that a path is in.</summary>
    public static string FolderOf(string path) => path[..(path.LastIndexOf('/') + 1)];

    /// <summary>Fits the paths and nothing that only begins like one of them.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="paths">Paths below its folder.</param>
    /// <param name="before">What LIST shows before them; null when that is not known yet.</param>
    private static string Pattern(SnowflakeStage stage, IReadOnlyList<string> paths, string? before)
    {
        string whole = string.Join('|', paths.Select(path => Escaped(stage.Folder + path)));
        return before switch { null => $"(.*/)?({whole})", "" => $"({whole})", _ => $"({Escaped(before)})?({whole})" };
    }

    private static string Folder(SnowflakeStage stage, string path) => stage + FolderOf(path);

    private static string Local(string file) => "file://" + (file.StartsWith('/') ? string.Empty : "/") + file.Replace('\\', '/');

    private static string Escaped(string path)
    {
        var escaped = new StringBuilder(path.Length);
        foreach (char c in path)
        {
            if (char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c is not ('/' or ' ' or '_'))
                escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }
}
