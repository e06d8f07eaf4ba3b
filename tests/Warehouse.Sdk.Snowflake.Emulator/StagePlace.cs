namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A stage and a path in it. Paths are prefixes.</summary>
internal sealed record StagePlace(string Folder, string Shown, string Prefix)
{
    /// <summary>The name in messages and grants; null of the user's own.</summary>
    public string? Name { get; private init; }

    /// <summary>Encrypted by the client: the user's, a table's, and a named one unless it says otherwise.</summary>
    public bool IsEncrypted { get; private init; } = true;

    public bool IsExternal { get; private init; }

    public bool IsTable { get; private init; }

    /// <summary>What METADATA$FILENAME says of a file: the key in its bucket, or the path in the stage.</summary>
    public string Key(string path) => IsExternal ? new Uri(Shown).AbsolutePath[1..] + path : path;

    public StagePlace Expect(string privilege, EmulatedAccount account)
        => Name is not null && account.IsRevoked($"{(IsExternal ? "USAGE" : privilege)} ON STAGE {Name}")
            ? throw new SnowflakeEmulatorException(3001, "42501", $"SQL access control error:\nInsufficient privileges to operate on stage '{Name[(Name.LastIndexOf('.') + 1)..]}'")
            : this;

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
            return new StagePlace(account.Folder("table", name), string.Empty, prefix) { IsTable = true };
        if (!account.Stages.TryGetValue(name, out EmulatedStage? stage))
            throw EmulatedErrors.Missing("Stage", name);
        return stage.Url is { } url
            ? new StagePlace(account.FolderOf(url), url.TrimEnd('/') + "/", prefix) { Name = name, IsExternal = true, IsEncrypted = false }
            : new StagePlace(account.Folder("named", name), parts[^1].ToLowerInvariant() + "/", prefix) { Name = name, IsEncrypted = stage.IsEncrypted };
    }

    /// <summary>The files whose path begins with the prefix, in order, by their paths in the stage.</summary>
    public IReadOnlyList<string> Files() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file).Replace('\\', '/')).Where(path => path.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public string File(string path) => Path.Combine(Folder, path);
}
