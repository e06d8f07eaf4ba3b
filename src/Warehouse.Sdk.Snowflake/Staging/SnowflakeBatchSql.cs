using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// What every batch goes through before it meets its target: repeated rows collapse, a sequence decides between different ones, and what
/// cannot be decided is rejected. Leaves the rows that count in <c>warehouse_work.incoming</c>.
/// </summary>
internal sealed record SnowflakeBatchSql
{
    /// <summary>The table the rows are in.</summary>
    public required QualifiedName Rows { get; init; }

    /// <summary>Which of them are complete; empty when all are.</summary>
    public SqlText Complete { get; init; }

    /// <summary>The columns that may occur once.</summary>
    public required IReadOnlyList<Identifier> Key { get; init; }

    /// <summary>Of <see cref="Key"/>, the columns in which NULL is a value like any other.</summary>
    public IReadOnlySet<Identifier> OptionalKey { get; init; } = new HashSet<Identifier>();

    /// <summary>All columns that two copies of a row share.</summary>
    public required IReadOnlyList<Identifier> Content { get; init; }

    /// <summary>Of <see cref="Content"/>, the texts whose case does not make two rows different.</summary>
    public IReadOnlyList<Identifier> CaseIgnored { get; init; } = [];

    /// <summary>The column that decides between different rows of one key.</summary>
    public Identifier? Sequence { get; init; }

    /// <summary>True when the sequence is needed after it has decided.</summary>
    public bool KeepsSequence { get; init; }

    /// <summary>The column that is true of a delete, which may stand next to a row of the same key; empty when there is none.</summary>
    public SqlText IsDelete { get; init; }

    public required ModelConventions Conventions { get; init; }

    /// <summary>What repeats, in the words of the reject table.</summary>
    public required string Conflict { get; init; }

    private const string RepeatedKeys = "repeated_keys";

    private static readonly QualifiedName Repeated = Temp("repeated");
    private static readonly QualifiedName Decided = Temp("decided");
    private static readonly QualifiedName Conflicts = Temp("conflicts");

    public static QualifiedName Incoming { get; } = Temp("incoming");

    public IEnumerable<SqlStatement> Statements() =>
    [
        Statement("find-repeated-keys", "Keys that stand in the batch more than once; usually none.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("repeated")} AS
            SELECT {Columns("src", Key)},
                   count(*) AS copies
            FROM {Rows} AS src
            {Where(Complete)}
            GROUP BY ALL
            HAVING count(*) > 1
            """)),
        Statement("count-repeated-keys", "Whether anything has to be decided at all.", Rules.Sql($"SELECT count(*) AS repeated_keys FROM {Repeated}")) with { Kind = StatementKind.Count },
        Statement("decide-repeated-rows", Sequence is null ? "Exact copies collapse into one." : "Exact copies collapse into one; the last by sequence wins.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("decided")} AS
            SELECT {Lines(Content.Select(OneSpelling))},
                   {SequenceColumn}
                   min(src.{LandingColumns.SourceLine}) AS {LandingColumns.SourceLine}
            FROM {Rows} AS src
            JOIN {Repeated} AS repeated ON {SameKey("repeated", "src", Key)}
            {Where(Complete)}
            GROUP BY {Lines(Content.Select(Compared))}
            {LastBySequence}
            """)) with { OnlyIf = RepeatedKeys },
        Statement("find-conflicts", "Keys that are still there with different values.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("conflicts")} AS
            SELECT {Columns("src", Key)},
                   {DifferingColumns} AS differing_columns
            FROM {Decided} AS src
            {Where(NotDelete)}
            GROUP BY {Columns("src", Key)}
            HAVING count(*) > 1
            """)) with { OnlyIf = RepeatedKeys },
        Statement("reject-conflicting-rows", "None of them can be chosen, so all are kept aside.", Rules.Sql($"""
            INSERT INTO {SnowflakeLedgerSql.Rejects(Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{LandingColumns.SourceLine},
                   conflicts.differing_columns,
                   {Constant(Conflict + " (")} || {KeyText("src", Key, OptionalKey)} || ')',
                   to_json(object_construct_keep_null(src.*))
            FROM {Rows} AS src
            JOIN {Conflicts} AS conflicts ON {SameKey("conflicts", "src", Key)}
            {Where(Complete)}
            """)) with { Counter = Counters.Rejected, OnlyIf = RepeatedKeys },
        // As a join: a NOT EXISTS would first look for the distinct keys of all rows.
        Statement("take-incoming", "The rows whose key stands in the batch once.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("incoming")} AS
            SELECT {Columns("src", Content)},
                   {KeptSequence}
                   src.{LandingColumns.SourceLine}
            FROM {Rows} AS src
            LEFT JOIN {Repeated} AS repeated ON {SameKey("repeated", "src", Key)}
            WHERE repeated.copies IS NULL
              {And(Complete)}
            """)),
        Statement("take-decided-rows", "And the one row that was chosen for a repeated key.", Rules.Sql($"""
            INSERT INTO {Incoming}
            SELECT {Columns("src", Content)},
                   {KeptSequence}
                   src.{LandingColumns.SourceLine}
            FROM {Decided} AS src
            WHERE NOT EXISTS (SELECT 1 FROM {Conflicts} AS conflicts WHERE {SameKey("conflicts", "src", Key)})
            """)) with { OnlyIf = RepeatedKeys },
        Statement("count-duplicates", "Copies that collapsed and rows that were superseded.", Rules.Sql($"""
            SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS BIGINT)
                    FROM {Repeated} AS repeated
                    WHERE NOT EXISTS (SELECT 1 FROM {Conflicts} AS conflicts WHERE {SameKey("conflicts", "repeated", Key)}))
                 - (SELECT count(*)
                    FROM {Decided} AS decided
                    WHERE NOT EXISTS (SELECT 1 FROM {Conflicts} AS conflicts WHERE {SameKey("conflicts", "decided", Key)})) AS duplicates
            """)) with { Kind = StatementKind.Count, OnlyIf = RepeatedKeys },
    ];

    /// <summary><c>'id = ' || src.id</c>: names a key in a reason, so that people find it.</summary>
    public static SqlText KeyText(string alias, IReadOnlyList<Identifier> key, IReadOnlySet<Identifier>? optional = null)
        => SqlText.Join(" || ', ' || ", key.Select(name => Rules.Sql($"{Constant($"{name.Value} = ")} || {TextOf(Column(alias, name), optional?.Contains(name) == true)}")));

    private static SqlText TextOf(SqlText value, bool isOptional)
        => isOptional ? Rules.Sql($"coalesce(CAST({value} AS VARCHAR), 'NULL')") : Rules.Sql($"CAST({value} AS VARCHAR)");

    private SqlText SequenceColumn => KeepsSequence && Sequence is { } sequence ? Rules.Sql($"max(src.{sequence}) AS {EventTable.SequenceNumber},") : SqlText.Empty;

    private SqlText KeptSequence => KeepsSequence ? Rules.Sql($"src.{EventTable.SequenceNumber},") : SqlText.Empty;

    // Not by its new name: the rows may have a column of that name, which would be meant instead.
    private SqlText LastBySequence => Sequence is not { } sequence
        ? SqlText.Empty
        : Rules.Sql($"QUALIFY max(src.{sequence}) IS NOT DISTINCT FROM max(max(src.{sequence})) OVER (PARTITION BY {Inline("src", Key)})");

    // Rows that are nothing but their key cannot differ in anything else.
    private SqlText DifferingColumns => Lines(Content.Except(Key).Select(Differs)) is { IsEmpty: false } names
        ? Rules.Sql($"array_to_string(array_construct_compact({names}), ', ')")
        : new SqlText("CAST(NULL AS VARCHAR)");

    private SqlText NotDelete => IsDelete.IsEmpty ? SqlText.Empty : Rules.Sql($"NOT {IsDelete}");

    private SqlText SameKey(string left, string right, IEnumerable<Identifier> key) => SnowflakeSql.SameKey(left, right, key, OptionalKey);

    private static SqlText And(SqlText condition) => condition.IsEmpty ? SqlText.Empty : Rules.Sql($"AND {condition}");

    private static SqlText Where(SqlText condition) => condition.IsEmpty ? SqlText.Empty : Rules.Sql($"WHERE {condition}");

    // Of several spellings the same one is kept in whatever order they come: that of the last by sequence.
    private SqlText OneSpelling(Identifier column) => !CaseIgnored.Contains(column)
        ? Column("src", column)
        : Sequence is { } sequence
            ? Rules.Sql($"CAST(get(array_agg(src.{column}) WITHIN GROUP (ORDER BY src.{sequence} DESC NULLS LAST, src.{column}), 0) AS VARCHAR) AS {column}")
            : Rules.Sql($"min(src.{column}) AS {column}");

    private SqlText Compared(Identifier column) => CaseIgnored.Contains(column) ? Rules.Sql($"lower(src.{column})") : Column("src", column);

    // Snowflake knows no least and no greatest of BOOLEAN.
    private SqlText Differs(Identifier column)
        => Rules.Sql($"CASE WHEN count(DISTINCT {Compared(column)}) > 1 OR count(src.{column}) NOT IN (0, count(*)) THEN {Constant(column.Value)} END");
}
