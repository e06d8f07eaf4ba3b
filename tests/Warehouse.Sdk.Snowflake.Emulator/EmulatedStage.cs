namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A named stage.</summary>
internal sealed record EmulatedStage(string? Url, bool IsEncrypted)
{
    /// <summary>What stands behind the name.</summary>
    public static EmulatedStage Read(Cursor cursor, EmulatedAccount account)
    {
        Dictionary<string, List<string>> options = EmulatedOptions.Read(cursor, ["URL", "STORAGE_INTEGRATION", "CREDENTIALS", "ENCRYPTION", "DIRECTORY", "FILE_FORMAT", "COMMENT", "ENDPOINT"]);
        string? url = options.TryGetValue("URL", out List<string>? given) ? given[0] : null;
        if (options.TryGetValue("STORAGE_INTEGRATION", out List<string>? named))
        {
            if (!account.Integrations.TryGetValue(named[0], out EmulatedIntegration? integration))
                throw EmulatedErrors.Missing("Integration", named[0]);
            if (account.IsRevoked($"USAGE ON INTEGRATION {named[0]}"))
                throw new SnowflakeEmulatorException(3001, "42501", $"SQL access control error:\nInsufficient privileges to operate on integration '{named[0]}'");
            // The number of this error is not documented.
            if (url is null || !integration.Allows(url))
                throw new SnowflakeEmulatorException(3167, "42000", $"SQL compilation error:\nLocation '{url}' is not allowed by integration '{named[0]}'. Please use DESC INTEGRATION to check out allowed and blocked locations.");
        }

        // Neither the address nor the credentials are looked at.
        return new EmulatedStage(url, url is null && !(options.TryGetValue("ENCRYPTION", out List<string>? encryption) && encryption.Contains("SNOWFLAKE_SSE")));
    }
}

/// <summary>A storage integration: OR REPLACE gives it another external id, and the trust of the role is gone.</summary>
internal sealed record EmulatedIntegration(IReadOnlyDictionary<string, List<string>> Options, string ExternalId)
{
    public static EmulatedIntegration Read(Cursor cursor)
    {
        Dictionary<string, List<string>> options = EmulatedOptions.Read(cursor, ["TYPE", "STORAGE_PROVIDER", "STORAGE_AWS_ROLE_ARN", "STORAGE_AWS_EXTERNAL_ID", "STORAGE_AWS_OBJECT_ACL", "ENABLED", "STORAGE_ALLOWED_LOCATIONS", "STORAGE_BLOCKED_LOCATIONS", "COMMENT"]);
        foreach (string needed in (string[])["TYPE", "STORAGE_PROVIDER", "ENABLED", "STORAGE_ALLOWED_LOCATIONS"])
        {
            if (!options.ContainsKey(needed))
                throw new SnowflakeEmulatorException(2029, "42601", $"SQL compilation error:\nMissing option(s): [{needed}]");
        }

        return new EmulatedIntegration(options, options.TryGetValue("STORAGE_AWS_EXTERNAL_ID", out List<string>? id) ? id[0] : $"EMULATED_SFCRole=2_{Guid.NewGuid():N}=");
    }

    public bool Allows(string url)
        => One("ENABLED") == "TRUE" && Options["STORAGE_ALLOWED_LOCATIONS"].Exists(location => location == "*" || url.StartsWith(location, StringComparison.Ordinal))
            && !(Options.TryGetValue("STORAGE_BLOCKED_LOCATIONS", out List<string>? blocked) && blocked.Exists(location => url.StartsWith(location, StringComparison.Ordinal)));

    public IEnumerable<object?[]> Describe() =>
    [
        ["ENABLED", "Boolean", One("ENABLED").ToLowerInvariant(), "false"],
        ["STORAGE_PROVIDER", "String", One("STORAGE_PROVIDER"), null],
        ["STORAGE_ALLOWED_LOCATIONS", "List", string.Join(',', Options["STORAGE_ALLOWED_LOCATIONS"]), "[]"],
        ["STORAGE_BLOCKED_LOCATIONS", "List", Options.TryGetValue("STORAGE_BLOCKED_LOCATIONS", out List<string>? blocked) ? string.Join(',', blocked) : null, "[]"],
        ["STORAGE_AWS_IAM_USER_ARN", "String", "arn:aws:iam::123456789001:user/abc1-b-self1234", null],
        ["STORAGE_AWS_ROLE_ARN", "String", One("STORAGE_AWS_ROLE_ARN"), null],
        ["STORAGE_AWS_EXTERNAL_ID", "String", ExternalId, null],
        ["COMMENT", "String", One("COMMENT"), null],
    ];

    private string One(string name) => Options.TryGetValue(name, out List<string>? values) ? values[0] : string.Empty;
}

/// <summary><c>NAME = value</c>, <c>NAME = (a, b)</c> and <c>NAME = (X = a Y = b)</c>, as DDL has them.</summary>
internal static class EmulatedOptions
{
    public static Dictionary<string, List<string>> Read(Cursor cursor, string[]? known)
    {
        Dictionary<string, List<string>> options = new(StringComparer.Ordinal);
        while (!cursor.AtEnd)
        {
            if (known is not null && !known.Contains(cursor.Current.Value))
                throw cursor.Unexpected();
            string name = cursor.Take().Value;
            cursor.ExpectSymbol("=");
            List<string> values = options[name] = [];
            if (!cursor.AcceptSymbol("("))
            {
                values.Add(cursor.Take().Value);
                continue;
            }

            while (!cursor.AcceptSymbol(")"))
            {
                if (!cursor.AcceptSymbol(",") && !cursor.AcceptSymbol("="))
                    values.Add(cursor.Take().Value);
            }
        }

        return options;
    }
}
