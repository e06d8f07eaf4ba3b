namespace Warehouse.Sdk;

/// <summary>What every stage says alike.</summary>
internal static class StageErrors
{
    // ENOSPC and EDQUOT of Linux and macOS, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL of Windows.
    private static readonly int[] NoSpace = [28, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    public static WarehouseStageException NotFound(string location, string path, Exception? error = null)
        => new(StageFailure.NotFound, $"There is no file '{path}' on the stage '{location}'. Nothing was loaded. List the stage to see what is there.", error) { Target = location, Path = path };

    public static WarehouseStageException Replaced(string location, string path, string expected, string? found = null, Exception? error = null)
        => new(StageFailure.Replaced, $"The file '{path}' on the stage '{location}' was replaced: its version was {expected}{(found is null ? " and is another one now" : $" and is {found} now")}. Nothing of the new one was read. List the stage again and load what is there now.", error) { Target = location, Path = path };

    public static WarehouseStageException NotDone(string location, string path, string done, Exception error)
    {
        StageFailure failure = error is UnauthorizedAccessException ? StageFailure.AccessDenied : NoSpace.Contains(error.HResult) ? StageFailure.Full : StageFailure.Other;
        string what = failure switch
        {
            StageFailure.AccessDenied => "this process has no right to; give it the right to read and write there",
            StageFailure.Full => "there is no space left; make room there",
            _ => error.Message.TrimEnd('.'),
        };
        return new WarehouseStageException(failure, $"The file '{path}' on the stage '{location}' could not be {done}: {what}. The stage is as it was.", error) { Target = location, Path = path };
    }
}
