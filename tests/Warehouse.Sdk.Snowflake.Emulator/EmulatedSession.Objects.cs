namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>Objects that hold no rows: they are kept with the text that made them.</summary>
internal sealed partial class EmulatedSession
{
    private string CreateObject(string kind, string sql, Cursor cursor, bool replaces, bool ifMissing)
    {
        string[] name = cursor.Name();
        string full = string.Join('.', name);
        if (_account.Objects.ContainsKey((kind, full)))
        {
            if (ifMissing)
                return $"{full} already exists, statement succeeded.";
            if (!replaces)
                throw EmulatedErrors.Exists(full);
        }

        string privilege = kind == "STORAGE INTEGRATION" ? "CREATE INTEGRATION" : $"CREATE {kind}";
        if (_account.IsRevoked(privilege))
            throw new SnowflakeEmulatorException(3001, "42501", $"SQL access control error:\nInsufficient privileges to operate on {(kind == "STORAGE INTEGRATION" ? "account 'EMULATED'" : $"schema '{(name.Length > 1 ? name[^2] : "PUBLIC")}'")}");
        if (kind == "STAGE")
            _account.Stages[full] = EmulatedStage.Read(cursor, _account);
        else if (kind == "STORAGE INTEGRATION")
            _account.Integrations[full] = EmulatedIntegration.Read(cursor);
        else if (kind == "FILE FORMAT")
            _account.Formats[full] = EmulatedOptions.Read(cursor, known: null);
        // Internal files of a stage that is replaced are lost.
        if (kind == "STAGE" && replaces && Directory.Exists(_account.Folder("named", full)))
            Directory.Delete(_account.Folder("named", full), recursive: true);
        _account.Objects[(kind, full)] = sql;
        if (kind == "STAGE")
            Directory.CreateDirectory(_account.Folder("named", full));
        return $"{kind} {name[^1]} successfully created.";
    }

    private void DropObject(string kind, string[] name, bool ifThere)
    {
        string full = string.Join('.', name);
        if (!_account.Objects.TryRemove((kind, full), out _) && !ifThere)
            throw EmulatedErrors.Missing(kind, full);
        _account.Stages.TryRemove(full, out _);
        if (kind == "STAGE" && Directory.Exists(_account.Folder("named", full)))
            Directory.Delete(_account.Folder("named", full), recursive: true);
    }

    private string CreateTag(string sql, Cursor cursor, bool replaces, bool ifMissing)
    {
        string full = Full(cursor.Name());
        while (!cursor.AtEnd)
        {
            if (cursor.Accept("ALLOWED_VALUES"))
            {
                do
                    cursor.Text();
                while (cursor.AcceptSymbol(","));
            }
            else if (cursor.Accept("COMMENT"))
            {
                cursor.ExpectSymbol("=");
                cursor.Text();
            }
            else
            {
                throw cursor.Unexpected();
            }
        }

        if (_account.Objects.ContainsKey(("TAG", full)) && !replaces)
            return ifMissing ? $"{full} already exists, statement succeeded." : throw EmulatedErrors.Exists(full);
        _account.Objects[("TAG", full)] = sql;
        return $"Tag {full} successfully created.";
    }

    private string DropTag(Cursor cursor)
    {
        bool ifThere = cursor.Accept("IF", "EXISTS");
        string full = Full(cursor.Name());
        if (!_account.Objects.TryRemove(("TAG", full), out _) && !ifThere)
            throw EmulatedErrors.Missing("Tag", full);
        return $"{full} successfully dropped.";
    }

    private EmulatedResult Describe(string sql, IReadOnlyList<Token> tokens)
    {
        var cursor = new Cursor(sql, tokens, 1);
        cursor.Accept("STORAGE");
        cursor.Expect("INTEGRATION");
        string name = cursor.Name().Single();
        cursor.ExpectEnd();
        return _account.Integrations.TryGetValue(name, out EmulatedIntegration? integration)
            ? EmulatedResult.Of(-1, ["property", "property_type", "property_value", "property_default"], [.. integration.Describe()])
            : throw EmulatedErrors.Missing("Integration", name);
    }

    private static string AlterObject(Cursor cursor)
    {
        if (!cursor.At("STAGE") && !cursor.At("WAREHOUSE"))
            throw cursor.Unexpected();
        return "Statement executed successfully.";
    }
}
