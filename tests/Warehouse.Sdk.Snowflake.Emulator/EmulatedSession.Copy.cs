using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>COPY INTO a table: typed CSV, or semi-structured rows into one VARIANT.</summary>
internal sealed partial class EmulatedSession
{
    private static readonly string[] CopyColumns = ["file", "status", "rows_parsed", "rows_loaded", "error_limit", "errors_seen", "first_error", "first_error_line", "first_error_character", "first_error_column_name"];

    private EmulatedResult Copy(string sql, IReadOnlyList<Token> tokens, IReadOnlyList<object?> values)
    {
        if (values.Count > 0)
            throw new SnowflakeEmulatorException(2210, "0A000", "SQL compilation error: Bind variable ? not allowed here.");
        EmulatedCopy copy = EmulatedCopy.Read(sql, tokens);
        StagePlace place = StagePlace.Read(copy.Stage, _account).Expect("READ", _account);
        if (place.IsTable && copy.Transformation is not null)
            throw EmulatedErrors.Unsupported("COPY with a transformation from the stage of a table");
        string table = Remembered(copy.Table);
        List<string> paths = [.. place.Files()];
        if (copy.Files is { } named)
        {
            string[] wanted = [.. named.Select(name => place.Prefix + name)];
            string? missing = wanted.FirstOrDefault(name => !paths.Contains(name));
            if (missing is not null && copy.OnError == "ABORT_STATEMENT")
                throw new SnowflakeEmulatorException(100016, "02000", $"Remote file '{missing}' was not found.");
            paths = [.. paths.Intersect(wanted)];
        }

        if (copy.Pattern is { } pattern)
            paths.RemoveAll(path => !Regex.IsMatch(path, $"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)));
        // What was loaded into the table before is passed over, whatever became of it there.
        (string Path, string Etag)[] fresh = [.. paths.Select(path => (path, Etag(place.File(path)))).Where(file => copy.Force || !_account.WasCopied(table, place.Shown + file.path, file.Item2))];
        if (fresh.Length == 0)
            return EmulatedResult.Status("Copy executed with 0 files processed.");
        NoteWritten(copy.Table);
        List<object?[]> rows = Atomically(() => fresh.Select(file => CopyFile(sql, tokens, copy, place, file.Path)).ToList());
        foreach (var (path, etag) in fresh)
        {
            _account.Copied(table, place.Shown + path, etag);
            if (copy.Purge)
                File.Delete(place.File(path));
        }

        if (_account.ReportCopy is { } report)
            rows = [.. rows.Select(row => report((string)row[0]!, row))];
        return EmulatedResult.Of((int)rows.Sum(row => (long)row[3]!), CopyColumns, [.. rows]);
    }

    /// <summary>By what COPY's memory of a table is known: a temporary one is another table in every session.</summary>
    private string Remembered(string[] table)
        => table.Length > 1 && IsTemporary(table[^2], table[^1]) ? string.Create(CultureInfo.InvariantCulture, $"{_number}:{string.Join('.', table)}") : string.Join('.', table);

    private List<object?[]> Atomically(Func<List<object?[]>> run)
    {
        Enter();
        if (InTransaction)
            return run();
        Raw("BEGIN TRANSACTION");
        try
        {
            List<object?[]> rows = run();
            Raw("COMMIT");
            return rows;
        }
        catch
        {
            try
            {
                Raw("ROLLBACK");
            }
            catch (DuckDBException)
            {
                // It is over already.
            }

            throw;
        }
    }

    private object?[] CopyFile(string sql, IReadOnlyList<Token> tokens, EmulatedCopy copy, StagePlace place, string path)
    {
        string shown = place.Shown + path;
        (string Name, string Type)[] columns = TargetColumns(copy);
        if (copy.Option("TYPE", "CSV") != "CSV")
            return CopySemiStructured(copy, place.File(path), shown, columns);
        string source = ReadCsv(copy, place.File(path), copy.Transformation is null ? columns.Length : Math.Max(1, Fields(tokens, copy)));
        if (copy.Transformation is not null)
            source = $"(SELECT *, {Translator.Literal(place.Key(path))} AS \"METADATA$FILENAME\", row_number() OVER () AS \"METADATA$FILE_ROW_NUMBER\" FROM {source})";
        string into = $"INSERT INTO {Stored(copy.Table)} ({string.Join(", ", columns.Select(column => $"\"{column.Name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""))})";
        string[] strict = copy.Transformation is { } list
            ? [new Translator(sql, [.. tokens.Select(Field)], this).Whole(list.From, list.To)]
            : [.. columns.Select((column, index) => Converted($"c{index + 1}", column.Type, copy, "CAST"))];
        if (copy.OnError == "ABORT_STATEMENT")
        {
            int loaded;
            try
            {
                loaded = Write($"{into} SELECT {string.Join(", ", strict)} FROM {source}");
            }
            catch (DuckDBException error)
            {
                throw new SnowflakeEmulatorException(100038, "22018", $"{error.Message.Split('\n')[0]} File '{shown}', line 1, character 1. If you would like to continue loading when an error is encountered, use other values such as 'SKIP_FILE' or 'CONTINUE' for the ON_ERROR option.", error);
            }

            return [shown, "LOADED", (long)loaded, (long)loaded, 1L, 0L, null, null, null, null];
        }

        return CopyGoodRows(copy, shown, source, into, columns);
    }

    private object?[] CopyGoodRows(EmulatedCopy copy, string shown, string source, string into, (string Name, string Type)[] columns)
    {
        string tolerant = source.Replace("auto_detect = false", "auto_detect = false, ignore_errors = true, store_rejects = true", StringComparison.Ordinal);
        string[] tried = [.. columns.Select((column, index) => Converted($"c{index + 1}", column.Type, copy, "TRY_CAST"))];
        string bad = string.Join(" OR ", columns.Select((column, index) => $"(c{index + 1} IS NOT NULL AND {tried[index]} IS NULL)"));
        Raw($"CREATE OR REPLACE TEMP TABLE \"COPY FILE\" AS SELECT row_number() OVER () AS line, *, ({bad}) AS is_bad FROM {tolerant}");
        long broken = (long)Scalar("SELECT count(DISTINCT line) FROM reject_errors")!;
        Raw("DROP TABLE IF EXISTS reject_errors");
        Raw("DROP TABLE IF EXISTS reject_scans");
        long parsed = (long)Scalar("SELECT count(*) FROM temp.main.\"COPY FILE\"")! + broken;
        long errors = (long)Scalar("SELECT count(*) FROM temp.main.\"COPY FILE\" WHERE is_bad")! + broken;
        object? firstLine = Scalar("SELECT min(line) FROM temp.main.\"COPY FILE\" WHERE is_bad");
        bool skips = copy.SkipLimit() is { } limit && errors > 0 && (limit.IsShare ? errors * 100.0 / parsed >= limit.Limit : errors >= limit.Limit);
        long loaded = 0;
        if (!skips)
            loaded = Write($"{into} SELECT {string.Join(", ", tried)} FROM temp.main.\"COPY FILE\" WHERE NOT is_bad ORDER BY line");
        string status = errors == 0 ? "LOADED" : loaded == 0 ? "LOAD_FAILED" : "PARTIALLY_LOADED";
        return [shown, status, parsed, loaded, copy.SkipLimit() is { IsShare: false } most ? (long)most.Limit : parsed, errors, errors == 0 ? null : "a value is not recognized", firstLine is DBNull ? null : firstLine, errors == 0 ? null : 1L, null];
    }

    private object?[] CopySemiStructured(EmulatedCopy copy, string file, string shown, (string Name, string Type)[] columns)
    {
        string type = copy.Option("TYPE", "CSV");
        string literal = Translator.Literal(file);
        string into = $"INSERT INTO {Stored(copy.Table)}";
        int loaded;
        if (type == "JSON" && copy.Match == "NONE")
        {
            ExpectVariant(columns);
            loaded = Write($"{into} SELECT CAST(sf_canonical_json(c1) AS JSON) FROM read_csv({literal}, columns = {{'c1': 'VARCHAR'}}, delim = '\u0001', quote = '', escape = '', header = false, auto_detect = false, compression = '{Compression(copy, file)}')");
        }
        else if (type == "PARQUET" && copy.Match == "NONE")
        {
            ExpectVariant(columns);
            loaded = Write($"{into} SELECT to_json(src) FROM read_parquet({literal}) AS src");
        }
        else if (type == "PARQUET")
        {
            loaded = Write($"{into} BY NAME SELECT * FROM read_parquet({literal})");
        }
        else
        {
            throw EmulatedErrors.Unsupported($"COPY of {type} by {copy.Match}");
        }

        return [shown, "LOADED", (long)loaded, (long)loaded, 1L, 0L, null, null, null, null];
    }

    private static void ExpectVariant((string Name, string Type)[] columns)
    {
        if (columns is not [{ Type: "JSON" }])
            throw new SnowflakeEmulatorException(2022, "42601", "SQL compilation error:\nJSON/PARQUET file format can produce one and only one column of type variant, object, or array.");
    }

    private static int Fields(IReadOnlyList<Token> tokens, EmulatedCopy copy)
        => tokens.Skip(copy.Transformation!.Value.From).Take(copy.Transformation.Value.To - copy.Transformation.Value.From)
            .Where(token => token.Text.StartsWith('$')).Select(token => int.Parse(token.Text[1..], CultureInfo.InvariantCulture)).DefaultIfEmpty(1).Max();

    private static Token Field(Token token) => token.Kind == TokenKind.Word && token.Value.StartsWith("METADATA$", StringComparison.Ordinal)
        ? token.Value is "METADATA$FILENAME" or "METADATA$FILE_ROW_NUMBER" ? token with { Kind = TokenKind.QuotedName } : throw EmulatedErrors.Unsupported(token.Text)
        : token.Kind == TokenKind.Word && token.Text.StartsWith('$') ? token with { Text = "C" + token.Text[1..], Value = "C" + token.Text[1..] } : token;

    private static string ReadCsv(EmulatedCopy copy, string file, int fields)
    {
        string columns = string.Join(", ", Enumerable.Range(1, fields).Select(index => $"'c{index}': 'VARCHAR'"));
        string quote = copy.Option("FIELD_OPTIONALLY_ENCLOSED_BY", "NONE");
        bool isQuoted = quote != "NONE";
        if (copy.Option("ESCAPE_UNENCLOSED_FIELD", "\\") != "NONE")
            throw EmulatedErrors.Unsupported("ESCAPE_UNENCLOSED_FIELD other than NONE");
        string skip = copy.Option("SKIP_HEADER", "0");
        bool isLax = copy.Transformation is not null || copy.Option("ERROR_ON_COLUMN_COUNT_MISMATCH", "TRUE") == "FALSE";
        string delimiter = Translator.Literal(copy.Option("FIELD_DELIMITER", ","));
        string quoting = isQuoted ? $"quote = {Translator.Literal(quote)}, escape = {Translator.Literal(quote)}" : "quote = '', escape = ''";
        string padding = isLax ? "true" : "false";
        string quotedNulls = copy.Format.TryGetValue("NULL_IF", out List<string>? nulls) && nulls.Contains(string.Empty) ? "true" : "false";
        string lineEnd = copy.Option("RECORD_DELIMITER", LineEnd(file, Compression(copy, file), quote)).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return $$"""
            read_csv({{Translator.Literal(file)}}, columns = { {{columns}} }, auto_detect = false, delim = {{delimiter}}, {{quoting}}, header = false, skip = {{skip}},
                nullstr = '', allow_quoted_nulls = {{quotedNulls}}, new_line = '{{lineEnd}}', null_padding = {{padding}}, compression = '{{Compression(copy, file)}}', parallel = false, max_line_size = 33554432)
            """;
    }

    // Each of the three kinds of line ends is understood; DuckDB looks into quotes to tell which it is.
    private static string LineEnd(string file, string compression, string quote)
    {
        if (compression == "zstd")
            return "\n";
        using Stream packed = File.OpenRead(file);
        using var content = new StreamReader(compression == "gzip" ? new GZipStream(packed, CompressionMode.Decompress) : packed);
        bool isQuoted = false;
        for (int read; (read = content.Read()) >= 0;)
        {
            char c = (char)read;
            isQuoted ^= quote.Length == 1 && c == quote[0];
            if (!isQuoted && c == '\r')
                return content.Peek() == '\n' ? "\r\n" : "\r";
            if (!isQuoted && c == '\n')
                return "\n";
        }

        return "\n";
    }

    private static string Compression(EmulatedCopy copy, string file) => copy.Option("COMPRESSION", "AUTO") switch
    {
        "GZIP" => "gzip",
        "ZSTD" => "zstd",
        "NONE" => "none",
        _ => file.EndsWith(".gz", StringComparison.Ordinal) ? "gzip" : "none",
    };

    private static string Converted(string field, string type, EmulatedCopy copy, string cast) => type switch
    {
        "VARCHAR" => field,
        "BLOB" => copy.Option("BINARY_FORMAT", "HEX") switch { "BASE64" => $"from_base64({field})", "UTF8" or "UTF-8" => $"encode({field})", _ => $"unhex({field})" },
        "JSON" => $"CAST(sf_canonical_json({field}) AS JSON)",
        "DATE" or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE" => $"main.{(cast == "CAST" ? "SF_FINITE" : "SF_FINITE_OR_NULL")}({cast}({field} AS {type}))",
        _ => $"{cast}({field} AS {type})",
    };

    private (string Name, string Type)[] TargetColumns(EmulatedCopy copy)
    {
        bool isTemporary = copy.Table.Length > 1 && IsTemporary(copy.Table[^2], copy.Table[^1]);
        Enter();
        using DuckDBCommand command = Command(
            $"SELECT column_name, data_type FROM duckdb_columns() WHERE database_name = {(isTemporary ? "'temp'" : "current_database()")} AND schema_name = $1 AND table_name = $2 ORDER BY column_index",
            [isTemporary ? "main" : StoredNames.Encode(copy.Table.Length > 1 ? copy.Table[^2] : "PUBLIC"), isTemporary ? StoredNames.Temporary(copy.Table[^2], copy.Table[^1])[1..^1] : StoredNames.Encode(copy.Table[^1])]);
        using DuckDBDataReader reader = command.ExecuteReader();
        List<(string Name, string Type)> all = [];
        while (reader.Read())
            all.Add((reader.GetString(0), reader.GetString(1)));
        if (all.Count == 0)
            throw EmulatedErrors.Missing("Table", string.Join('.', copy.Table));
        return copy.Columns.Count == 0 ? [.. all] : [.. copy.Columns.Select(name => all.Find(column => column.Name == StoredNames.Encode(name)) is { Name: not null } found ? found : throw new SnowflakeEmulatorException(904, "42000", $"SQL compilation error: invalid identifier '{name}'"))];
    }
}
