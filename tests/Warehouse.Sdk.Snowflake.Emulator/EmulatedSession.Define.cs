using System.Globalization;
using System.Text;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>DDL. It is never part of a transaction.</summary>
internal sealed partial class EmulatedSession
{
    private EmulatedResult Define(string sql, IReadOnlyList<Token> tokens)
    {
        var cursor = new Cursor(sql, tokens);
        string done = cursor.Take().Value switch
        {
            "CREATE" => Create(sql, tokens, cursor),
            "DROP" => Drop(cursor),
            "ALTER" => Alter(cursor),
            "COMMENT" => Comment(cursor),
            "TRUNCATE" => Truncate(cursor),
            "UNDROP" => Undrop(cursor),
            _ => "Statement executed successfully.",
        };
        return EmulatedResult.Status(done);
    }

    private string Create(string sql, IReadOnlyList<Token> tokens, Cursor cursor)
    {
        bool replaces = cursor.Accept("OR", "REPLACE");
        if (!replaces && cursor.At("OR"))
            throw cursor.Unexpected();
        bool isTransient = cursor.Accept("TRANSIENT");
        bool isTemporary = !isTransient && (cursor.Accept("TEMPORARY") || cursor.Accept("TEMP"));
        string kind = cursor.Take().Value;
        if (kind is "FILE" or "STORAGE" or "DYNAMIC")
            kind += " " + cursor.Take().Value;
        bool ifMissing = cursor.Accept("IF", "NOT", "EXISTS");
        switch (kind)
        {
            case "SCHEMA":
                string schema = cursor.Name()[^1];
                cursor.ExpectEnd();
                Raw($"CREATE SCHEMA {(ifMissing ? "IF NOT EXISTS " : string.Empty)}{StoredNames.Quoted(schema)}");
                return $"Schema {schema} successfully created.";
            case "SEQUENCE":
                string[] sequence = cursor.Name();
                Raw($"CREATE {(replaces ? "OR REPLACE " : string.Empty)}SEQUENCE {(ifMissing ? "IF NOT EXISTS " : string.Empty)}{Stored(sequence)} START 1");
                return $"Sequence {sequence[^1]} successfully created.";
            case "TABLE":
                return CreateTable(sql, tokens, cursor, replaces, (isTemporary, isTransient), ifMissing);
            case "TAG":
                return CreateTag(sql, cursor, replaces, ifMissing);
            case "VIEW":
                return CreateView(sql, tokens, cursor, replaces, ifMissing);
            case "FUNCTION":
                return CreateFunction(sql, cursor, replaces);
            case "PIPE" or "STREAM" or "TASK" or "DYNAMIC TABLE":
                return CreateAutomation(kind, sql, tokens, cursor, replaces, ifMissing);
            case "STAGE" or "FILE FORMAT" or "STORAGE INTEGRATION":
                return CreateObject(kind, sql, cursor, replaces, ifMissing);
            default:
                cursor.Position--;
                throw cursor.Unexpected();
        }
    }

    private string CreateTable(string sql, IReadOnlyList<Token> tokens, Cursor cursor, bool replaces, (bool IsTemporary, bool IsTransient) kind, bool ifMissing)
    {
        bool isTemporary = kind.IsTemporary;
        string[] name = cursor.Name();
        if (ifMissing && TableExists(name))
            return $"{name[^1]} already exists, statement succeeded.";
        string before = $"CREATE {(replaces ? "OR REPLACE " : string.Empty)}{(isTemporary ? "TEMP " : string.Empty)}TABLE ";
        string stored = isTemporary ? StoredNames.Temporary(name.Length > 1 ? name[^2] : "PUBLIC", name[^1]) : Permanent(name);
        if (replaces)
            _account.ForgetCopies(isTemporary ? string.Create(CultureInfo.InvariantCulture, $"{_number}:{string.Join('.', name)}") : string.Join('.', name));
        if (cursor.Accept("CLONE"))
        {
            string[] source = cursor.Name();
            if (!TableExists(source))
                throw EmulatedErrors.Missing("Table", Full(source));
            string rows = cursor.At("AT") || cursor.At("BEFORE") ? PastOf(sql, tokens, cursor, source) : Stored(source);
            cursor.ExpectEnd();
            if (!replaces && !isTemporary && TableExists(name))
                throw EmulatedErrors.Exists(Full(name));
            Clone(name, before, stored, source, rows, kind.IsTransient);
        }
        else
        {
            string columns = cursor.AtSymbol("(") ? ColumnDefinitions(sql, tokens, cursor, name) : string.Empty;
            TableOptionList options = TableOptions(cursor);
            if (cursor.At("AS"))
                SubqueryCheck.Refuse([.. tokens.Skip(cursor.Position + 1)]);
            if (cursor.Accept("AS"))
                Raw($"{before}{stored} AS {new Translator(sql, tokens, this).Whole(cursor.Position, tokens.Count)}");
            else
                Raw($"{before}{stored} ({columns})");
            if (!isTemporary)
                SetOptions(name, kind.IsTransient, options);
        }

        NoteWritten(name);
        if (isTemporary)
            _temporary.Add((name.Length > 1 ? name[^2] : "PUBLIC", name[^1]));
        return $"Table {name[^1]} successfully created.";
    }

    private string ColumnDefinitions(string sql, IReadOnlyList<Token> tokens, Cursor cursor, string[] table)
    {
        cursor.ExpectSymbol("(");
        List<string> columns = [];
        do
        {
            if (cursor.At("PRIMARY") || cursor.At("UNIQUE") || cursor.At("FOREIGN") || cursor.At("CONSTRAINT"))
            {
                // Informational in Snowflake.
                SkipTo(cursor);
                continue;
            }

            string column = StoredNames.Quoted(cursor.Name().Single());
            EmulatedType type = cursor.Type();
            var text = new StringBuilder($"{column} {type.DuckDb}");
            while (!cursor.AtSymbol(",") && !cursor.AtSymbol(")"))
            {
                if (cursor.Accept("NOT", "NULL"))
                    text.Append(" NOT NULL");
                else if (cursor.Accept("AUTOINCREMENT") || cursor.Accept("IDENTITY"))
                    text.Append(CultureInfo.InvariantCulture, $" DEFAULT nextval({Translator.Literal(Numbering(table, column, cursor))})");
                else if (cursor.Accept("COMMENT"))
                    cursor.Text();
                else if (cursor.Accept("PRIMARY", "KEY") || cursor.Accept("UNIQUE") || cursor.Accept("NULL"))
                    continue;
                else if (cursor.Accept("DEFAULT"))
                    text.Append(" DEFAULT ").Append(new Translator(sql, tokens, this).Whole(cursor.Position, cursor.Position + 1)).Append(cursor.Take().Text.Length > 0 ? string.Empty : string.Empty);
                else
                    throw cursor.Unexpected();
            }

            if (type.Length > 0)
                text.Append(CultureInfo.InvariantCulture, $" CHECK (length({column}) <= {type.Length})");
            columns.Add(text.ToString());
        }
        while (cursor.AcceptSymbol(","));
        cursor.ExpectSymbol(")");
        return string.Join(", ", columns);
    }

    private string Numbering(string[] table, string column, Cursor cursor)
    {
        while (cursor.At("START") || cursor.At("INCREMENT") || cursor.At("ORDER") || cursor.At("NOORDER") || cursor.Current.Kind == TokenKind.Number)
            cursor.Take();
        string sequence = Permanent([.. table.SkipLast(1), $"{table[^1]} {column.Trim('"')}"]);
        Raw($"CREATE SEQUENCE IF NOT EXISTS {sequence}");
        return sequence;
    }

    private static void SkipTo(Cursor cursor)
    {
        int depth = 0;
        while (depth > 0 || (!cursor.AtSymbol(",") && !cursor.AtSymbol(")")))
        {
            Token token = cursor.Take();
            depth += token.IsSymbol("(") ? 1 : token.IsSymbol(")") ? -1 : 0;
        }
    }

    private string CreateView(string sql, IReadOnlyList<Token> tokens, Cursor cursor, bool replaces, bool ifMissing)
    {
        string[] name = cursor.Name();
        if (ifMissing && TableExists(name))
            return $"{name[^1]} already exists, statement succeeded.";
        string comment = string.Empty;
        if (cursor.Accept("COMMENT"))
        {
            cursor.ExpectSymbol("=");
            comment = cursor.Text();
        }

        cursor.Expect("AS");
        Raw($"CREATE {(replaces ? "OR REPLACE " : string.Empty)}VIEW {Permanent(name)} AS {new Translator(sql, tokens, this).Whole(cursor.Position, tokens.Count)}");
        if (comment.Length > 0)
            Raw($"COMMENT ON VIEW {Permanent(name)} IS {Translator.Literal(comment)}");
        return $"View {name[^1]} successfully created.";
    }

    private string CreateFunction(string sql, Cursor cursor, bool replaces)
    {
        string[] name = cursor.Name();
        cursor.ExpectSymbol("(");
        List<string> arguments = [];
        while (!cursor.AcceptSymbol(")"))
        {
            arguments.Add(cursor.Name().Single());
            cursor.Type();
            cursor.AcceptSymbol(",");
        }

        cursor.Expect("RETURNS");
        bool isTable = cursor.Accept("TABLE");
        if (isTable)
            cursor.Position = cursor.Close() + 1;
        else
            cursor.Type();
        bool isScript = false;
        string comment = string.Empty;
        while (!cursor.Accept("AS"))
        {
            if (cursor.Accept("LANGUAGE"))
                isScript = cursor.Take().Is("JAVASCRIPT");
            else if (cursor.Accept("COMMENT"))
                comment = cursor.AcceptSymbol("=") ? cursor.Text() : throw cursor.Unexpected();
            else if (!cursor.Accept("IMMUTABLE") && !cursor.Accept("STRICT"))
                throw cursor.Unexpected();
        }

        string body = cursor.Text();
        cursor.ExpectEnd();
        string text = isScript
            ? body.Contains("normalize(\"NFC\")", StringComparison.Ordinal) ? $"nfc_normalize({arguments[0]})" : throw EmulatedErrors.Unsupported("this JavaScript: " + body)
            : (isTable ? "TABLE " : string.Empty) + new Translator(body, Tokenizer.Read(body), this).Whole(0, Tokenizer.Read(body).Count);
        Raw($"CREATE {(replaces ? "OR REPLACE " : string.Empty)}MACRO {Permanent(name)}({string.Join(", ", arguments)}) AS {text}");
        if (comment.Length > 0)
            Raw($"COMMENT ON MACRO {(isTable ? "TABLE " : string.Empty)}{Permanent(name)} IS {Translator.Literal(comment)}");
        _ = sql;
        return $"Function {name[^1]} successfully created.";
    }

    private string Drop(Cursor cursor)
    {
        string kind = cursor.Take().Value;
        if (kind is "FILE" or "STORAGE" or "DYNAMIC")
            kind += " " + cursor.Take().Value;
        if (kind == "TAG")
            return DropTag(cursor);
        bool ifThere = cursor.Accept("IF", "EXISTS");
        string[] name = cursor.Name();
        string exists = ifThere ? "IF EXISTS " : string.Empty;
        switch (kind)
        {
            case "TABLE" when name.Length > 1 && _temporary.Remove((name[^2], name[^1])):
                Raw($"DROP TABLE temp.main.{StoredNames.Temporary(name[^2], name[^1])}");
                break;
            case "TABLE":
                _account.ForgetCopies(string.Join('.', name));
                DropTable(name, exists);
                break;
            case "VIEW" or "SEQUENCE" or "SCHEMA":
                Raw($"DROP {kind} {exists}{Permanent(name)}{(kind == "SCHEMA" ? " CASCADE" : string.Empty)}");
                break;
            case "FUNCTION":
                Raw($"DROP MACRO TABLE {exists}{Permanent(name)}");
                break;
            case "STREAM" or "DYNAMIC TABLE":
                Raw($"DROP VIEW {exists}{Permanent(name)}");
                _account.Streams.TryRemove(Full(name), out _);
                _account.Objects.TryRemove((kind, Full(name)), out _);
                break;
            default:
                DropObject(kind, name, ifThere);
                break;
        }

        return $"{name[^1]} successfully dropped.";
    }

    private string Alter(Cursor cursor)
    {
        if (cursor.At("TASK") || cursor.At("PIPE"))
            return AlterAutomation(cursor, cursor.Take().Value);
        if (!cursor.Accept("TABLE"))
            return AlterObject(cursor);
        string[] name = cursor.Name();
        if (cursor.Accept("ADD"))
        {
            cursor.Accept("COLUMN");
            bool ifMissing = cursor.Accept("IF", "NOT", "EXISTS");
            string column = StoredNames.Quoted(cursor.Name().Single());
            EmulatedType type = cursor.Type();
            if (cursor.Accept("COMMENT"))
                cursor.Text();
            cursor.ExpectEnd();
            Raw($"ALTER TABLE {Stored(name)} ADD COLUMN {(ifMissing ? "IF NOT EXISTS " : string.Empty)}{column} {type.DuckDb}");
        }
        else if (cursor.Accept("RENAME", "TO"))
        {
            Raw($"ALTER TABLE {Stored(name)} RENAME TO {StoredNames.Quoted(cursor.Name()[^1])}");
        }
        else if (cursor.Accept("ALTER") || cursor.Accept("MODIFY"))
        {
            cursor.Accept("COLUMN");
            string column = cursor.Name().Single();
            if (cursor.Accept("DROP", "NOT", "NULL"))
            {
                cursor.ExpectEnd();
                Raw($"ALTER TABLE {Stored(name)} ALTER COLUMN {StoredNames.Quoted(column)} DROP NOT NULL");
                return "Statement executed successfully.";
            }

            cursor.Expect("SET");
            cursor.Expect("DATA");
            cursor.Expect("TYPE");
            EmulatedType type = cursor.Type();
            cursor.ExpectEnd();
            Retype(name, column, type);
        }
        else if (!AlterOptions(cursor, name))
        {
            throw cursor.Unexpected();
        }

        return "Statement executed successfully.";
    }

    // DuckDB keeps a length as a check, which it cannot take from a table that is there.
    private void Retype(string[] name, string column, EmulatedType type)
    {
        if (type.DuckDb != "VARCHAR")
        {
            Raw($"ALTER TABLE {Stored(name)} ALTER COLUMN {StoredNames.Quoted(column)} TYPE {type.DuckDb}");
            return;
        }

        List<string> columns = DefinitionOf(name, column, type);
        string old = StoredNames.Quoted(name[^1] + " OLD");
        Raw($"ALTER TABLE {Stored(name)} RENAME TO {old}");
        Raw($"CREATE TABLE {Stored(name)} ({string.Join(", ", columns)})");
        Raw($"INSERT INTO {Stored(name)} SELECT * FROM {Stored([name[^2], name[^1] + " OLD"])}");
        Raw($"DROP TABLE {Stored([name[^2], name[^1] + " OLD"])}");
    }

    private string Comment(Cursor cursor)
    {
        cursor.Accept("IF", "EXISTS");
        cursor.Expect("ON");
        string kind = cursor.Take().Value;
        string[] name = cursor.Name();
        if (cursor.AtSymbol("("))
            cursor.Position = cursor.Close() + 1;
        cursor.Expect("IS");
        string text = Translator.Literal(cursor.Text());
        cursor.ExpectEnd();
        switch (kind)
        {
            case "TABLE" or "VIEW" or "COLUMN":
                Raw($"COMMENT ON {kind} {Stored(name)} IS {text}");
                break;
            case "FUNCTION":
                Raw($"COMMENT ON MACRO TABLE {Stored(name)} IS {text}");
                break;
        }

        return "Statement executed successfully.";
    }

    private string Truncate(Cursor cursor)
    {
        cursor.Accept("TABLE");
        cursor.Accept("IF", "EXISTS");
        string[] name = cursor.Name();
        _account.ForgetCopies(string.Join('.', name));
        Raw($"DELETE FROM {Stored(name)}");
        return "Statement executed successfully.";
    }

    private bool TableExists(string[] name)
    {
        if (name.Length > 1 && IsTemporary(name[^2], name[^1]))
            return true;
        using DuckDBCommand command = Command(
            "SELECT (SELECT count(*) FROM duckdb_tables() WHERE database_name = current_database() AND schema_name = $1 AND table_name = $2) + (SELECT count(*) FROM duckdb_views() WHERE database_name = current_database() AND schema_name = $1 AND view_name = $2)",
            [StoredNames.Encode(name.Length > 1 ? name[^2] : "PUBLIC"), StoredNames.Encode(name[^1])]);
        return command.ExecuteScalar() is > 0L;
    }

    private string Permanent(string[] name) => string.Join('.', (name.Length >= 3 && name[0] == Database ? name.Skip(1) : name).Select(StoredNames.Quoted));
}
