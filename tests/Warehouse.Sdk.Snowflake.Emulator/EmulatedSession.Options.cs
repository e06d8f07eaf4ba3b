using System.Globalization;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>How tables are kept: clustering keys, transience, retention and tags.</summary>
internal sealed partial class EmulatedSession
{
    private const int LongestRetention = 90;

    private sealed class TableOptionList
    {
        public string? ClusteringKey { get; set; }

        public int? Retention { get; set; }

        public List<(string Tag, string Value)> Tags { get; } = [];

        public bool IsEmpty => ClusteringKey is null && Retention is null && Tags.Count == 0;
    }

    private TableOptionList TableOptions(Cursor cursor)
    {
        var options = new TableOptionList();
        while (!cursor.AtEnd && !cursor.At("AS"))
        {
            if (cursor.Accept("CLUSTER", "BY"))
            {
                options.ClusteringKey = ClusteringKey(cursor);
            }
            else if (cursor.Accept("COMMENT"))
            {
                cursor.ExpectSymbol("=");
                cursor.Text();
            }
            else if (cursor.Accept("DATA_RETENTION_TIME_IN_DAYS"))
            {
                cursor.ExpectSymbol("=");
                options.Retention = RetentionDays(cursor);
            }
            else if (cursor.Accept("ENABLE_SCHEMA_EVOLUTION") || cursor.Accept("CHANGE_TRACKING"))
            {
                cursor.ExpectSymbol("=");
                cursor.Take();
            }
            else if (cursor.Accept("WITH", "TAG") || cursor.Accept("TAG"))
            {
                cursor.ExpectSymbol("(");
                do
                    options.Tags.Add(TagAndValue(cursor));
                while (cursor.AcceptSymbol(","));
                cursor.ExpectSymbol(")");
            }
            else
            {
                throw cursor.Unexpected();
            }
        }

        return options;
    }

    // The text between the brackets is kept as it was written.
    private static string ClusteringKey(Cursor cursor)
    {
        int close = cursor.Close();
        string key = cursor.Between(cursor.Position, close + 1);
        if (close == cursor.Position + 1)
            throw cursor.Unexpected();
        cursor.Position = close + 1;
        return "LINEAR" + key;
    }

    private static int RetentionDays(Cursor cursor)
    {
        Token number = cursor.Take();
        if (number.Kind != TokenKind.Number || !int.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int days) || days > LongestRetention)
            throw new SnowflakeEmulatorException(1008, "22023", $"SQL compilation error: invalid value [{number.Text}] for parameter 'DATA_RETENTION_TIME_IN_DAYS'");
        return days;
    }

    private (string Tag, string Value) TagAndValue(Cursor cursor)
    {
        string tag = ExistingTag(cursor.Name());
        cursor.ExpectSymbol("=");
        return (tag, cursor.Text());
    }

    private string ExistingTag(string[] name)
    {
        string full = Full(name);
        return _account.Objects.ContainsKey(("TAG", full)) ? full : throw EmulatedErrors.Missing("Tag", full);
    }

    /// <summary>A name with its schema and without the database.</summary>
    private string Full(string[] name)
        => name.Length switch { 1 => $"PUBLIC.{name[0]}", >= 3 when name[0] == Database => string.Join('.', name.Skip(1)), _ => string.Join('.', name) };

    private void SetOptions(string[] table, bool isTransient, TableOptionList options)
    {
        if (isTransient && options.Retention > 1)
            throw new SnowflakeEmulatorException(1008, "22023", $"SQL compilation error: invalid value [{options.Retention}] for parameter 'DATA_RETENTION_TIME_IN_DAYS'");
        string full = Full(table);
        if (!isTransient && options.IsEmpty && !_account.HasOptions)
            return;
        try
        {
            ExpectClusterable(table, options.ClusteringKey);
        }
        catch (SnowflakeEmulatorException)
        {
            Raw($"DROP TABLE {Permanent(table)}");
            throw;
        }

        _account.HasOptions = true;
        Raw($"DELETE FROM main.sf_table_options WHERE table_name = {Translator.Literal(full)}");
        Raw($"INSERT INTO main.sf_table_options VALUES ({Translator.Literal(full)}, {(isTransient ? "TRUE" : "FALSE")}, {options.Retention?.ToString(CultureInfo.InvariantCulture) ?? "NULL"}, {(options.ClusteringKey is null ? "NULL" : Translator.Literal(options.ClusteringKey))})");
        _account.ForgetTags(full);
        foreach (var (tag, value) in options.Tags)
            _account.Tags[(full, tag)] = value;
    }

    private void DropOptions(string[] table)
    {
        if (!_account.HasOptions)
            return;
        Raw($"DELETE FROM main.sf_table_options WHERE table_name = {Translator.Literal(Full(table))}");
        _account.ForgetTags(Full(table));
    }

    // A key of columns that the table does not have, or of semi-structured ones.
    private void ExpectClusterable(string[] table, string? key)
    {
        if (key is null)
            return;
        IReadOnlyList<Token> tokens = Tokenizer.Read(key["LINEAR".Length..]);
        Dictionary<string, string> types = ColumnTypes(table);
        for (int i = 0; i < tokens.Count; i++)
        {
            bool isFunction = i + 1 < tokens.Count && tokens[i + 1].IsSymbol("(");
            if (!tokens[i].IsName || isFunction)
                continue;
            if (!types.TryGetValue(StoredNames.Encode(tokens[i].Value), out string? type))
                throw new SnowflakeEmulatorException(904, "42000", $"SQL compilation error: invalid identifier '{tokens[i].Value}'");
            if (type == "JSON")
                throw new SnowflakeEmulatorException(2279, "42601", $"SQL compilation error: Unsupported type VARIANT of the clustering key '{tokens[i].Value}'.");
        }
    }

    private Dictionary<string, string> ColumnTypes(string[] table)
    {
        using DuckDBCommand command = Command(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2",
            [StoredNames.Encode(table.Length > 1 ? table[^2] : "PUBLIC"), StoredNames.Encode(table[^1])]);
        using DuckDBDataReader reader = command.ExecuteReader();
        Dictionary<string, string> types = new(StringComparer.Ordinal);
        while (reader.Read())
            types[reader.GetString(0)] = reader.GetString(1);
        return types;
    }

    private bool AlterOptions(Cursor cursor, string[] table)
    {
        if (cursor.Accept("CLUSTER", "BY"))
        {
            string key = ClusteringKey(cursor);
            cursor.ExpectEnd();
            ExpectClusterable(table, key);
            ChangeOption(table, "clustering_key", Translator.Literal(key));
        }
        else if (cursor.Accept("DROP", "CLUSTERING", "KEY"))
        {
            cursor.ExpectEnd();
            ChangeOption(table, "clustering_key", "NULL");
        }
        else if (cursor.Accept("SET", "DATA_RETENTION_TIME_IN_DAYS"))
        {
            cursor.ExpectSymbol("=");
            int days = RetentionDays(cursor);
            cursor.ExpectEnd();
            if (days > 1 && Scalar($"SELECT is_transient FROM main.sf_table_options WHERE table_name = {Translator.Literal(Full(table))}") is true)
                throw new SnowflakeEmulatorException(1008, "22023", $"SQL compilation error: invalid value [{days}] for parameter 'DATA_RETENTION_TIME_IN_DAYS'");
            ChangeOption(table, "retention", days.ToString(CultureInfo.InvariantCulture));
        }
        else if (cursor.Accept("UNSET", "DATA_RETENTION_TIME_IN_DAYS"))
        {
            cursor.ExpectEnd();
            ChangeOption(table, "retention", "NULL");
        }
        else if (cursor.Accept("SET", "TAG"))
        {
            do
            {
                var (tag, value) = TagAndValue(cursor);
                _account.Tags[(Full(table), tag)] = value;
            }
            while (cursor.AcceptSymbol(","));
            cursor.ExpectEnd();
        }
        else if (cursor.Accept("UNSET", "TAG"))
        {
            _account.Tags.TryRemove((Full(table), ExistingTag(cursor.Name())), out _);
            cursor.ExpectEnd();
        }
        else
        {
            return false;
        }

        return true;
    }

    private void ChangeOption(string[] table, string column, string value)
    {
        string full = Translator.Literal(Full(table));
        _account.HasOptions = true;
        Raw($"INSERT INTO main.sf_table_options SELECT {full}, FALSE, NULL, NULL WHERE NOT EXISTS (SELECT 1 FROM main.sf_table_options WHERE table_name = {full})");
        Raw($"UPDATE main.sf_table_options SET {column} = {value} WHERE table_name = {full}");
    }

    /// <summary>SYSTEM$GET_TAG: what a tag says of a table.</summary>
    public string? TagOf(string tag, string table, string domain)
    {
        string[] Parts(string text) => new Cursor(text, Tokenizer.Read(text)).Name();
        if (!string.Equals(domain, "table", StringComparison.OrdinalIgnoreCase))
            throw EmulatedErrors.Unsupported($"SYSTEM$GET_TAG of a {domain}");
        string[] name = Parts(table);
        if (!TableExists(name))
            throw EmulatedErrors.Missing("Table", Full(name));
        return _account.Tags.GetValueOrDefault((Full(name), ExistingTag(Parts(tag))));
    }
}
