using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Which members the batch says anything new about, and whom a snapshot no longer holds: of its millions usually a few thousand.</summary>
internal sealed partial class PostgresScdSql
{
    private SqlText IsComplete => SqlText.Join(" AND ", _plan.RequiredColumns.Select(Has));

    private SqlText IsIncomplete => SqlText.Join(" OR ", _plan.RequiredColumns.Select(Lacks));

    private SqlText Has(Identifier required) => _plan.NullDatesOf(required) is { Count: > 0 } nullDates
        ? PostgresEquality.IsDay(Column("src", required), nullDates)
        : Rules.Sql($"src.{required} IS NOT NULL");

    private SqlText Lacks(Identifier required) => _plan.NullDatesOf(required) is { Count: > 0 } nullDates
        ? Rules.Sql($"NOT {PostgresEquality.IsDay(Column("src", required), nullDates)}")
        : Rules.Sql($"src.{required} IS NULL");

    // Where events are kept, a row that repeats what is stored is an event all the same.
    private IEnumerable<SqlStatement> ReadRows() => _plan.Reconciles ? TakeAllRows() : SetAsideWhatIsKnown();

    private IEnumerable<SqlStatement> TakeAllRows() =>
    [
        Statement("reject-incomplete-rows", "A row without a key or a time belongs to no member.", RejectIncompleteRows) with { Counter = Counters.Rejected },
        Statement("normalise-rows", "Brings every value to the form it is compared and stored in.", Rules.Sql($"""
            CREATE TEMP TABLE events ON COMMIT DROP AS
            {NormalisedRows}
            FROM {Staged} AS src
            WHERE {IsComplete}
            """)),
        .. FindAbsentMembers(),
    ];

    private IEnumerable<SqlStatement> SetAsideWhatIsKnown()
    {
        yield return Statement("create-events", "Takes the rows that say something new.", Rules.Sql($"""
            CREATE TEMP TABLE events ON COMMIT DROP AS
            {NormalisedRows}
            FROM {Staged} AS src
            WITH NO DATA
            """));
        if (_plan.EndsAbsentMembers)
        {
            yield return Statement("create-absent", "Takes the current members that the snapshot no longer holds.", Rules.Sql($"""
                CREATE TEMP TABLE absent ON COMMIT DROP AS
                SELECT {Columns("tgt", _key)}
                FROM {_dimension} AS tgt
                WITH NO DATA
                """));
        }

        if (_plan.KnowsBeforeNews)
        {
            yield return Statement("create-known", "Takes what is stored of the batch's members.", Rules.Sql($"""
                CREATE TEMP TABLE known ON COMMIT DROP AS
                SELECT tgt.*
                FROM {_dimension} AS tgt
                WITH NO DATA
                """));
        }

        yield return TakeNews();
        if (_plan.KnowsBeforeNews)
            yield return AnalyzeKnown;
        foreach (SqlStatement statement in PostgresStageSql.CheckTrailingSpaces(_plan.Dimension, Events))
            yield return statement;
    }

    /// <summary>
    /// One statement, because a source that is read in place may change between two. A row without a line stands in such a source, and was not
    /// counted yet.
    /// </summary>
    private SqlStatement TakeNews() => Statement("take-news", "The rows of members of whom a row says something that their open version does not; of all others nothing has to be known.", Rules.Sql($"""
        WITH
        {Lines([.. KnownOfBatch, NewsOfBatch, RejectedOfBatch, EventsOfBatch, AbsentOfBatch])}
        SELECT {Lines(CountsOfBatch)}
        FROM {Staged} AS src
        """)) with { Kind = StatementKind.Count };

    private SqlText NewsOfBatch => Rules.Sql($"""
        news AS MATERIALIZED (
            SELECT {Lines([.. _key.Select(KeyOfNews), IsAbsent])}
            FROM (
                SELECT src.*
                FROM {Staged} AS src
                WHERE {IsComplete}
            ) AS src
            {JoinOpenVersions}
            WHERE {IsNewsOrAbsence}
        )
        """);

    private SqlText RejectedOfBatch => Rules.Sql($"""
        rejected AS (
            {RejectIncompleteRows}
            RETURNING 1
        )
        """);

    private SqlText EventsOfBatch => Rules.Sql($"""
        events AS (
            INSERT INTO {Events}
            {NormalisedRows}
            FROM {Staged} AS src
            JOIN (
                SELECT DISTINCT {Columns("news", _key)}
                FROM news
                {(_plan.EndsAbsentMembers ? new SqlText("WHERE NOT news.is_absent") : SqlText.Empty)}
            ) AS news ON {SameKey("news", "src", _key)}
            WHERE {IsComplete}
            RETURNING 1
        )
        """);

    private IEnumerable<SqlText> KnownOfBatch => _plan.KnowsBeforeNews
        ?
        [
            Rules.Sql($"""
                members AS (
                    SELECT DISTINCT {Columns("src", _key)}
                    FROM {Staged} AS src
                    WHERE {IsComplete}
                )
                """),
            Rules.Sql($"""
                known AS (
                    INSERT INTO {Known}
                    SELECT tgt.*
                    FROM {_dimension} AS tgt
                    JOIN members ON {SameKey("tgt", "members", _key)}
                    RETURNING *
                )
                """),
        ]
        : [];

    private SqlText KeyOfNews(Identifier name) => _plan.EndsAbsentMembers ? Rules.Sql($"coalesce(src.{name}, tgt.{name}) AS {name}") : Column("src", name);

    private SqlText IsAbsent => _plan.EndsAbsentMembers ? Rules.Sql($"src.{_plan.ObligatoryKey[0]} IS NULL AS is_absent") : SqlText.Empty;

    private SqlText JoinOpenVersions => _plan.EndsAbsentMembers
        ? Rules.Sql($"""
            FULL JOIN (
                SELECT tgt.*
                FROM {_dimension} AS tgt
                WHERE tgt.{_names.IsCurrent}
            ) AS tgt ON {SameKey("tgt", "src", _key)}
            """)
        : Rules.Sql($"LEFT JOIN {(_plan.KnowsBeforeNews ? new SqlText("known") : Rules.Sql($"{_dimension}"))} AS tgt ON {SameKey("tgt", "src", _key)} AND tgt.{_names.IsCurrent}");

    private SqlText IsNewsOrAbsence => _plan.EndsAbsentMembers
        ? Rules.Sql($"""
            CASE WHEN src.{_plan.ObligatoryKey[0]} IS NULL THEN {IsMember}
                 ELSE {AnyTrue(SaysSomethingNew)}
            END
            """)
        : AnyTrue(SaysSomethingNew);

    private SqlText AbsentOfBatch => _plan.EndsAbsentMembers
        ? Rules.Sql($"""
            absent AS (
                INSERT INTO {Absentees}
                SELECT {Columns("news", _key)}
                FROM news
                WHERE news.is_absent
                RETURNING 1
            )
            """)
        : SqlText.Empty;

    private IEnumerable<SqlText> CountsOfBatch =>
    [
        Rules.Sql($"count(*) FILTER (WHERE src.{StagePlan.SourceLine} IS NULL) AS {new Identifier(Counters.Read)}"),
        Rules.Sql($"(SELECT count(*) FROM rejected) AS {new Identifier(Counters.Rejected)}"),
        Rules.Sql($"count(*) FILTER (WHERE {IsComplete}) - (SELECT count(*) FROM events) AS {new Identifier(Counters.Accepted)}"),
        .. _plan.EndsAbsentMembers
            ?
            [
                Rules.Sql($"CASE WHEN count(*) = 0 THEN 1 ELSE 0 END AS {new Identifier(EmptySnapshot)}"),
                Rules.Sql($"CASE WHEN count(*) = 0 THEN 0 ELSE (SELECT count(*) FROM absent) END AS {new Identifier(AbsentMembers)}"),
            ]
            : Array.Empty<SqlText>(),
    ];

    private SqlText RejectIncompleteRows => Rules.Sql($"""
        INSERT INTO {PostgresLedgerSql.Rejects(_names)} (load_id, target, file, line, column_name, reason, raw_row)
        SELECT $load_id,
               $target,
               CAST($path AS text),
               src.{StagePlan.SourceLine},
               {Listed(_plan.RequiredColumns.Select(name => Rules.Sql($"CASE WHEN {Lacks(name)} THEN {Constant(name.Value)} END")))},
               {Constant(_plan.ReasonOfIncomplete)},
               CAST(to_json(src.*) AS text)
        FROM {Staged} AS src
        WHERE {IsIncomplete}
        """);

    private SqlText NormalisedRows => Rules.Sql($"""
        SELECT {Columns("src", _key)},
               {EffectiveTime} AS effective_at,
               {IsDelete} AS is_delete,
               {Lines(_attributes.Select(Normalised).Append(SequenceColumn))},
               src.{StagePlan.SourceLine}
        """);

    // A type 0 value that differs later is no news, nor is a row that repeats the open version within its time.
    private IEnumerable<SqlText> SaysSomethingNew =>
    [
        Rules.Sql($"tgt.{_plan.Dimension.SurrogateKey} IS NULL"),
        Rules.Sql($"tgt.{_names.IsInferred}"),
        _definition.TracksDeletion ? Rules.Sql($"tgt.{_names.IsDeleted}") : SqlText.Empty,
        _definition.Operation is null ? SqlText.Empty : IsDelete,
        Rules.Sql($"{EffectiveTime} < tgt.{_names.ValidFrom}"),
        .. _type2.Concat(_overwritten).Select(attribute => Differs(Column("tgt", attribute.Column.Name), Normalised(Column("src", attribute.Column.Name), attribute), attribute)),
        .. _plan.FilledWhenNull.Select(attribute => Rules.Sql($"(tgt.{attribute.Column.Name} IS NULL AND {Normalised(Column("src", attribute.Column.Name), attribute)} IS NOT NULL)")),
    ];
}
