using System.Globalization;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>Pipes, streams, tasks and dynamic tables. A pipe loads when it is refreshed, a task runs when it is executed, and a dynamic table is never behind.</summary>
internal sealed partial class EmulatedSession
{
    private static readonly string[] PipeClauses = ["AUTO_INGEST", "ERROR_INTEGRATION", "AWS_SNS_TOPIC", "INTEGRATION", "COMMENT"];
    private static readonly string[] TaskClauses = ["WAREHOUSE", "SCHEDULE", "COMMENT", "ALLOW_OVERLAPPING_EXECUTION", "USER_TASK_TIMEOUT_MS", "SUSPEND_TASK_AFTER_NUM_FAILURES"];
    private static readonly string[] DynamicClauses = ["TARGET_LAG", "WAREHOUSE", "REFRESH_MODE", "INITIALIZE", "COMMENT", "DATA_RETENTION_TIME_IN_DAYS"];

    private readonly HashSet<string> _consumed = new(StringComparer.Ordinal);

    private string CreateAutomation(string kind, string sql, IReadOnlyList<Token> tokens, Cursor cursor, bool replaces, bool ifMissing)
    {
        string[] name = cursor.Name();
        string full = Full(name);
        bool isThere = kind is "STREAM" or "DYNAMIC TABLE" ? TableExists(name) : _account.Objects.ContainsKey((kind, full));
        if (isThere && ifMissing)
            return $"{full} already exists, statement succeeded.";
        if (isThere && !replaces)
            throw EmulatedErrors.Exists(full);
        switch (kind)
        {
            case "PIPE":
                CreatePipe(sql, cursor);
                break;
            case "STREAM":
                CreateStream(cursor, name);
                break;
            case "TASK":
                CreateTask(sql, tokens, cursor, full);
                break;
            default:
                CreateDynamicTable(sql, tokens, cursor, name);
                break;
        }

        _account.Objects[(kind, full)] = sql;
        return $"{kind} {name[^1]} successfully created.";
    }

    // NAME = value, up to AS or WHEN.
    private static Dictionary<string, Token> Clauses(Cursor cursor, string[] known)
    {
        Dictionary<string, Token> clauses = new(StringComparer.Ordinal);
        while (!cursor.At("AS") && !cursor.At("WHEN"))
        {
            if (!known.Contains(cursor.Current.Value))
                throw cursor.Unexpected();
            string name = cursor.Take().Value;
            cursor.ExpectSymbol("=");
            clauses[name] = cursor.Take();
        }

        return clauses;
    }

    private static SnowflakeEmulatorException MissingOption(string name) => new(2029, "42601", $"SQL compilation error:\nMissing option(s): [{name}]");

    private void CreatePipe(string sql, Cursor cursor)
    {
        Clauses(cursor, PipeClauses);
        cursor.Expect("AS");
        string text = sql[cursor.Current.Position..];
        IReadOnlyList<Token> tokens = Tokenizer.Read(text);
        EmulatedCopy copy = EmulatedCopy.Read(text, tokens);
        if (copy.Files is not null || copy.Force || copy.Purge || tokens.Any(token => token.Is("ABORT_STATEMENT") || token.Is("VALIDATION_MODE") || token.Is("SIZE_LIMIT")))
            throw new SnowflakeEmulatorException(2226, "0A000", "SQL compilation error:\nA pipe's COPY takes neither FILES, FORCE, PURGE, SIZE_LIMIT, VALIDATION_MODE nor ON_ERROR = ABORT_STATEMENT.");
        if (copy.Stage.StartsWith("@~", StringComparison.Ordinal))
            throw EmulatedErrors.Unsupported("a pipe over the user's stage");
        StagePlace.Read(copy.Stage, _account);
        int columns = TargetColumns(copy).Length;
        if (copy.Transformation is { } list && Items(tokens, list.From, list.To) is int items && items != columns)
            throw new SnowflakeEmulatorException(2020, "42601", $"SQL compilation error:\nInsert value list does not match column list expecting {columns} but got {items}");
    }

    private static int Items(IReadOnlyList<Token> tokens, int from, int to)
    {
        int depth = 0, items = 1;
        for (int i = from; i < to; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            items += depth == 0 && tokens[i].IsSymbol(",") ? 1 : 0;
        }

        return items;
    }

    /// <summary>What the events of a bucket would do: files that the pipe does not know are loaded, each as a whole or not.</summary>
    private void RefreshPipe(string full)
    {
        if (!_account.Objects.TryGetValue(("PIPE", full), out string? sql))
            throw EmulatedErrors.Missing("Pipe", full);
        string text = sql[sql.IndexOf("COPY INTO", StringComparison.Ordinal)..];
        IReadOnlyList<Token> tokens = Tokenizer.Read(text);
        EmulatedCopy copy = EmulatedCopy.Read(text, tokens);
        if (copy.Option("TYPE", "CSV") != "CSV" || copy.Transformation is not { } list)
            throw EmulatedErrors.Unsupported("running a pipe of other files than CSV, or without a list");
        StagePlace place = StagePlace.Read(copy.Stage, _account);
        string into = $"INSERT INTO {Stored(copy.Table)} ({string.Join(", ", TargetColumns(copy).Select(column => $"\"{column.Name}\""))})";
        string values = new Translator(text, [.. tokens.Select(Field)], this).Whole(list.From, list.To);
        foreach (string path in place.Files())
        {
            string etag = Etag(place.File(path));
            if (_account.WasCopied("pipe " + full, path, etag))
                continue;
            string source = $"(SELECT *, {Translator.Literal(path)} AS \"METADATA$FILENAME\", row_number() OVER () AS \"METADATA$FILE_ROW_NUMBER\" FROM {ReadCsv(copy, place.File(path), Math.Max(1, Fields(tokens, copy)))})";
            try
            {
                Write($"{into} SELECT {values} FROM {source}");
                NoteWritten(copy.Table);
            }
            catch (DuckDBException)
            {
                // SKIP_FILE: only the history of copies tells.
            }

            _account.Copied("pipe " + full, path, etag);
        }
    }

    private void CreateStream(Cursor cursor, string[] name)
    {
        cursor.Expect("ON");
        cursor.Expect("TABLE");
        string[] table = cursor.Name();
        if (!TableExists(table))
            throw EmulatedErrors.Missing("Table", Full(table));
        bool isAppendOnly = false;
        while (!cursor.AtEnd)
        {
            string clause = cursor.Take().Value;
            if (clause is not ("APPEND_ONLY" or "COMMENT" or "SHOW_INITIAL_ROWS"))
            {
                cursor.Position--;
                throw cursor.Unexpected();
            }

            cursor.ExpectSymbol("=");
            Token value = cursor.Take();
            isAppendOnly |= clause == "APPEND_ONLY" && value.Is("TRUE");
        }

        if (!isAppendOnly)
            throw EmulatedErrors.Unsupported("a stream that is not APPEND_ONLY");
        string full = Translator.Literal(Full(name));
        Raw("CREATE TABLE IF NOT EXISTS main.sf_streams (name VARCHAR, next_row BIGINT)");
        Raw($"DELETE FROM main.sf_streams WHERE name = {full}");
        Raw($"INSERT INTO main.sf_streams SELECT {full}, coalesce(max(rowid) + 1, 0) FROM {Stored(table)}");
        Raw($"""
            CREATE OR REPLACE VIEW {Permanent(name)} AS
            SELECT src.*, 'INSERT' AS "METADATA$ACTION", FALSE AS "METADATA$ISUPDATE", CAST(src.rowid AS VARCHAR) AS "METADATA$ROW_ID"
            FROM {Stored(table)} AS src WHERE src.rowid >= (SELECT next_row FROM main.sf_streams WHERE name = {full})
            """);
        _account.Streams[Full(name)] = table;
    }

    // DML that reads a stream moves it on, when it is committed.
    private void NoteConsumed(IReadOnlyList<Token> tokens)
    {
        foreach (string stream in _account.Streams.Keys)
        {
            string last = stream[(stream.LastIndexOf('.') + 1)..];
            if (tokens.Any(token => token.IsName && token.Value == last))
                _consumed.Add(stream);
        }
    }

    private void MoveStreams()
    {
        foreach (string stream in _consumed)
            Raw($"UPDATE main.sf_streams SET next_row = (SELECT coalesce(max(rowid) + 1, 0) FROM {Stored(_account.Streams[stream])}) WHERE name = {Translator.Literal(stream)}");
        _consumed.Clear();
    }

    private void CreateTask(string sql, IReadOnlyList<Token> tokens, Cursor cursor, string full)
    {
        Dictionary<string, Token> clauses = Clauses(cursor, TaskClauses);
        if (!clauses.TryGetValue("SCHEDULE", out Token schedule))
            throw MissingOption("SCHEDULE");
        string[] words = schedule.Value.Split(' ');
        if (!schedule.Value.StartsWith("USING CRON ", StringComparison.Ordinal)
            && !(words is [string number, "MINUTE"] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int minutes) && minutes is >= 1 and <= 11520))
        {
            throw new SnowflakeEmulatorException(1420, "22023", $"SQL compilation error:\ninvalid value [{schedule.Value}] for parameter 'SCHEDULE'");
        }

        string? stream = null;
        if (cursor.Accept("WHEN"))
        {
            cursor.Expect("SYSTEM$STREAM_HAS_DATA");
            cursor.ExpectSymbol("(");
            string named = cursor.Text();
            cursor.ExpectSymbol(")");
            stream = Full(new Cursor(named, Tokenizer.Read(named)).Name());
            if (!_account.Streams.ContainsKey(stream))
                throw EmulatedErrors.Missing("Stream", stream);
        }

        cursor.Expect("AS");
        string body = sql[cursor.Current.Position..];
        if (cursor.Current.Value is not ("BEGIN" or "MERGE" or "INSERT" or "UPDATE" or "DELETE" or "CALL" or "EXECUTE" or "SELECT" or "COPY"))
            throw cursor.Unexpected();
        _account.Tasks[full] = new EmulatedTask(stream, body, IsStarted: false);
        _ = tokens;
    }

    private EmulatedResult ExecuteTask(string sql, IReadOnlyList<Token> tokens)
    {
        var cursor = new Cursor(sql, tokens, 1);
        cursor.Expect("TASK");
        string full = Full(cursor.Name());
        cursor.ExpectEnd();
        if (!_account.Tasks.TryGetValue(full, out EmulatedTask? task))
            throw EmulatedErrors.Missing("Task", full);
        if (task.Stream is { } stream && Scalar($"SELECT count(*) FROM {Stored(stream.Split('.'))}") is 0L)
            return EmulatedResult.Status("Skipped: the stream has no data.");
        IReadOnlyList<Token> body = Tokenizer.Read(task.Body);
        if (!body[0].Is("BEGIN") || body[1].Is("TRANSACTION"))
        {
            Run(task.Body, []).Dispose();
            return EmulatedResult.Status("Task executed.");
        }

        RunBlock(task.Body, body);
        return EmulatedResult.Status("Task executed.");
    }

    private void RunBlock(string text, IReadOnlyList<Token> tokens)
    {
        if (!tokens[^1].Is("END"))
            throw EmulatedErrors.Unexpected(text, tokens[^1]);
        var cursor = new Cursor(text, tokens, 1);
        int handlers = cursor.Find("EXCEPTION");
        int end = handlers == tokens.Count ? tokens.Count - 1 : handlers;
        try
        {
            foreach (string statement in Statements(cursor, tokens, 1, end))
                Run(statement, []).Dispose();
        }
        catch (SnowflakeEmulatorException) when (handlers < tokens.Count)
        {
            cursor.Position = handlers + 1;
            if (!cursor.Accept("WHEN", "OTHER", "THEN"))
                throw cursor.Unexpected();
            foreach (string statement in Statements(cursor, tokens, cursor.Position, tokens.Count - 1))
            {
                if (statement == "RAISE")
                    throw;
                Run(statement, []).Dispose();
            }
        }
    }

    private static IEnumerable<string> Statements(Cursor cursor, IReadOnlyList<Token> tokens, int from, int to)
    {
        int start = from;
        for (int i = from; i < to; i++)
        {
            if (!tokens[i].IsSymbol(";"))
                continue;
            yield return cursor.Between(start, i);
            start = i + 1;
        }

        // Each statement of a block ends with a semicolon.
        if (start < to)
            throw cursor.Unexpected();
    }

    private void CreateDynamicTable(string sql, IReadOnlyList<Token> tokens, Cursor cursor, string[] name)
    {
        Dictionary<string, Token> clauses = Clauses(cursor, DynamicClauses);
        foreach (string needed in (string[])["TARGET_LAG", "WAREHOUSE"])
        {
            if (!clauses.ContainsKey(needed))
                throw MissingOption(needed);
        }

        Token lag = clauses["TARGET_LAG"];
        string[] words = lag.Value.Split(' ');
        bool isDuration = lag.Kind == TokenKind.Text && words is [string number, "seconds" or "minutes" or "hours" or "days"] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && (words[1] != "seconds" || count >= 60);
        if (!isDuration && !lag.Is("DOWNSTREAM"))
            throw new SnowflakeEmulatorException(1420, "22023", $"SQL compilation error:\ninvalid value [{lag.Value}] for parameter 'TARGET_LAG'");
        if (clauses.TryGetValue("REFRESH_MODE", out Token mode) && mode.Value is not ("AUTO" or "FULL" or "INCREMENTAL"))
            throw new SnowflakeEmulatorException(1420, "22023", $"SQL compilation error:\ninvalid value [{mode.Value}] for parameter 'REFRESH_MODE'");
        cursor.Expect("AS");
        Raw($"CREATE OR REPLACE VIEW {Permanent(name)} AS {new Translator(sql, tokens, this).Whole(cursor.Position, tokens.Count)}");
    }

    private string AlterAutomation(Cursor cursor, string kind)
    {
        string full = Full(cursor.Name());
        if (kind == "PIPE")
        {
            cursor.Expect("REFRESH");
            cursor.ExpectEnd();
            RefreshPipe(full);
            return "Statement executed successfully.";
        }

        if (!_account.Tasks.TryGetValue(full, out EmulatedTask? task))
            throw EmulatedErrors.Missing("Task", full);
        bool starts = cursor.Accept("RESUME");
        if (!starts)
            cursor.Expect("SUSPEND");
        cursor.ExpectEnd();
        _account.Tasks[full] = task with { IsStarted = starts };
        return "Statement executed successfully.";
    }
}
