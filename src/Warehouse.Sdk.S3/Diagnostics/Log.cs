using Microsoft.Extensions.Logging;

namespace Warehouse.Sdk.S3;

/// <summary>Every message the stage logs. Paths and counts only: never a secret. Ids are never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 21001, EventName = "RequestRepeated", Level = LogLevel.Warning,
        Message = "{Location}: a request met {Failure} and is repeated in {DelayMilliseconds:F0} ms (attempt {Attempt})")]
    public static partial void RequestRepeated(ILogger logger, string location, StageFailure failure, double delayMilliseconds, int attempt);

    [LoggerMessage(EventId = 21002, EventName = "AbortFailed", Level = LogLevel.Warning,
        Message = "{Location}: the unfinished upload of {Path} could not be aborted; its parts take space until SweepAsync or a lifecycle rule of the bucket removes them")]
    public static partial void AbortFailed(ILogger logger, Exception error, string location, string path);

    [LoggerMessage(EventId = 21003, EventName = "FilePut", Level = LogLevel.Debug,
        Message = "{Location}: {Path} put, {Bytes} bytes in {Parts} parts")]
    public static partial void FilePut(ILogger logger, string location, string path, long bytes, int parts);

    [LoggerMessage(EventId = 21004, EventName = "EventFailed", Level = LogLevel.Error,
        Message = "{Location}: {Path}, which an event named, could not be loaded")]
    public static partial void EventFailed(ILogger logger, Exception error, string location, string path);
}
