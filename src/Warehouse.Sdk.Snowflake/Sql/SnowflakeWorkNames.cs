using System.Text;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Which table a private name means now. A script may make a table anew with other columns; as all of them are made before the transaction, each gets a
/// table of its own.
/// </summary>
internal sealed class SnowflakeWorkNames
{
    private static readonly string Schema = $"{SnowflakeSql.Rules.Sql($"{SnowflakeSql.WorkSchema}")}.";

    private readonly Dictionary<string, string> _current = new(StringComparer.Ordinal);

    /// <summary>The name with its schema means another table from now on.</summary>
    public void Set(string name, string physical) => _current[name] = physical;

    public string Physical(string name) => _current.GetValueOrDefault(name, name);

    public void Clear() => _current.Clear();

    // Some scripts number tables themselves, with one underscore.
    public static string Numbered(string name, int number) => number == 1 ? name : FormattableString.Invariant($"{name[..^1]}__{number}\"");

    /// <summary>The statement with the tables that its private names mean.</summary>
    public string Resolve(string text)
    {
        if (_current.All(pair => pair.Key == pair.Value))
            return text;
        var resolved = new StringBuilder(text.Length);
        int position = 0;
        while (position < text.Length)
        {
            int end = SnowflakeParameters.EndOfToken(text, position);
            if (text[position] == '"' && string.CompareOrdinal(text, position, Schema, 0, Schema.Length) == 0 && end + 1 < text.Length && text[end + 1] == '"')
            {
                end = SnowflakeParameters.EndOfToken(text, position + Schema.Length);
                resolved.Append(Physical(text[position..end]));
            }
            else
            {
                resolved.Append(text, position, end - position);
            }

            position = end;
        }

        return resolved.ToString();
    }
}
