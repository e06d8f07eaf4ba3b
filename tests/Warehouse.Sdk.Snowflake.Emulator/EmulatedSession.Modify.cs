using System.Globalization;
using DuckDB.NET.Data;

namespace Warehouse.Sdk.Snowflake.Emulator;

internal sealed partial class EmulatedSession
{
    private static readonly string[] MatchedCounts = ["number of rows inserted", "number of rows updated", "number of rows deleted"];

    private EmulatedResult Modify(string kind, string sql, IReadOnlyList<Token> tokens, IReadOnlyList<object?> values)
    {
        SubqueryCheck.Refuse(tokens);
        NoteConsumed(tokens);
        var cursor = new Cursor(sql, tokens, 1);
        bool overwrites = kind == "INSERT" && cursor.Accept("OVERWRITE");
        if (kind is "INSERT" or "MERGE")
            cursor.Expect("INTO");
        if (kind == "DELETE")
            cursor.Expect("FROM");
        string[] target = cursor.Name();
        // Snowflake documents no alias for the target of UPDATE and DELETE.
        if (kind == "UPDATE" && !cursor.At("SET"))
            throw cursor.Unexpected();
        if (kind == "DELETE" && !cursor.AtEnd && !cursor.At("WHERE") && !cursor.At("USING"))
            throw cursor.Unexpected();
        if (kind == "UPDATE")
            RefuseQualifiedAssignments(sql, tokens, cursor);
        if (kind != "INSERT" || overwrites)
            Lock(target);
        if (kind == "MERGE")
            ExpectOneSourceRow(sql, tokens, target, values);
        if (kind == "UPDATE" && _parameters["ERROR_ON_NONDETERMINISTIC_UPDATE"] == "TRUE")
            ExpectOneRowToUpdateFrom(sql, tokens, target, values);
        if (overwrites)
            Write($"DELETE FROM {Stored(target)}");
        var translator = new Translator(sql, tokens, this);
        string text = overwrites ? "INSERT " + translator.Whole(2, tokens.Count) : translator.Whole(0, tokens.Count);
        object?[] used = translator.Values(values);
        NoteWritten(target);
        if (kind == "MERGE")
            return Merge(text, used);
        int affected = Write(text, used);
        return kind == "UPDATE"
            ? EmulatedResult.Of(affected, ["number of rows updated", "number of multi-joined rows updated"], [(long)affected, 0L])
            : EmulatedResult.Of(affected, [kind == "INSERT" ? "number of rows inserted" : "number of rows deleted"], [(long)affected]);
    }

    private static void RefuseQualifiedAssignments(string sql, IReadOnlyList<Token> tokens, Cursor cursor)
    {
        int end = new Cursor(sql, tokens, cursor.Position + 1).Find("FROM", "WHERE");
        int depth = 0;
        for (int i = cursor.Position + 1; i < end; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            bool begins = depth == 0 && (i == cursor.Position + 1 || tokens[i - 1].IsSymbol(","));
            if (begins && i + 1 < end && tokens[i + 1].IsSymbol("."))
                throw EmulatedErrors.Unexpected(sql, tokens[i + 1]);
        }
    }

    private EmulatedResult Merge(string text, object?[] values)
    {
        Enter();
        long[] counts = new long[3];
        using (DuckDBCommand command = Command(text + " RETURNING merge_action", values))
        {
            _running = command;
            using DuckDBDataReader reader = command.ExecuteReader();
            while (reader.Read())
                counts[reader.GetString(0) switch { "INSERT" => 0, "UPDATE" => 1, _ => 2 }]++;
        }

        if (InTransaction)
            _journal.Add((text, values));
        return EmulatedResult.Of((int)counts.Sum(), MatchedCounts, [.. counts.Select(count => (object?)count)]);
    }

    // 100090: a row of the target that several rows of the source would change.
    private void ExpectOneSourceRow(string sql, IReadOnlyList<Token> tokens, string[] target, IReadOnlyList<object?> values)
    {
        if (_parameters["ERROR_ON_NONDETERMINISTIC_MERGE"] != "TRUE")
            return;
        var cursor = new Cursor(sql, tokens, 2);
        cursor.Name();
        int begin = cursor.Position;
        cursor.Accept("AS");
        string alias = cursor.At("USING") ? target[^1] : cursor.Take().Value;
        cursor.Expect("USING");
        int source = cursor.Position;
        int on = cursor.Find("ON");
        cursor.Position = on + 1;
        int when = cursor.Find("WHEN");
        var translator = new Translator(sql, tokens, this);
        List<string> conditions = [];
        bool changes = false;
        cursor.Position = when;
        while (!cursor.AtEnd)
        {
            cursor.Expect("WHEN");
            bool isMatched = cursor.Accept("MATCHED");
            if (!isMatched)
            {
                cursor.Expect("NOT");
                cursor.Expect("MATCHED");
                if (cursor.At("BY"))
                    throw cursor.Unexpected();
            }

            int then = FindThen(sql, tokens, cursor.Position);
            if (isMatched)
            {
                conditions.Add(cursor.Accept("AND") ? "(" + translator.Part(cursor.Position, then) + ")" : "TRUE");
                changes |= tokens[then + 1].Is("UPDATE");
            }

            cursor.Position = then + 1;
            cursor.Position = FindWhen(tokens, cursor.Position);
        }

        if (!changes)
            return;
        string text = $"""
            SELECT 1 FROM {Stored(target)} {translator.Part(begin, source - 1)} JOIN {translator.Part(source, on)} ON ({translator.Part(on + 1, when)})
            WHERE {string.Join(" OR ", conditions)} GROUP BY {StoredNames.Quoted(alias)}.rowid HAVING count(*) > 1 LIMIT 1
            """;
        if (Scalar(text, translator.Values(values)) is not null)
            throw EmulatedErrors.Duplicate();
    }

    private static int FindThen(string sql, IReadOnlyList<Token> tokens, int from)
    {
        int cases = 0;
        int depth = 0;
        for (int i = from; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            cases += tokens[i].Is("CASE") ? 1 : tokens[i].Is("END") ? -1 : 0;
            if (depth == 0 && cases == 0 && tokens[i].Is("THEN"))
                return i;
        }

        throw EmulatedErrors.Unexpected(sql, tokens[^1]);
    }

    private static int FindWhen(IReadOnlyList<Token> tokens, int from)
    {
        int cases = 0;
        int depth = 0;
        for (int i = from; i < tokens.Count; i++)
        {
            depth += tokens[i].IsSymbol("(") ? 1 : tokens[i].IsSymbol(")") ? -1 : 0;
            cases += tokens[i].Is("CASE") ? 1 : tokens[i].Is("END") ? -1 : 0;
            if (depth == 0 && cases == 0 && tokens[i].Is("WHEN"))
                return i;
        }

        return tokens.Count;
    }

    private void ExpectOneRowToUpdateFrom(string sql, IReadOnlyList<Token> tokens, string[] target, IReadOnlyList<object?> values)
    {
        var cursor = new Cursor(sql, tokens);
        int from = cursor.Find("FROM");
        if (from == tokens.Count)
            return;
        cursor.Position = from + 1;
        int where = cursor.Find("WHERE");
        var translator = new Translator(sql, tokens, this);
        string condition = where < tokens.Count ? "WHERE " + translator.Part(where + 1, tokens.Count) : string.Empty;
        string text = $"SELECT 1 FROM {Stored(target)}, {translator.Part(from + 1, where)} {condition} GROUP BY {Stored(target)}.rowid HAVING count(*) > 1 LIMIT 1";
        if (Scalar(text, translator.Values(values)) is not null)
            throw EmulatedErrors.Duplicate();
    }

    private void Lock(string[] target)
    {
        if (target.Length > 1 && IsTemporary(target[^2], target[^1]))
            return;
        // Of a transaction that waits for its first lock, the snapshot begins afterwards.
        _account.Locks.Take(_number, string.Join('.', target), TimeSpan.FromSeconds(double.Parse(_parameters["LOCK_TIMEOUT"], CultureInfo.InvariantCulture)), () => _isCancelled);
    }

    private string Stored(IReadOnlyList<string> name) => new Translator(string.Empty, [], this).Qualified(name);
}
