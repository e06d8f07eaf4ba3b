using System.Globalization;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>Time travel, clones, and tables that come back.</summary>
internal sealed partial class EmulatedSession
{
    private readonly Dictionary<string, (string[] Name, List<string> Statements)> _written = new(StringComparer.Ordinal);
    private string _queryId = string.Empty;

    private void NoteWritten(string[] name)
    {
        if (!_account.KeepsHistory || (name.Length > 1 && IsTemporary(name[^2], name[^1])))
            return;
        string full = Full(name);
        if (!_written.TryGetValue(full, out var written))
            _written[full] = written = (name, []);
        written.Statements.Add(_queryId);
    }

    // A table of a committed transaction as it is now.
    private void KeepPast()
    {
        if (_written.Count == 0)
            return;
        foreach (var (full, (name, statements)) in _written.ToArray())
        {
            if (!TableExists(name))
                continue;
            string copy = _account.History.NextCopy();
            Raw($"CREATE TABLE main.\"{copy}\" AS SELECT * FROM {Stored(name)}");
            _account.History.Add(new EmulatedVersion(full, copy, _account.Now(), statements));
        }

        _written.Clear();
    }

    private int RetentionOf(string[] name)
        => Scalar($"SELECT retention FROM main.sf_table_options WHERE table_name = {Translator.Literal(Full(name))}") is int days ? days : 1;

    /// <summary>Where DuckDB has the table as it stood.</summary>
    public string Past(string[] table, bool isBefore, string kind, string argument)
    {
        if (!_account.KeepsHistory)
            throw EmulatedErrors.Unsupported("time travel; set EmulatedAccount.KeepsHistory");
        if (!TableExists(table))
            throw EmulatedErrors.Missing("Table", Full(table));
        string full = Full(table);
        DateTimeOffset now = _account.Now();
        EmulatedVersion? version;
        if (kind == "STATEMENT")
        {
            version = _account.History.Around(full, argument, isBefore);
        }
        else
        {
            object? value = Scalar($"SELECT epoch_us(CAST({argument} AS TIMESTAMPTZ))");
            DateTimeOffset at = kind == "OFFSET" ? now.AddSeconds(Convert.ToDouble(Scalar($"SELECT CAST({argument} AS DOUBLE)"), CultureInfo.InvariantCulture)) : DateTimeOffset.UnixEpoch.AddTicks((long)value! * 10);
            version = at > now || at < now.AddDays(-RetentionOf(table)) ? null : _account.History.At(full, at);
        }

        if (version is null || RetentionOf(table) == 0)
            throw new SnowflakeEmulatorException(707, "02000", $"Time travel data is not available for table {table[^1]}. The requested time is either beyond the allowed time travel period or before the object creation time.");
        return $"main.\"{version.Copy}\"";
    }

    /// <summary>AT (...) and BEFORE (...); the position comes to stand behind it.</summary>
    private string PastOf(string sql, IReadOnlyList<Token> tokens, Cursor cursor, string[] table)
    {
        bool isBefore = cursor.Take().Is("BEFORE");
        int close = cursor.Close();
        var translator = new Translator(sql, tokens, this);
        string past = translator.Past(table, isBefore, cursor.Position, close);
        cursor.Position = close + 1;
        return past;
    }

    // The clone has the columns of its source and how it is kept, and none of its load history.
    private void Clone(string[] into, string create, string stored, string[] source, string rows, bool isTransient)
    {
        if (!isTransient && !create.Contains("TEMP", StringComparison.Ordinal) && Scalar($"SELECT is_transient FROM main.sf_table_options WHERE table_name = {Translator.Literal(Full(source))}") is true)
            throw new SnowflakeEmulatorException(2120, "0A000", "SQL compilation error: Transient object cannot be cloned to a permanent object.");
        if (Full(into) == Full(source))
            throw EmulatedErrors.Unsupported("a clone in the place of its source");
        Raw($"{create}{stored} ({string.Join(", ", DefinitionOf(source))})");
        Raw($"INSERT INTO {stored} BY NAME SELECT * FROM {rows}");
        if (!_account.HasOptions)
            return;
        string name = Translator.Literal(Full(into));
        Raw($"DELETE FROM main.sf_table_options WHERE table_name = {name}");
        Raw($"INSERT INTO main.sf_table_options SELECT {name}, {(isTransient ? "TRUE" : "FALSE")}, retention, clustering_key FROM main.sf_table_options WHERE table_name = {Translator.Literal(Full(source))}");
        _account.ForgetTags(Full(into));
        foreach (var ((_, tag), value) in _account.Tags.Where(tag => tag.Key.Table == Full(source)).ToArray())
            _account.Tags[(Full(into), tag)] = value;
    }

    /// <summary>The columns of a table, as they would be written to make it again.</summary>
    private List<string> DefinitionOf(string[] name, string? changed = null, EmulatedType? type = null)
    {
        List<string> columns = [];
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = $"""
            SELECT present.column_name, present.data_type, present.is_nullable, checks.length, present.comment
            FROM duckdb_columns() AS present
            LEFT JOIN (SELECT table_oid, constraint_column_names[1] AS column_name, max(regexp_extract(expression, ' <= ([0-9]+)', 1)) AS length FROM duckdb_constraints() WHERE constraint_type = 'CHECK' GROUP BY ALL) AS checks
              ON checks.table_oid = present.table_oid AND checks.column_name = present.column_name
            WHERE present.database_name = current_database() AND present.schema_name = {Translator.Literal(StoredNames.Encode(name.Length > 1 ? name[^2] : "PUBLIC"))} AND present.table_name = {Translator.Literal(StoredNames.Encode(name[^1]))}
            ORDER BY present.column_index
            """;
        using DuckDBDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            string there = reader.GetString(0);
            bool isChanged = changed is not null && there == StoredNames.Encode(changed);
            string length = isChanged ? type!.Length.ToString(CultureInfo.InvariantCulture) : reader.IsDBNull(3) ? "0" : reader.GetString(3);
            string quoted = $"\"{there.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            columns.Add($"{quoted} {(isChanged ? type!.DuckDb : reader.GetString(1))}{(reader.GetBoolean(2) ? string.Empty : " NOT NULL")}{(length is "0" or "" ? string.Empty : $" CHECK (length({quoted}) <= {length})")}");
        }

        return columns;
    }

    private void DropTable(string[] name, string exists)
    {
        bool isKept = _account.KeepsHistory && TableExists(name) && RetentionOf(name) > 0;
        if (!isKept)
        {
            Raw($"DROP TABLE {exists}{Permanent(name)}");
            DropOptions(name);
            return;
        }

        string hidden = _account.History.NextHidden();
        Raw($"ALTER TABLE {Permanent(name)} RENAME TO \"{hidden}\"");
        _account.History.Drop(new DroppedTable(Full(name), hidden, _account.Now()));
    }

    private string Undrop(Cursor cursor)
    {
        if (!cursor.Accept("TABLE"))
            throw EmulatedErrors.Unsupported("UNDROP " + cursor.Current.Text);
        string[] name = cursor.Name();
        cursor.ExpectEnd();
        if (!_account.KeepsHistory)
            throw EmulatedErrors.Unsupported("UNDROP; set EmulatedAccount.KeepsHistory");
        if (TableExists(name))
            throw EmulatedErrors.Exists(Full(name));
        DroppedTable? dropped = _account.History.Undrop(Full(name));
        if (dropped is null || _account.Now() > dropped.At.AddDays(RetentionOf(name)))
            throw new SnowflakeEmulatorException(2003, "02000", $"SQL compilation error:\nTable '{Full(name)}' did not exist or was purged.");
        string schema = StoredNames.Quoted(name.Length > 1 ? name[^2] : "PUBLIC");
        Raw($"ALTER TABLE {schema}.\"{dropped.Hidden}\" RENAME TO {StoredNames.Quoted(name[^1])}");
        return $"Table {name[^1]} successfully restored.";
    }
}
