using System.Globalization;
using System.Text;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>
/// Names as DuckDB keeps them. DuckDB compares without regard to case and Snowflake does not, so a name with small letters carries which letters they are.
/// </summary>
internal static class StoredNames
{
    private const char Mark = '\u00A4';

    public static string Quoted(string name) => $"\"{Encode(name).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>Temporary tables of all schemas share one of DuckDB's, which it would look into first.</summary>
    public static string Temporary(string schema, string table) => schema == "PUBLIC" ? Quoted(table) : Quoted($"{schema}.{table}");

    public static string Encode(string name)
    {
        if (!name.Any(char.IsLower))
            return name;
        var mask = new StringBuilder(name.Length / 4 + 1);
        for (int i = 0; i < name.Length; i += 4)
        {
            int digit = 0;
            for (int bit = 0; bit < 4 && i + bit < name.Length; bit++)
                digit |= char.IsLower(name[i + bit]) ? 1 << bit : 0;
            mask.Append(digit.ToString("x", CultureInfo.InvariantCulture));
        }

        return $"{name}{Mark}{mask}";
    }

    public static string Decode(string stored)
    {
        int mark = stored.LastIndexOf(Mark);
        return mark < 0 ? stored : stored[..mark];
    }

    /// <summary>Names in a message of DuckDB's.</summary>
    public static string DecodeAll(string message)
    {
        int mark;
        while ((mark = message.IndexOf(Mark)) >= 0)
        {
            int end = mark + 1;
            while (end < message.Length && char.IsAsciiHexDigitLower(message[end]))
                end++;
            message = message[..mark] + message[end..];
        }

        return message;
    }
}
