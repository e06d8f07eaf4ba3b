using System.Text;

namespace Warehouse.Sdk;

/// <summary>What is a path on a stage, the same on every stage: what one accepts can be moved to another.</summary>
internal static class StagePath
{
    public const int MaximumBytes = 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>In the order of the bytes in UTF-8, which is that of code points: UTF-16 sorts U+10000 and beyond before U+E000.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>Returns the path as it came.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public static string Check(string path, string argument = "path")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path, argument);
        if (path.Any(char.IsControl))
            throw new ArgumentException("The path of a file on a stage holds a control character; give one without.", argument);
        if (path.Split('/').Any(part => part is "" or "." or ".."))
            throw new ArgumentException($"'{path}' is no path of a file inside the stage; give a relative path without '..', '.' and empty parts.", argument);
        int bytes;
        try
        {
            bytes = Strict.GetByteCount(path);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException("The path of a file on a stage holds half a character (a lone surrogate); give one without.", argument, error);
        }

        return bytes <= MaximumBytes
            ? path
            : throw new ArgumentException(FormattableString.Invariant($"The path beginning '{path[..40]}' has {bytes} bytes in UTF-8; at most {MaximumBytes} are possible."), argument);
    }

    private static int Compare(string left, string right)
    {
        int length = Math.Min(left.Length, right.Length);
        for (int i = 0; i < length; i++)
        {
            if (left[i] != right[i])
                return Weight(left[i]) - Weight(right[i]);
        }

        return left.Length - right.Length;
    }

    // Surrogates stand for what comes after all other characters.
    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
