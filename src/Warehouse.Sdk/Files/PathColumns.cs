using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>The columns that a file's path gives.</summary>
internal sealed partial class PathColumns
{
    private const string HiveNull = "__HIVE_DEFAULT_PARTITION__";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly FileReadOptions _options;
    private readonly Regex? _pattern;
    private readonly string[] _names = [];

    public PathColumns(FileReadOptions options)
    {
        _options = options;
        if (options.PathPattern is not { } pattern)
            return;
        _names = [.. NamedPart().Matches(pattern).Select(part => part.Groups[1].Value)];
        if (_names.Length == 0 || _names.Distinct(StringComparer.OrdinalIgnoreCase).Count() < _names.Length)
            throw new ArgumentException($"The path pattern '{pattern}' names no part of a path, or one of them twice; parts are named as {{region}}/{{day}}.csv.", nameof(options));
        var regex = new StringBuilder("(?:^|/)");
        int at = 0;
        foreach (Match part in NamedPart().Matches(pattern))
        {
            regex.Append(FilePattern.ToRegex(pattern[at..part.Index])).Append("([^/]+?)");
            at = part.Index + part.Length;
        }

        _pattern = new Regex(regex.Append(FilePattern.ToRegex(pattern[at..])).Append('$').ToString(), RegexOptions.CultureInvariant, Patience);
    }

    /// <summary>Names and values, NULL included; of parts that have one name the last.</summary>
    /// <exception cref="WarehouseLoadException">The path does not fit.</exception>
    public IReadOnlyDictionary<Identifier, string?> Of(string path)
    {
        string slashed = FilePattern.Slashes(path);
        Dictionary<Identifier, string?> values = [];
        if (_options.HivePartitions)
        {
            foreach (string[] part in slashed.Split('/').SkipLast(1).Select(segment => segment.Split('=', 2)).Where(part => part is [{ Length: > 0 }, _]))
                values[part[0]] = part[1] == HiveNull ? null : Uri.UnescapeDataString(part[1]);
        }

        if (_pattern is not null)
        {
            Match match = _pattern.Match(slashed);
            if (!match.Success)
                throw new WarehouseLoadException($"The path '{path}' does not fit the path pattern '{_options.PathPattern}', which gives columns. Nothing was loaded. Correct the pattern, or name the files more narrowly.") { File = path };
            for (int i = 0; i < _names.Length; i++)
                values[_names[i]] = match.Groups[i + 1].Value;
        }

        if (_options.FileColumn is { } file)
            values[file] = path;
        return values;
    }

    /// <summary>The value that changes with every row.</summary>
    public static string LineText(long line) => line.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{([^{}/]+)\}")]
    private static partial Regex NamedPart();
}
