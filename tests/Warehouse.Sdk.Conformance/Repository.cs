namespace Warehouse.Sdk.Conformance;

/// <summary>Where the project's own files are. Compiled-in paths do not tell: builds in CI replace them.</summary>
public static class Repository
{
    public static string Folder { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (DirectoryInfo? folder = new(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Warehouse.Sdk.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No folder above {start} holds Warehouse.Sdk.sln; the tests read files of the project.");
    }
}
