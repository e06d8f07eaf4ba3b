namespace Warehouse.Sdk;

/// <summary>U+0000 in texts.</summary>
internal static class NulCharacter
{
    public static string? Remove(string? text) => text?.Replace("\0", string.Empty, StringComparison.Ordinal);

    public static ReadOnlySpan<char> Remove(ReadOnlySpan<char> text) => text.Contains('\0') ? Remove(text.ToString()) : text;
}
