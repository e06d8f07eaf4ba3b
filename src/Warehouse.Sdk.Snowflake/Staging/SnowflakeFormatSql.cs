using System.Globalization;
using System.Text;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>A CSV format of other people's files in Snowflake's options. All that have a bearing are said: no default of an account or a stage changes what is read.</summary>
internal static class SnowflakeFormatSql
{
    /// <exception cref="ArgumentException">Snowflake cannot read such files itself.</exception>
    public static SqlText Csv(CsvFormat format, int skipHeader)
    {
        Check(format);
        var compression = new SqlText(format.Compression switch { Compression.Gzip => "GZIP", Compression.Zstd => "ZSTD", Compression.None => "NONE", _ => "AUTO" });
        string empty = format.EmptyIsNull ? "('')" : "()";
        return Rules.Sql($"""
            TYPE = CSV COMPRESSION = {compression} FIELD_DELIMITER = {Constant(format.Delimiter.ToString())} FIELD_OPTIONALLY_ENCLOSED_BY = {Constant(format.Quote.ToString())}
            ESCAPE = NONE ESCAPE_UNENCLOSED_FIELD = NONE NULL_IF = {new SqlText(empty)} EMPTY_FIELD_AS_NULL = TRUE TRIM_SPACE = FALSE ENCODING = 'UTF8'
            SKIP_BYTE_ORDER_MARK = TRUE REPLACE_INVALID_CHARACTERS = FALSE SKIP_HEADER = {new SqlText(skipHeader.ToString(CultureInfo.InvariantCulture))} ERROR_ON_COLUMN_COUNT_MISMATCH = TRUE
            """);
    }

    public static void Check(CsvFormat format)
    {
        List<string> others = [];
        if (format.Quote is not ('"' or '\''))
            others.Add($"Quote '{format.Quote}'");
        if (!char.IsAscii(format.Delimiter))
            others.Add($"Delimiter '{format.Delimiter}'");
        if (format.NullText.Length > 0)
            others.Add("NullText");
        if (format.Culture.NumberFormat.NumberDecimalSeparator != ".")
            others.Add("a Culture with another point");
        if (format.DateFormats.Count > 0)
            others.Add("DateFormats");
        if (format.TimestampFormats.Count > 0)
            others.Add("TimestampFormats");
        if (format.Encoding.CodePage != Encoding.UTF8.CodePage)
            others.Add($"Encoding {format.Encoding.WebName}");
        if (others.Count > 0)
            throw new ArgumentException($"Snowflake does not read such a file as this SDK does: {string.Join(", ", others)}. Read it with Source.StagedCsv or Source.StagedFiles, through this process.", nameof(format));
    }
}
