using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A session of an emulated account.</summary>
public sealed class SnowflakeEmulatorConnection : DbConnection
{
    private EmulatedSession? _session;
    private EmulatedAccount? _account;

    [AllowNull]
    public override string ConnectionString { get; set; } = string.Empty;

    public override string Database => "EMULATED";

    public override string DataSource => _account?.File ?? string.Empty;

    public override string ServerVersion => "emulator";

    public override ConnectionState State => _session is null ? ConnectionState.Closed : ConnectionState.Open;

    internal EmulatedSession Session => _session ?? throw new InvalidOperationException("The connection is not open.");

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Open()
    {
        var settings = new DbConnectionStringBuilder { ConnectionString = ConnectionString };
        if (!settings.TryGetValue("account", out object? file) || $"{file}".Length == 0)
            throw new SnowflakeEmulatorException(270006, "08001", "Required property ACCOUNT is not provided.");
        if (settings.TryGetValue("password", out object? password) && $"{password}" == "wrong")
            throw new SnowflakeEmulatorException(390100, "08001", "Incorrect username or password was specified.");
        _account = EmulatedAccount.Of($"{file}");
        _session = new EmulatedSession(_account);
    }

    public override void Close()
    {
        _session?.Dispose();
        _session = null;
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel)
    {
        if (isolationLevel is not (IsolationLevel.ReadCommitted or IsolationLevel.Unspecified))
            throw new SnowflakeEmulatorException(270009, "0A000", "Unsupported isolation level.");
        Session.Run("BEGIN", []);
        return new Transaction(this);
    }

    protected override DbCommand CreateDbCommand() => new SnowflakeEmulatorCommand { Connection = this };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Close();
        base.Dispose(disposing);
    }

    private sealed class Transaction(SnowflakeEmulatorConnection connection) : DbTransaction
    {
        private bool _isOver;

        public override IsolationLevel IsolationLevel => IsolationLevel.ReadCommitted;

        protected override DbConnection DbConnection => connection;

        public override void Commit() => End("COMMIT");

        public override void Rollback() => End("ROLLBACK");

        protected override void Dispose(bool disposing)
        {
            if (disposing && !_isOver && connection.State == ConnectionState.Open)
                End("ROLLBACK");
            base.Dispose(disposing);
        }

        private void End(string how)
        {
            _isOver = true;
            connection.Session.Run(how, []);
        }
    }
}
