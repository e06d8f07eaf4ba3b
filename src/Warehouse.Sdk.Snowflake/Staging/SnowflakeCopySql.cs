using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>PUT, COPY and REMOVE of our own part files. None of them takes bound values, so names and paths go through one place that quotes.</summary>
internal static class SnowflakeCopySql
{
    /// <summary>The most names that FILES takes.</summary>
    public const int MostFiles = 1000;

    /// <summary>Everything is said, so that nothing is guessed: no default of an account or a stage changes what is read.</summary>
    private static readonly SqlText Format = new("""
        TYPE = CSV COMPRESSION = GZIP FIELD_DELIMITER = ',' RECORD_DELIMITER = '\n' FIELD_OPTIONALLY_ENCLOSED_BY = '"' ESCAPE = NONE ESCAPE_UNENCLOSED_FIELD = NONE
        NULL_IF = () EMPTY_FIELD_AS_NULL = TRUE TRIM_SPACE = FALSE ENCODING = 'UTF8' SKIP_HEADER = 0 ERROR_ON_COLUMN_COUNT_MISMATCH = TRUE BINARY_FORMAT = HEX
        DATE_FORMAT = 'YYYY-MM-DD' TIME_FORMAT = 'HH24:MI:SS.FF6' TIMESTAMP_FORMAT = 'AUTO'
        """);

    /// <summary>A folder of a stage: it ends with a slash, because a path is a prefix and <c>run1</c> would mean <c>run10</c> too.</summary>
    public static string Folder(string stage, string path) => $"{stage.TrimEnd('/')}/{path.Trim('/')}/";

    public static string Put(string file, string folder)
        => Rules.Sql($"PUT {Constant("file://" + file.Replace('\\', '/'))} {Constant(folder)} SOURCE_COMPRESSION = GZIP AUTO_COMPRESS = FALSE OVERWRITE = TRUE").ToString();

    public static string Copy(QualifiedName table, IReadOnlyList<Identifier> columns, string folder, IEnumerable<string> files)
        => Rules.Sql($"""
            COPY INTO {table} ({Names(columns)})
            FROM {Constant(folder)}
            FILES = ({SqlText.Join(", ", files.Select(Constant))})
            FILE_FORMAT = (
                {Format}
            )
            ON_ERROR = ABORT_STATEMENT
            """).ToString();

    public static string List(string folder) => Rules.Sql($"LIST {Constant(folder)}").ToString();

    public static string Remove(string folder) => Rules.Sql($"REMOVE {Constant(folder)}").ToString();
}
