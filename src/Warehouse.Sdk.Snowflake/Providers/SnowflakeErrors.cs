using System.Data.Common;
using System.Net.Sockets;
using System.Reflection;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What the driver's exceptions say. It hides the state from its base class and is never transient, so both are read from its own type.</summary>
internal static class SnowflakeErrors
{
    public const int LockTimeout = 625;
    public const int Exists = 2002;
    public const int Missing = 2003;
    private const int Cancelled = 604;

    private static readonly HashSet<int> Transient = [LockTimeout, 390112, 390114, 390195, 270007];

    public static int Code(DbException error) => error.ErrorCode;

    public static string SqlState(DbException error)
        => error.GetType().GetProperty("SqlState", BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)?.GetValue(error) as string ?? error.SqlState ?? string.Empty;

    public static bool IsTransient(DbException error) => Transient.Contains(Code(error)) || Inner(error).Any(inner => inner is HttpRequestException or SocketException or IOException);

    public static bool IsCancelled(DbException error) => Code(error) == Cancelled;

    /// <summary>The kind of the error and what to do; values that the server quotes are left to the inner exception.</summary>
    public static string Explain(DbException error)
    {
        int code = Code(error);
        return code switch
        {
            100038 or 100035 or 100039 or 100040 or 100046 or 100069 or 100072 or 100078 or 100132 => FormattableString.Invariant($"Snowflake reports a value that does not fit its column or type ({code}; the inner exception has its own words)."),
            100090 => "Snowflake reports a row that several rows of the source would change (100090).",
            LockTimeout => "Snowflake reports that a lock was not to be had in time, or a deadlock (625).",
            390112 or 390114 or 390195 => FormattableString.Invariant($"The session's token has expired ({code}); open a new session."),
            390100 or 390144 => FormattableString.Invariant($"Snowflake refuses the credentials ({code})."),
            707 => "Snowflake keeps nothing of that moment (707): it lies before the table was made, or further back than its retention.",
            Exists => $"Snowflake reports a name that is taken: {Whole(error)}.",
            Missing => $"Snowflake reports an object that is not there, or a privilege that the role lacks: {Whole(error)}.",
            3001 => $"The role lacks a privilege: {Whole(error)}.",
            606 or 90109 => FormattableString.Invariant($"No warehouse is running and the role may not resume one ({code}). Name one in the connection string, and grant OPERATE or USAGE on it."),
            _ => $"Snowflake reports: {Whole(error)}.",
        };
    }

    private static string Whole(DbException error) => string.Join(' ', error.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.');

    private static IEnumerable<Exception> Inner(Exception error)
    {
        for (Exception? inner = error.InnerException; inner is not null; inner = inner.InnerException)
        {
            yield return inner;
            if (inner is AggregateException many)
            {
                foreach (Exception one in many.InnerExceptions)
                    yield return one;
            }
        }
    }
}
