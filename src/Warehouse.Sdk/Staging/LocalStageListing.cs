namespace Warehouse.Sdk;

/// <summary>The files of a folder in the order of their paths, one folder's names in memory at a time.</summary>
internal static class LocalStageListing
{
    public static IEnumerable<StagedFile> Of(string root, string prefix, CancellationToken cancellationToken) => Under(root, string.Empty, prefix, cancellationToken);

    public static StagedFile? Find(string path, string file)
    {
        try
        {
            var info = new FileInfo(file);
            return info.Exists ? new StagedFile(path, info.Length) { LastModified = info.LastWriteTimeUtc, Version = LocalStageClient.VersionOf(info.LastWriteTimeUtc, info.Length) } : null;
        }
        catch (FileNotFoundException)
        {
            // It went between the two looks.
            return null;
        }
    }

    private static IEnumerable<StagedFile> Under(string folder, string path, string prefix, CancellationToken cancellationToken)
    {
        // A folder sorts as its files do: with the separator behind its name.
        List<string> names = [];
        try
        {
            names.AddRange(new DirectoryInfo(folder).EnumerateFileSystemInfos()
                .Select(entry => entry is DirectoryInfo ? entry.Name + '/' : entry.Name)
                .Where(name => !PartialFile.IsOne(name) && Concerns(path + name, prefix)));
        }
        catch (DirectoryNotFoundException)
        {
            // A stage nobody has put anything on, or a folder that went meanwhile.
            yield break;
        }

        names.Sort(StagePath.Order);
        foreach (string name in names)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (name.EndsWith('/'))
            {
                foreach (StagedFile file in Under(Path.Combine(folder, name), path + name, prefix, cancellationToken))
                    yield return file;
            }
            else if (Find(path + name, Path.Combine(folder, name)) is { } file)
            {
                yield return file;
            }
        }
    }

    private static bool Concerns(string path, string prefix)
        => path.StartsWith(prefix, StringComparison.Ordinal) || (path.EndsWith('/') && prefix.StartsWith(path, StringComparison.Ordinal));
}
