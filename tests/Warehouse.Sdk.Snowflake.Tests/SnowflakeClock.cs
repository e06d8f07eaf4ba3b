using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>An account that keeps what its tables were, with a clock that a test turns.</summary>
internal sealed class SnowflakeClock
{
    private readonly EmulatedAccount _account;
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public SnowflakeClock(string database)
    {
        _account = EmulatedAccount.Of(database);
        _account.KeepsHistory = true;
        _account.Now = () => _now;
    }

    public DateTimeOffset Now => _now;

    /// <summary>Lets time pass and returns what it was before.</summary>
    public DateTimeOffset Pass(TimeSpan time)
    {
        DateTimeOffset before = _now;
        _now += time;
        return before;
    }

    /// <summary>The id of the last statement that begins so.</summary>
    public string Statement(string beginning) => _account.Statements.Last(statement => statement.Text.StartsWith(beginning, StringComparison.Ordinal)).QueryId;

    public string LastStatement(Func<string, bool> matches) => _account.Statements.Last(statement => matches(statement.Text)).QueryId;
}
