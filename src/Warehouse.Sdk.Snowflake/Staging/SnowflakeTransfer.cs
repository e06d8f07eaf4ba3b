using System.Data.Common;
using System.Globalization;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What became of a file that was put or fetched.</summary>
internal readonly record struct SnowflakeTransferred(string Status, string? Details)
{
    public bool IsUploaded => Status is "UPLOADED" or "SKIPPED";

    public bool IsDownloaded => Status == "DOWNLOADED";

    public override string ToString() => string.IsNullOrWhiteSpace(Details) ? Status : $"{Status}, {Details.TrimEnd('.')}";
}

/// <summary>
/// Moves one file. The driver does that on its synchronous path only and blocks a thread meanwhile, which must not be one of the pool's; and it may lose rows of the
/// result of several files, so there is one file to a statement.
/// </summary>
internal static class SnowflakeTransfer
{
    // By place: the driver's columns are not called as the documentation calls them.
    private const int ResultStatus = 6;
    private const int ErrorDetails = 7;

    public static Task<SnowflakeTransferred> RunAsync(DbConnection connection, string text)
        => Task.Factory.StartNew(() => Run(connection, text), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static SnowflakeTransferred Run(DbConnection connection, string text)
    {
        try
        {
            using DbCommand command = connection.CreateCommand();
            command.CommandText = text;
            using DbDataReader reader = command.ExecuteReader();
            SnowflakeTransferred last = new("no result", null);
            int rows = 0;
            while (reader.Read())
            {
                rows++;
                last = reader.FieldCount > ErrorDetails ? new(Text(reader, ResultStatus), Text(reader, ErrorDetails)) : new("an unknown result", null);
            }

            return rows <= 1 ? last : new(FormattableString.Invariant($"{rows} results for one file"), null);
        }
        catch (AggregateException error) when (error.Flatten().InnerExceptions is [{ } only])
        {
            // The driver waits for its own tasks.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(only);
            throw;
        }
    }

    private static string Text(DbDataReader reader, int ordinal) => reader.IsDBNull(ordinal) ? string.Empty : Convert.ToString(reader.GetValue(ordinal), CultureInfo.InvariantCulture) ?? string.Empty;
}
