using Microsoft.Extensions.Logging;

namespace Warehouse.Sdk;

/// <summary>Every message the SDK logs. Counts and names only: never a value of a row, never a secret. Ids are never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 2001, EventName = "Loaded", Level = LogLevel.Information,
        Message = "Load {LoadId} of {Target} from {Source}: {Outcome}, {RowsRead} rows read, {RowsRejected} rejected, {ElapsedMilliseconds:F0} ms")]
    public static partial void Loaded(ILogger logger, long loadId, string target, string source, LoadOutcome outcome, long rowsRead, long rowsRejected, double elapsedMilliseconds);

    [LoggerMessage(EventId = 2002, EventName = "LoadFailed", Level = LogLevel.Error,
        Message = "Load of {Target} from {Source} failed at {Step} and was rolled back after {ElapsedMilliseconds:F0} ms")]
    public static partial void LoadFailed(ILogger logger, Exception error, string target, string source, string step, double elapsedMilliseconds);

    [LoggerMessage(EventId = 2003, EventName = "StatementRan", Level = LogLevel.Debug,
        Message = "{Target}: {Step} touched {Rows} rows in {ElapsedMilliseconds:F1} ms")]
    public static partial void StatementRan(ILogger logger, string target, string step, long rows, double elapsedMilliseconds);

    [LoggerMessage(EventId = 2004, EventName = "ColumnsIgnored", Level = LogLevel.Warning,
        Message = "{Target}: the columns {Columns} of {Source} are not in the table and were left out")]
    public static partial void ColumnsIgnored(ILogger logger, string target, string source, string columns);

    [LoggerMessage(EventId = 4001, EventName = "MissedBelowWatermark", Level = LogLevel.Warning,
        Message = "{Target}: {Rows} rows of the source are older than the reload and not in the target; a wider overlap would catch them")]
    public static partial void MissedBelowWatermark(ILogger logger, string target, long rows);

    [LoggerMessage(EventId = 4002, EventName = "LeftInClosedPeriod", Level = LogLevel.Warning,
        Message = "{Target}: {Rows} keys of facts in closed periods would now meet another version and were left; an adjustment may be due")]
    public static partial void LeftInClosedPeriod(ILogger logger, string target, long rows);

    [LoggerMessage(EventId = 5001, EventName = "Deployed", Level = LogLevel.Information,
        Message = "Model {Model} deployed to {Database}: {Tables} tables created, {Columns} columns added, {ElapsedMilliseconds:F0} ms")]
    public static partial void Deployed(ILogger logger, string model, string database, int tables, int columns, double elapsedMilliseconds);

    [LoggerMessage(EventId = 6001, EventName = "Verified", Level = LogLevel.Information,
        Message = "Verified {Target} in {Database}: {Rules} rules, {Findings} findings, {ElapsedMilliseconds:F0} ms")]
    public static partial void Verified(ILogger logger, string target, string database, int rules, long findings, double elapsedMilliseconds);
}
