namespace Warehouse.Sdk.Snowflake;

/// <summary>Where the part files of one load wait.</summary>
internal static class SnowflakeLocalFolder
{
    // The driver takes a tilde anywhere in a path for the home folder.
    public static string Create(string? temporaryFolder, string run)
    {
        string folder = Path.GetFullPath(Path.Combine(temporaryFolder ?? Path.GetTempPath(), run));
        if (folder.Contains('~', StringComparison.Ordinal))
            throw new WarehouseException($"Rows cannot wait in {folder}: Snowflake's driver takes '~' for the home folder. Nothing was loaded. Name another folder in SnowflakeOptions.TemporaryFolder.") { SystemName = SnowflakeProvider.Name };
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(folder, error);
        }

        return folder;
    }

    public static WarehouseException Unwritable(string folder, Exception error)
    {
        string what = StageErrors.NotDone(folder, "part", "written", error) switch
        {
            { Failure: StageFailure.Full } => "there is no space left",
            { Failure: StageFailure.AccessDenied } => "this process has no right to write there",
            _ => error.Message.TrimEnd('.'),
        };
        return new WarehouseException($"Rows cannot wait in {folder} on their way to Snowflake: {what}. The load was rolled back. Make room there, or name another folder in SnowflakeOptions.TemporaryFolder.", error) { SystemName = SnowflakeProvider.Name };
    }
}
