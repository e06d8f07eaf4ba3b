using System.Text;
using System.Text.RegularExpressions;

namespace Warehouse.Sdk;

/// <summary>
/// A pattern of paths: <c>*</c> and <c>?</c> stand for anything without a <c>/</c>, <c>**</c> for folders, however many. What ends in <c>/</c> means
/// everything below.
/// </summary>
internal sealed class FilePattern
{
    private static readonly char[] Wildcards = ['*', '?'];

    // Patterns are the host's own, but a path they are held against may be anything.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Regex _regex;

    public FilePattern(string pattern) => _regex = new Regex($"^{ToRegex(pattern)}{(pattern.EndsWith('/') ? ".*" : string.Empty)}$", RegexOptions.CultureInvariant | RegexOptions.Singleline, Patience);

    public static bool IsPattern(string path) => path.EndsWith('/') || path.IndexOfAny(Wildcards) >= 0;

    /// <summary>What stands before the first wildcard.</summary>
    public static string Prefix(string pattern) => pattern.IndexOfAny(Wildcards) is var at and >= 0 ? pattern[..at] : pattern;

    public static string Slashes(string path) => Path.DirectorySeparatorChar == '/' ? path : path.Replace(Path.DirectorySeparatorChar, '/');

    public bool Fits(string path) => _regex.IsMatch(path);

    internal static string ToRegex(string pattern)
    {
        var regex = new StringBuilder();
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern.AsSpan(i).StartsWith("**/"))
            {
                regex.Append("(?:.*/)?");
                i += 2;
            }
            else if (pattern.AsSpan(i).StartsWith("**"))
            {
                regex.Append(".*");
                i++;
            }
            else
            {
                regex.Append(pattern[i] switch
                {
                    '*' => "[^/]*",
                    '?' => "[^/]",
                    char c => Regex.Escape(c.ToString()),
                });
            }
        }

        return regex.ToString();
    }
}
