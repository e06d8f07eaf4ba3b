using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Pipes: a COPY that Snowflake runs for each file that arrives.</summary>
internal static class SnowflakePipeSql
{
    /// <summary>No load of the SDK's has this number.</summary>
    public const long NoLoad = 0;

    private static readonly SqlText CsvFormat = new("""
        TYPE = CSV FIELD_DELIMITER = ',' FIELD_OPTIONALLY_ENCLOSED_BY = '"' ESCAPE = NONE ESCAPE_UNENCLOSED_FIELD = NONE NULL_IF = () EMPTY_FIELD_AS_NULL = TRUE
        TRIM_SPACE = FALSE ENCODING = 'UTF8' BINARY_FORMAT = HEX DATE_FORMAT = 'AUTO' TIME_FORMAT = 'AUTO' TIMESTAMP_FORMAT = 'AUTO'
        """);

    public static SqlScript Create(ZoneTable landing, PipeOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(options.SkippedLines);
        if (options.Path.Contains('\'', StringComparison.Ordinal) || options.Path.Any(char.IsControl))
            throw new ArgumentException("The path of a stage holds no quotes and no control characters.", nameof(options));
        QualifiedName name = options.Name ?? new QualifiedName(landing.Name.Schema, $"{landing.Name.Name}_pipe");
        IReadOnlyList<SourceColumn> columns = landing.SourceColumns;
        SqlText[] clauses =
        [
            new SqlText("AUTO_INGEST = TRUE"),
            options.ErrorIntegration is { } error ? Rules.Sql($"ERROR_INTEGRATION = {error}") : SqlText.Empty,
            options.NotificationTopic is { } topic ? Rules.Sql($"AWS_SNS_TOPIC = {Constant(topic)}") : SqlText.Empty,
            options.NotificationIntegration is { } integration ? Rules.Sql($"INTEGRATION = {Constant(SnowflakeIdentifierRules.Stored(integration.Value))}") : SqlText.Empty,
            Rules.Sql($"COMMENT = {Constant($"Files into {landing.Name}; no load of the SDK's.")}"),
        ];
        return new SqlScript($"pipe into {landing.Name}",
        [
            Statement("create-pipe", "Loads files as they arrive; one with a bad value is skipped as a whole.", Rules.Sql($"""
                CREATE PIPE IF NOT EXISTS {name}
                    {SqlText.Join("\n", clauses)}
                AS
                COPY INTO {landing.Name} ({Names([.. columns.Select(column => column.Name), LandingColumns.SourceFile, LandingColumns.SourceLine, landing.Conventions.LoadId])})
                FROM (
                    SELECT {Lines([.. columns.Select((column, index) => Value(column, index, options.Format)), new SqlText("METADATA$FILENAME"), new SqlText("METADATA$FILE_ROW_NUMBER"), Rules.Sql($"{NoLoad}")])}
                    FROM {Constant(Place(options))}
                )
                FILE_FORMAT = (
                    {Format(options)}
                )
                ON_ERROR = SKIP_FILE
                """)),
        ]);
    }

    // The whole reference is quoted, so that a name or path with a blank in it is one.
    private static string Place(PipeOptions options)
    {
        string path = options.Path.Trim('/');
        return Rules.Sql($"{options.Stage}").ToString() is var stage && path.Length == 0 ? $"@{stage}/" : $"@{stage}/{path}/";
    }

    private static SqlText Format(PipeOptions options) => options.Format switch
    {
        PipeFormat.Json => new SqlText("TYPE = JSON STRIP_OUTER_ARRAY = FALSE ALLOW_DUPLICATE = FALSE"),
        PipeFormat.Parquet => new SqlText("TYPE = PARQUET USE_VECTORIZED_SCANNER = TRUE"),
        _ => Rules.Sql($"""
            {CsvFormat}
            SKIP_HEADER = {options.SkippedLines}
            """),
    };

    private static SqlText Value(SourceColumn column, int index, PipeFormat format)
    {
        if (format == PipeFormat.Csv)
            return Rules.Sql($"${index + 1}");
        if (format == PipeFormat.Parquet || column.Path is null)
            return Rules.Sql($"$1:{Key(column.Name.Value)}::{Type(column.Type)}");
        SqlText path = SqlText.Join(string.Empty, ColumnPath.Steps(column.Path).Select((step, place) => step.Index is { } at ? Rules.Sql($"[{at}]") : Rules.Sql($"{new SqlText(place == 0 ? ":" : ".")}{Key(step.Name)}")));
        return Rules.Sql($"$1{path}::{Type(column.Type)}");
    }

    // A key of a document is found as it is written, whatever its case.
    private static SqlText Key(string name) => new($"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"");
}
