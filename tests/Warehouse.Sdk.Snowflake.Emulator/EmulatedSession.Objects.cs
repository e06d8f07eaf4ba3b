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

    private static string AlterObject(Cursor cursor)
    {
        if (!cursor.At("STAGE") && !cursor.At("WAREHOUSE"))
            throw cursor.Unexpected();
        return "Statement executed successfully.";
    }
}
