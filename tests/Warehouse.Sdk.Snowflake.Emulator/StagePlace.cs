namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A stage and a path in it. Paths are prefixes.</summary>
internal sealed record StagePlace(string Folder, string Shown, string Prefix)
{
    public static StagePlace Read(string reference, EmulatedAccount account)
    {
        if (!reference.StartsWith('@'))
            throw new SnowflakeEmulatorException(1003, "42000", $"SQL compilation error:\nsyntax error unexpected '{reference}'.");
        int position = 1;
        if (reference.Length > 1 && reference[1] == '~')
        {
            if (reference.Length > 2 && reference[2] != '/')
                throw new SnowflakeEmulatorException(1003, "42000", $"SQL compilation error:\nsyntax error in stage '{reference}'.");
            return new StagePlace(account.Folder("user", "me"), string.Empty, reference[Math.Min(3, reference.Length)..]);
        }

        List<string> parts = [];
        bool isTable = false;
        while (position < reference.Length && reference[position] != '/')
        {
            if (reference[position] == '.')
                position++;
            if (reference[position] == '%')
            {
                isTable = true;
                position++;
            }

            if (reference[position] == '"')
            {
                int end = reference.IndexOf('"', position + 1);
                parts.Add(reference[(position + 1)..end]);
                position = end + 1;
            }
            else
            {
                int end = position;
                while (end < reference.Length && reference[end] is not ('.' or '/'))
                    end++;
                parts.Add(reference[position..end].ToUpperInvariant());
                position = end;
            }
        }

        string name = string.Join('.', parts);
        string prefix = reference[Math.Min(position + 1, reference.Length)..];
        if (isTable)
            return new StagePlace(account.Folder("table", name), string.Empty, prefix);
        string folder = account.Folder("named", name);
        return Directory.Exists(folder) ? new StagePlace(folder, parts[^1].ToLowerInvariant() + "/", prefix) : throw EmulatedErrors.Missing("Stage", name);
    }

    /// <summary>The files whose path begins with the prefix, in order, by their paths in the stage.</summary>
    public IReadOnlyList<string> Files() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Where(path => path.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public string File(string path) => Path.Combine(Folder, path);
}
