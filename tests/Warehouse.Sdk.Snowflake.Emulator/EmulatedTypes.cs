using System.Globalization;

namespace Warehouse.Sdk.Snowflake.Emulator;

/// <summary>A column type of Snowflake's and what stands for it in DuckDB.</summary>
internal sealed record EmulatedType(string Name, string DuckDb, int Length = 0)
{
    /// <summary>Reads a type; <paramref name="position"/> comes to stand behind it.</summary>
    public static EmulatedType Read(string sql, IReadOnlyList<Token> tokens, ref int position)
    {
        Token word = tokens[position];
        if (word.Kind != TokenKind.Word)
            throw EmulatedErrors.Unexpected(sql, word);
        position++;
        string name = word.Value;
        if (name == "DOUBLE" && position < tokens.Count && tokens[position].Is("PRECISION"))
            position++;
        List<int> arguments = [];
        if (position < tokens.Count && tokens[position].IsSymbol("("))
        {
            for (position++; !tokens[position].IsSymbol(")"); position++)
            {
                if (tokens[position].Kind == TokenKind.Number)
                    arguments.Add(int.Parse(tokens[position].Text, CultureInfo.InvariantCulture));
            }

            position++;
        }

        return Of(name, arguments) ?? throw new SnowflakeEmulatorException(2040, "42601", $"SQL compilation error: Unsupported data type '{name}'.");
    }

    private static EmulatedType? Of(string name, List<int> arguments)
    {
        switch (name)
        {
            case "NUMBER" or "DECIMAL" or "NUMERIC":
                int precision = arguments.Count > 0 ? arguments[0] : 38;
                int scale = arguments.Count > 1 ? arguments[1] : 0;
                if (precision is < 1 or > 38 || scale > precision)
                    throw new SnowflakeEmulatorException(2008, "42601", $"SQL compilation error: invalid precision {precision} or scale {scale} of a number.");
                return new EmulatedType(
                    $"NUMBER({precision},{scale})",
                    (precision, scale) switch { (5, 0) => "SMALLINT", (10, 0) => "INTEGER", (19, 0) => "BIGINT", _ => $"DECIMAL({precision},{scale})" });
            case "INT" or "INTEGER" or "BIGINT" or "SMALLINT" or "TINYINT" or "BYTEINT":
                return new EmulatedType("NUMBER(38,0)", "BIGINT");
            case "FLOAT" or "FLOAT4" or "FLOAT8" or "DOUBLE" or "REAL":
                return new EmulatedType("FLOAT", "DOUBLE");
            case "VARCHAR" or "STRING" or "TEXT":
                return new EmulatedType(arguments.Count > 0 ? $"VARCHAR({arguments[0]})" : "VARCHAR", "VARCHAR", arguments.Count > 0 ? arguments[0] : 0);
            case "CHAR" or "CHARACTER":
                return new EmulatedType($"VARCHAR({(arguments.Count > 0 ? arguments[0] : 1)})", "VARCHAR", arguments.Count > 0 ? arguments[0] : 1);
            case "BOOLEAN":
                return new EmulatedType("BOOLEAN", "BOOLEAN");
            case "DATE":
                return new EmulatedType("DATE", "DATE");
            case "TIME":
                return new EmulatedType("TIME", "TIME");
            case "TIMESTAMP" or "DATETIME" or "TIMESTAMP_NTZ" or "TIMESTAMPNTZ":
                return new EmulatedType("TIMESTAMP_NTZ", "TIMESTAMP");
            case "TIMESTAMP_TZ" or "TIMESTAMP_LTZ" or "TIMESTAMPTZ" or "TIMESTAMPLTZ":
                return new EmulatedType("TIMESTAMP_TZ", "TIMESTAMPTZ");
            case "BINARY" or "VARBINARY":
                return new EmulatedType("BINARY", "BLOB");
            case "VARIANT" or "OBJECT" or "ARRAY":
                return new EmulatedType(name, "JSON");
            default:
                return null;
        }
    }
}
