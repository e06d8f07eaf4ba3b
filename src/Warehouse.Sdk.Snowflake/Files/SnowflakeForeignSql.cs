using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Rows of other people's files: as texts with file and number, then typed. A transformation of COPY hides rows that are too long, so one field more than there may be is
/// taken along.
/// </summary>
internal static class SnowflakeForeignSql
{
    private const int FurtherFields = 32;

    private static readonly Identifier FileName = "file_name";
    private static readonly Identifier RowNumber = "row_number";
    private static readonly Identifier Overflow = "overflow";

    private static QualifiedName Rows { get; } = Temp("foreign_row");

    private static QualifiedName Files { get; } = Temp("foreign_file");

    private static QualifiedName Problems { get; } = Temp("foreign_problem");

    /// <summary>How many fields of a record are taken.</summary>
    public static int Width(LoadTarget target) => target.SourceColumns.Count + FurtherFields;

    public static IReadOnlyList<SqlStatement> CreateTables(LoadTarget target) =>
    [
        Statement("create-foreign-rows", "Takes the fields of the files as texts.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {Rows} (
                {Lines(Fields(Width(target)).Append(Overflow).Append(FileName).Select(name => Rules.Sql($"{name} VARCHAR")))},
                {RowNumber} NUMBER(19,0)
            )
            """)),
        Statement("create-foreign-files", "Tells the files by what Snowflake calls them.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {Files} (
                {FileName} VARCHAR,
                first_line NUMBER(19,0),
                shape NUMBER(10,0)
            )
            """)),
        Statement("create-foreign-problems", "Takes what is wrong with a row.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {Problems} (
                line NUMBER(19,0),
                column_name VARCHAR,
                reason VARCHAR,
                raw_row VARCHAR
            )
            """)),
    ];

    /// <summary>
    /// Nothing is skipped and nothing guessed: a record that cannot be read fails the load. The ledger has told which files are new. The table is empty and the session's own, but it may
    /// have been used by a load before, and what COPY remembers of that must not count.
    /// </summary>
    public static SqlStatement Copy(LoadTarget target, SnowflakeStage stage, IEnumerable<string> paths, CsvFormat format)
    {
        int width = Width(target);
        return Statement("copy-files", "The fields of the files as they are, with file and number.", Rules.Sql($"""
            COPY INTO {Rows} ({Names(Fields(width).Append(Overflow).Append(FileName).Append(RowNumber))})
            FROM (
                SELECT {SqlText.Join(", ", Enumerable.Range(1, width + 1).Select(number => new SqlText(string.Create(CultureInfo.InvariantCulture, $"${number}"))))},
                       METADATA$FILENAME, METADATA$FILE_ROW_NUMBER
                FROM {Constant(stage.ToString())}
            )
            FILES = ({SqlText.Join(", ", paths.Select(Constant))})
            FILE_FORMAT = (
                {SnowflakeFormatSql.Csv(format, skipHeader: 0)}
            )
            ON_ERROR = ABORT_STATEMENT
            FORCE = TRUE
            """));
    }

    public static SqlStatement Count { get; } = Statement("count-files", "What came of each file.", Rules.Sql($"""
        SELECT {FileName} AS file_name, count(*) AS total
        FROM {Rows}
        GROUP BY {FileName}
        """));

    public static SqlStatement Headers(LoadTarget target) => Statement("read-headers", "The names of the fields of each file.", Rules.Sql($"""
        SELECT {Names([FileName, .. Fields(Width(target)), Overflow])}
        FROM {Rows}
        WHERE {RowNumber} = 1
        """));

    /// <summary>Of so many files at once; the parameters are <c>$file_1</c>, <c>$line_1</c>, <c>$shape_1</c> and so on.</summary>
    public static SqlStatement NameFiles(int count) => Statement("name-files", "Which file is which.", Rules.Sql($"""
        INSERT INTO {Files}
        {SqlText.Join("\nUNION ALL\n", Enumerable.Range(1, count).Select(number => new SqlText(string.Create(CultureInfo.InvariantCulture, $"SELECT $file_{number}, $line_{number}, $shape_{number}"))))}
        """));

    /// <summary>Rows of files of one header that cannot be typed: the first thing that is wrong with each.</summary>
    public static SqlStatement FindProblems(LoadTarget target, SnowflakeForeignShape shape) => Statement("find-problems", "What is wrong with a row, in the order of the columns.", Rules.Sql($"""
        INSERT INTO {Problems}
        SELECT place.first_line + src.{RowNumber},
               CASE
                   WHEN {TooLong(target, shape)} THEN NULL
                   {Cases(shape, column => SnowflakeForeignValue.Fails(column), column => Constant(column.Column.Name.Value))}
               END,
               CASE
                   WHEN {TooLong(target, shape)} THEN {Constant(FormattableString.Invariant($"more than {shape.Fields.Count} fields, expected {shape.Fields.Count}"))}
                   {Cases(shape, column => SnowflakeForeignValue.Fails(column), column => SnowflakeForeignValue.Reason(column))}
               END,
               {Raw(shape)}
        FROM {Rows} AS src
        JOIN {Files} AS place ON place.{FileName} = src.{FileName} AND place.shape = $shape
        WHERE src.{RowNumber} > $header
          AND ({TooLong(target, shape)}
               {Conditions(shape)})
        """));

    public static SqlStatement StageRows(LoadTarget target, SnowflakeForeignShape shape) => Statement("type-rows", "All other rows in the target's types.", Rules.Sql($"""
        INSERT INTO {Staged} ({Names([StagePlan.SourceLine, .. target.SourceColumns.Select(column => column.Name)])})
        SELECT place.first_line + src.{RowNumber},
               {Lines(target.SourceColumns.Select(column => shape.Columns.FirstOrDefault(field => field.Column.Name == column.Name) is { } field
                    ? SnowflakeForeignValue.Typed(field)
                    : Rules.Sql($"CAST(NULL AS {Type(column.Type)})")))}
        FROM {Rows} AS src
        JOIN {Files} AS place ON place.{FileName} = src.{FileName} AND place.shape = $shape
        LEFT JOIN {Problems} AS wrong ON wrong.line = place.first_line + src.{RowNumber}
        WHERE src.{RowNumber} > $header
          AND wrong.line IS NULL
        """));

    public static SqlStatement ReadProblems { get; } = Statement("read-problems", "The next of the rows that cannot be typed.", Rules.Sql($"""
        SELECT line, column_name, reason, raw_row
        FROM {Problems}
        WHERE line > $after_line
        ORDER BY line
        LIMIT 1000
        """));

    public static Identifier Field(int number) => new(FormattableString.Invariant($"c{number}"));

    private static IEnumerable<Identifier> Fields(int width) => Enumerable.Range(1, width).Select(Field);

    private static SqlText TooLong(LoadTarget target, SnowflakeForeignShape shape)
        => Rules.Sql($"coalesce({SqlText.Join(", ", Enumerable.Range(shape.Fields.Count + 1, Width(target) - shape.Fields.Count).Select(Field).Append(Overflow).Append(Overflow).Select(name => Column("src", name)))}) IS NOT NULL");

    private static SqlText Cases(SnowflakeForeignShape shape, Func<SnowflakeForeignColumn, SqlText> when, Func<SnowflakeForeignColumn, SqlText> then)
        => SqlText.Join("\n", shape.Columns.Where(column => !when(column).IsEmpty).Select(column => Rules.Sql($"WHEN {when(column)} THEN {then(column)}")));

    private static SqlText Conditions(SnowflakeForeignShape shape)
        => SqlText.Join("\n", shape.Columns.Select(SnowflakeForeignValue.Fails).Where(fails => !fails.IsEmpty).Select(fails => Rules.Sql($"OR {fails}")));

    // As a record that can be read again: every value in quotes, and nothing for NULL.
    private static SqlText Raw(SnowflakeForeignShape shape)
    {
        SqlText quote = Constant(shape.Format.Quote.ToString()), twice = Constant(new string(shape.Format.Quote, 2)), delimiter = Constant(shape.Format.Delimiter.ToString());
        return SqlText.Join($" || {delimiter} ||\n", Enumerable.Range(1, shape.Fields.Count).Select(Field).Select(name => Rules.Sql($"coalesce({quote} || replace(src.{name}, {quote}, {twice}) || {quote}, '')")));
    }
}
