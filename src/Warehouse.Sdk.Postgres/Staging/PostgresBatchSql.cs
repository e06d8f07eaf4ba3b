using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>
/// What every batch goes through before it meets its target: repeated rows collapse, a sequence decides between different ones, and what
/// cannot be decided is rejected. Leaves the rows that count in <c>pg_temp.incoming</c>.
/// </summary>
internal sealed record PostgresBatchSql
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
    public (Identifier Name, ColumnType Type)? Sequence { get; init; }

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
            CREATE TEMP TABLE repeated ON COMMIT DROP AS
            SELECT {Columns("src", Key)},
                   {LastSequence}
                   count(*) AS copies
            FROM {Rows} AS src
            {Where(Complete)}
            GROUP BY {Inline("src", Key)}
            HAVING count(*) > 1
            """)),
        Statement("count-repeated-keys", "Whether anything has to be decided at all.", Rules.Sql($"SELECT count(*) AS repeated_keys FROM {Repeated}")) with { Kind = StatementKind.Count },
        Statement("decide-repeated-rows", Sequence is null ? "Exact copies collapse into one." : "Exact copies collapse into one; the last by sequence wins.", Rules.Sql($"""
            CREATE TEMP TABLE decided ON COMMIT DROP AS
            SELECT {Lines(Content.Select(OneSpelling))},
                   {DecidedSequence}
                   min(src.{LandingColumns.SourceLine}) AS {LandingColumns.SourceLine}
            FROM {Rows} AS src
            JOIN {Repeated} AS repeated ON {SameKey("repeated", "src", Key)}
            {Where(Complete)}
            GROUP BY {Lines([.. Content.Select(Compared), Sequence is null ? SqlText.Empty : new SqlText("repeated.last_sequence")])}
            {LastBySequence}
            """)) with { OnlyIf = RepeatedKeys },
        Statement("find-conflicts", "Keys that are still there with different values.", Rules.Sql($"""
            CREATE TEMP TABLE conflicts ON COMMIT DROP AS
            SELECT {Columns("src", Key)},
                   {DifferingColumns} AS differing_columns
            FROM {Decided} AS src
            {Where(NotDelete)}
            GROUP BY {Columns("src", Key)}
            HAVING count(*) > 1
            """)) with { OnlyIf = RepeatedKeys },
        Statement("reject-conflicting-rows", "None of them can be chosen, so all are kept aside.", Rules.Sql($"""
            INSERT INTO {PostgresLedgerSql.Rejects(Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   CAST($path AS text),
                   src.{LandingColumns.SourceLine},
                   conflicts.differing_columns,
                   {Constant(Conflict + " (")} || {KeyText("src", Key, OptionalKey)} || ')',
                   CAST(to_json(src.*) AS text)
            FROM {Rows} AS src
            JOIN {Conflicts} AS conflicts ON {SameKey("conflicts", "src", Key)}
            {Where(Complete)}
            """)) with { Counter = Counters.Rejected, OnlyIf = RepeatedKeys },
        Statement("take-incoming", "The rows whose key stands in the batch once.", Rules.Sql($"""
            CREATE TEMP TABLE incoming ON COMMIT DROP AS
            SELECT {Columns("src", Content)},
                   {KeptSequence}
                   src.{LandingColumns.SourceLine}
            FROM {Rows} AS src
            WHERE NOT EXISTS (SELECT 1 FROM {Repeated} AS repeated WHERE {SameKey("repeated", "src", Key)})
              {AndComplete}
            """)),
        Statement("take-decided-rows", "And the one row that was chosen for a repeated key.", Rules.Sql($"""
            INSERT INTO {Incoming}
            SELECT {Columns("src", Content)},
                   {KeptSequence}
                   src.{LandingColumns.SourceLine}
            FROM {Decided} AS src
            WHERE NOT EXISTS (SELECT 1 FROM {Conflicts} AS conflicts WHERE {SameKey("conflicts", "src", Key)})
            """)) with { OnlyIf = RepeatedKeys },
        Analyze(Incoming, "The planner has to know how large the batch is."),
        Statement("count-duplicates", "Copies that collapsed and rows that were superseded.", Rules.Sql($"""
            SELECT (SELECT CAST(coalesce(sum(repeated.copies), 0) AS bigint)
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
        => isOptional ? Rules.Sql($"coalesce(CAST({value} AS text), 'NULL')") : Rules.Sql($"CAST({value} AS text)");

    private SqlText KeptSequence => KeepsSequence ? Rules.Sql($"src.{EventTable.SequenceNumber},") : SqlText.Empty;

    private SqlText DecidedSequence => KeepsSequence ? Rules.Sql($"repeated.last_sequence AS {EventTable.SequenceNumber},") : SqlText.Empty;

    private SqlText LastSequence => Sequence is null ? SqlText.Empty : Rules.Sql($"{GreatestSequence} AS last_sequence,");

    private SqlText LastBySequence => Sequence is null ? SqlText.Empty : Rules.Sql($"HAVING {GreatestSequence} IS NOT DISTINCT FROM repeated.last_sequence");

    // max() knows neither truth values nor identifiers nor bytes, though they have an order.
    private SqlText GreatestSequence
    {
        get
        {
            var (name, type) = Sequence.GetValueOrDefault();
            SqlText value = Column("src", name);
            return type.Kind is ColumnKind.Boolean or ColumnKind.Uuid or ColumnKind.Bytes or ColumnKind.Json
                ? Rules.Sql($"(array_agg({value} ORDER BY {value} DESC NULLS LAST))[1]")
                : Rules.Sql($"max({InByteOrder(value, type)})");
        }
    }

    // Rows that are nothing but their key cannot differ in anything else.
    private SqlText DifferingColumns => Content.Except(Key).Any()
        ? Listed(Content.Except(Key).Select(Differs))
        : new SqlText("CAST(NULL AS text)");

    private SqlText NotDelete => IsDelete.IsEmpty ? SqlText.Empty : Rules.Sql($"NOT {IsDelete}");

    private SqlText SameKey(string left, string right, IEnumerable<Identifier> key) => PostgresSql.SameKey(left, right, key, OptionalKey);

    private SqlText AndComplete => Complete.IsEmpty ? SqlText.Empty : Rules.Sql($"AND {Complete}");

    private static SqlText Where(SqlText condition) => condition.IsEmpty ? SqlText.Empty : Rules.Sql($"WHERE {condition}");

    // Of several spellings the same one is kept in whatever order they come: that of the last by sequence.
    private SqlText OneSpelling(Identifier column) => !CaseIgnored.Contains(column)
        ? Column("src", column)
        : Sequence is { } sequence
            ? Rules.Sql($"(array_agg(src.{column} ORDER BY src.{sequence.Name} DESC NULLS LAST, src.{column} COLLATE \"C\"))[1] AS {column}")
            : Rules.Sql($"min(src.{column} COLLATE \"C\") COLLATE \"default\" AS {column}");

    private SqlText Compared(Identifier column) => CaseIgnored.Contains(column) ? Lower(Column("src", column)) : Column("src", column);

    private SqlText Differs(Identifier column)
        => Rules.Sql($"CASE WHEN count(DISTINCT {Compared(column)}) > 1 OR count(src.{column}) NOT IN (0, count(*)) THEN {Constant(column.Value)} END");
}
