using System.Globalization;
using System.Numerics;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A session: its parameters, its temporary tables and at most one transaction.</summary>
internal sealed partial class EmulatedSession : INameScope, IDisposable
{
    private readonly EmulatedAccount _account;
    private readonly DuckDBConnection _connection;
    private readonly int _number;
    private readonly HashSet<(string Schema, string Table)> _temporary = [];
    private readonly List<(string Sql, object?[] Values)> _journal = [];
    private readonly Dictionary<string, string> _parameters = new(StringComparer.Ordinal) { ["LOCK_TIMEOUT"] = "43200", ["ERROR_ON_NONDETERMINISTIC_MERGE"] = "TRUE", ["ERROR_ON_NONDETERMINISTIC_UPDATE"] = "FALSE", ["QUOTED_IDENTIFIERS_IGNORE_CASE"] = "FALSE" };
    private bool _isDuckDbInTransaction;
    private bool _mustReplay;
    private volatile bool _isCancelled;
    private DuckDBCommand? _running;

    public EmulatedSession(EmulatedAccount account)
    {
        _account = account;
        _number = account.NextSession();
        _connection = account.Connect();
        Raw("SET TimeZone = 'UTC'");
        Raw("SET default_null_order = 'nulls_last_on_asc_first_on_desc'");
        Raw("SET schema = 'PUBLIC'");
    }

    public string Database => "EMULATED";

    public bool InTransaction { get; private set; }

    public IReadOnlyDictionary<string, string> Parameters => _parameters;

    public bool IsTemporary(string schema, string table) => _temporary.Contains((schema, table));

    public void Cancel()
    {
        _isCancelled = true;
        _running?.Cancel();
    }

    public void Dispose()
    {
        RollBack();
        _account.Disconnect(_connection);
    }

    /// <summary>Runs one statement.</summary>
    public EmulatedResult Run(string sql, IReadOnlyList<object?> values)
    {
        _isCancelled = false;
        _account.BeforeStatement?.Invoke(sql);
        IReadOnlyList<Token> tokens = Tokenizer.Read(sql);
        if (tokens.Count == 0)
            throw new SnowflakeEmulatorException(900, "42601", "SQL compilation error:\nEmpty SQL statement.");
        bool isDdl = IsDdl(tokens);
        if (isDdl && values.Count > 0)
            throw new SnowflakeEmulatorException(2210, "0A000", "SQL compilation error: Bind variable ? not allowed here.");
        bool commits = isDdl && InTransaction;
        _queryId = Guid.NewGuid().ToString();
        _account.Record(new EmulatedStatement(_number, sql, InTransaction, commits) { QueryId = _queryId });
        if (commits)
            Commit();
        try
        {
            try
            {
                EmulatedResult result = Dispatch(sql, tokens, values);
                if (_account.KeepsHistory)
                    _account.History.Ended(_queryId, _account.Now());
                if (!InTransaction)
                {
                    MoveStreams();
                    KeepPast();
                }

                return result;
            }
            catch (DuckDBException error) when (InTransaction && error.Message.Contains("onflict", StringComparison.Ordinal))
            {
                // READ COMMITTED: the statement sees what others have committed since the transaction began.
                _mustReplay = true;
                return Dispatch(sql, tokens, values);
            }
        }
        catch (DuckDBException error)
        {
            _mustReplay |= InTransaction;
            throw Translated(error);
        }
        catch
        {
            _mustReplay |= InTransaction;
            throw;
        }
        finally
        {
            if (!InTransaction)
                _account.Locks.Release(_number);
        }
    }

    private EmulatedResult Dispatch(string sql, IReadOnlyList<Token> tokens, IReadOnlyList<object?> values)
    {
        string first = tokens[0].IsSymbol("(") ? "SELECT" : tokens[0].Value;
        switch (first)
        {
            case "BEGIN" or "START":
                InTransaction = true;
                return EmulatedResult.Status("Statement executed successfully.");
            case "COMMIT":
                Commit();
                return EmulatedResult.Status("Statement executed successfully.");
            case "ROLLBACK":
                RollBack();
                return EmulatedResult.Status("Statement executed successfully.");
            case "SELECT" or "WITH" or "VALUES":
                RefuseModifyingQuery(sql, tokens);
                SubqueryCheck.Refuse(tokens);
                var query = new Translator(sql, tokens, this);
                return Query(query.Whole(0, tokens.Count), query.Values(values));
            case "INSERT" or "UPDATE" or "DELETE" or "MERGE":
                return Modify(first, sql, tokens, values);
            case "ALTER" when tokens.Count > 1 && tokens[1].Is("SESSION"):
                return AlterSession(sql, tokens);
            case "USE":
                return Use(sql, tokens);
            case "PUT":
                return Put(sql);
            case "GET":
                return Get(sql);
            case "LIST" or "LS":
                return ListFiles(sql, tokens);
            case "REMOVE" or "RM":
                return Remove(sql, tokens);
            case "DESC" or "DESCRIBE":
                return Describe(sql, tokens);
            case "COPY":
                return Copy(sql, tokens, values);
            case "EXECUTE":
                return ExecuteTask(sql, tokens);
            default:
                return IsDdl(tokens) ? Define(sql, tokens) : throw EmulatedErrors.Unexpected(sql, tokens[0]);
        }
    }

    private static bool IsDdl(IReadOnlyList<Token> tokens)
        => tokens[0].Value is "CREATE" or "DROP" or "UNDROP" or "COMMENT" or "TRUNCATE" or "GRANT" or "REVOKE" || (tokens[0].Is("ALTER") && tokens.Count > 1 && !tokens[1].Is("SESSION"));

    private static void RefuseModifyingQuery(string sql, IReadOnlyList<Token> tokens)
    {
        for (int i = 1; i < tokens.Count; i++)
        {
            if (tokens[i].Value is "INSERT" or "UPDATE" or "DELETE" or "MERGE" && tokens[i].Kind == TokenKind.Word && (tokens[i - 1].IsSymbol("(") || tokens[i - 1].IsSymbol(")")) && i + 1 < tokens.Count && (tokens[i + 1].Is("INTO") || tokens[i + 1].Is("FROM") || tokens[i + 1].IsName))
                throw EmulatedErrors.Unexpected(sql, tokens[i]);
        }
    }

    private EmulatedResult AlterSession(string sql, IReadOnlyList<Token> tokens)
    {
        if (tokens.Count < 6 || !tokens[2].Is("SET"))
            throw EmulatedErrors.Unexpected(sql, tokens[Math.Min(2, tokens.Count - 1)]);
        for (int i = 3; i + 2 < tokens.Count; i += 3)
        {
            if (tokens[i].IsSymbol(","))
                i++;
            if (!EmulatedParameters.Known.Contains(tokens[i].Value))
                throw new SnowflakeEmulatorException(1506, "42601", $"SQL compilation error: invalid parameter '{tokens[i].Value}'");
            if (!tokens[i + 1].IsSymbol("="))
                throw EmulatedErrors.Unexpected(sql, tokens[i + 1]);
            _parameters[tokens[i].Value] = tokens[i + 2].Value;
        }

        return EmulatedResult.Status("Statement executed successfully.");
    }

    private EmulatedResult Use(string sql, IReadOnlyList<Token> tokens)
    {
        if (tokens.Count >= 3 && tokens[1].Is("SCHEMA"))
            Raw($"SET schema = {Translator.Literal(StoredNames.Encode(tokens[^1].Value))}");
        else if (tokens.Count < 3 || tokens[1].Value is not ("DATABASE" or "ROLE" or "WAREHOUSE"))
            throw EmulatedErrors.Unexpected(sql, tokens[^1]);
        return EmulatedResult.Status("Statement executed successfully.");
    }

    private void Commit()
    {
        Replay();
        MoveStreams();
        if (_isDuckDbInTransaction)
            Raw("COMMIT");
        End();
    }

    private void RollBack()
    {
        if (_isDuckDbInTransaction)
        {
            try
            {
                Raw("ROLLBACK");
            }
            catch (DuckDBException)
            {
                // DuckDB has rolled back by itself.
            }
        }

        _mustReplay = false;
        _written.Clear();
        _consumed.Clear();
        End();
    }

    private void End()
    {
        _isDuckDbInTransaction = false;
        InTransaction = false;
        _journal.Clear();
        _account.Locks.Release(_number);
    }

    // A failed statement ends DuckDB's transaction and leaves Snowflake's open: what was done before is done again.
    private void Replay()
    {
        if (!_mustReplay)
            return;
        _mustReplay = false;
        if (!_isDuckDbInTransaction)
            return;
        try
        {
            Raw("ROLLBACK");
        }
        catch (DuckDBException)
        {
            // It may be over already.
        }

        Raw("BEGIN TRANSACTION");
        foreach (var (sql, values) in _journal)
        {
            using DuckDBCommand command = Command(sql, values);
            command.ExecuteNonQuery();
        }
    }

    // DuckDB's transaction begins with the first statement, after its lock was waited for: it then sees what others have committed.
    private void Enter()
    {
        Replay();
        if (!InTransaction || _isDuckDbInTransaction)
            return;
        Raw("BEGIN TRANSACTION");
        _isDuckDbInTransaction = true;
    }

    private EmulatedResult Query(string duckSql, IReadOnlyList<object?> values)
    {
        Enter();
        DuckDBCommand command = Command(duckSql, values);
        try
        {
            _running = command;
            return new EmulatedResult(command, command.ExecuteReader());
        }
        catch
        {
            command.Dispose();
            throw;
        }
    }

    /// <summary>Runs what writes, so that it can be done again after a failure.</summary>
    private int Write(string duckSql, params object?[] values)
    {
        Enter();
        using DuckDBCommand command = Command(duckSql, values);
        _running = command;
        int affected = command.ExecuteNonQuery();
        if (InTransaction)
            _journal.Add((duckSql, values));
        return affected;
    }

    private object? Scalar(string duckSql, params object?[] values)
    {
        Enter();
        using DuckDBCommand command = Command(duckSql, values);
        return command.ExecuteScalar();
    }

    private void Raw(string duckSql)
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = duckSql;
        command.ExecuteNonQuery();
    }

    private DuckDBCommand Command(string duckSql, IReadOnlyList<object?> values)
    {
        DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = duckSql;
        foreach (object? value in values)
            command.Parameters.Add(new DuckDBParameter(value ?? DBNull.Value));
        return command;
    }

    private SnowflakeEmulatorException Translated(DuckDBException error)
    {
        string message = StoredNames.DecodeAll(error.Message);
        if (_isCancelled)
            return EmulatedErrors.Cancelled();
        if (message.Contains("does not exist", StringComparison.Ordinal) && message.StartsWith("Catalog Error", StringComparison.Ordinal))
            return new SnowflakeEmulatorException(2003, "02000", $"SQL compilation error:\n{message}", error);
        if (message.Contains("already exists", StringComparison.Ordinal))
            return new SnowflakeEmulatorException(2002, "42710", $"SQL compilation error:\n{message}", error);
        if (message.Contains("CHECK constraint", StringComparison.Ordinal))
            return new SnowflakeEmulatorException(100078, "22000", "String is too long and would be truncated", error);
        if (message.Contains("NOT NULL constraint", StringComparison.Ordinal))
            return new SnowflakeEmulatorException(100072, "22000", "NULL result in a non-nullable column", error);
        if (message.Contains("is not recognized", StringComparison.Ordinal))
            return new SnowflakeEmulatorException(100040, "22007", message, error);
        if (message.StartsWith("Conversion Error", StringComparison.Ordinal) || message.StartsWith("Out of Range", StringComparison.Ordinal))
            return new SnowflakeEmulatorException(100038, "22018", message, error);
        if (message.StartsWith("Binder Error", StringComparison.Ordinal) || message.StartsWith("Parser Error", StringComparison.Ordinal))
            return new SnowflakeEmulatorException(904, "42000", $"SQL compilation error: {message}", error);
        if (message.Contains("onflict", StringComparison.Ordinal))
            return new SnowflakeEmulatorException(625, "57014", $"Your statement was aborted because it was involved in a deadlock: {message}", error);
        return new SnowflakeEmulatorException(100132, "P0000", message, error);
    }

    internal static object? FromDuckDb(object? value) => value switch
    {
        null or DBNull => null,
        sbyte or byte or short or ushort or int or uint => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        ulong number => (decimal)number,
        BigInteger number => number >= long.MinValue && number <= long.MaxValue ? (long)number : throw new OverflowException("Value was either too large or too small for an Int64."),
        float number => (double)number,
        DateOnly date => date.ToDateTime(TimeOnly.MinValue),
        TimeOnly time => new DateTime(1970, 1, 1).Add(time.ToTimeSpan()),
        Guid id => id.ToString(),
        Stream stream => Bytes(stream),
        _ => value,
    };

    private static byte[] Bytes(Stream stream)
    {
        using (stream)
        {
            byte[] bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return bytes;
        }
    }
}
