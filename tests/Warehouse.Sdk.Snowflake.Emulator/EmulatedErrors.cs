using System.Data.Common;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>
/// What the driver throws. As in the driver <c>DbException.SqlState</c> is not set, <c>IsTransient</c> is false and the vendor's code is the error code;
/// the text carries the rest.
/// </summary>
public sealed class SnowflakeEmulatorException : DbException
{
    private readonly int _code;

    public SnowflakeEmulatorException(int code, string sqlState, string message, Exception? inner = null)
        : base($"Error: {message} SqlState: {sqlState}, VendorCode: {code}, QueryId: {Guid.NewGuid()}", inner)
    {
        _code = code;
        SqlState = sqlState;
    }

    public override int ErrorCode => _code;

    public new string SqlState { get; }
}

internal static class EmulatedErrors
{
    public static SnowflakeEmulatorException Syntax(string sql, int position, string unexpected)
    {
        int line = sql.AsSpan(0, Math.Min(position, sql.Length)).Count('\n') + 1;
        int column = position - (sql.LastIndexOf('\n', Math.Max(0, Math.Min(position, sql.Length) - 1)) + 1);
        return new SnowflakeEmulatorException(1003, "42000", $"SQL compilation error:\nsyntax error line {line} at position {column} {unexpected}.");
    }

    public static SnowflakeEmulatorException Unexpected(string sql, Token token) => Syntax(sql, token.Position, $"unexpected '{token.Text}'");

    public static SnowflakeEmulatorException Unsupported(string what) => new(2, "0A000", $"Unsupported feature '{what}'.");

    public static SnowflakeEmulatorException UnknownFunction(string name) => new(2140, "42601", $"SQL compilation error: Unknown function {name}");

    public static SnowflakeEmulatorException Missing(string kind, string name) => new(2003, "02000", $"SQL compilation error:\n{kind} '{name}' does not exist or not authorized.");

    public static SnowflakeEmulatorException Exists(string name) => new(2002, "42710", $"SQL compilation error:\nObject '{name}' already exists.");

    public static SnowflakeEmulatorException LockTimeout(string table, string seconds) => new(625, "57014", $"Statement was aborted because the number of waiters for this lock exceeds the limit or LOCK_TIMEOUT of {seconds} s passed: resource {table}.");

    public static SnowflakeEmulatorException Duplicate() => new(100090, "42P18", "Duplicate row detected during DML action");

    public static SnowflakeEmulatorException Cancelled() => new(604, "57014", "SQL execution canceled");
}
