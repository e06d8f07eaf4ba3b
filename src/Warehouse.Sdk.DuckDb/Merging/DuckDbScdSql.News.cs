using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Which members the batch says anything new about, and whom a snapshot no longer holds: of its millions usually a few thousand.</summary>
internal sealed partial class DuckDbScdSql
{
    private static readonly QualifiedName News = Temp("news");

    private SqlText IsComplete => SqlText.Join(" AND ", _plan.RequiredColumns.Select(Has));

    private SqlText IsIncomplete => SqlText.Join(" OR ", _plan.RequiredColumns.Select(Lacks));

    private SqlText Has(Identifier required) => _plan.NullDatesOf(required) is { Count: > 0 } nullDates
        ? DuckDbEquality.IsDay(Column("src", required), nullDates)
        : Rules.Sql($"src.{required} IS NOT NULL");

    private SqlText Lacks(Identifier required) => _plan.NullDatesOf(required) is { Count: > 0 } nullDates
        ? Rules.Sql($"NOT {DuckDbEquality.IsDay(Column("src", required), nullDates)}")
        : Rules.Sql($"src.{required} IS NULL");

    // Where events are kept, a row that repeats what is stored is an event all the same.
    private IEnumerable<SqlStatement> ReadRows() => _plan.Reconciles ? [NormaliseRows(SqlText.Empty), .. FindAbsentMembers()] : SetAsideWhatIsKnown();

    private IEnumerable<SqlStatement> SetAsideWhatIsKnown()
    {
        if (_plan.KnowsBeforeNews)
            yield return ReadKnownVersions(Staged);
        yield return _plan.EndsAbsentMembers ? FindNewsAndAbsence() : FindNews();
        yield return NormaliseRows(Rules.Sql($"JOIN {News} AS news ON {SameKey("news", "src", _key)}{(_plan.EndsAbsentMembers ? new SqlText(" AND NOT news.is_absent") : SqlText.Empty)}"));
        yield return Statement("count-set-aside", "The rows of all other members agree with what is stored.", Rules.Sql($"""
            SELECT count(*) FILTER (WHERE {IsComplete}) - (SELECT count(*) FROM {Events}) AS {new Identifier(Counters.Accepted)}
            FROM {Staged} AS src
            """)) with { Kind = StatementKind.Count };
        if (!_plan.EndsAbsentMembers)
            yield break;
        yield return Statement("take-absent-members", "Current members that the snapshot no longer holds.", Rules.Sql($"""
            CREATE TEMP TABLE absent AS
            SELECT {Columns("news", _key)}
            FROM {News} AS news
            WHERE news.is_absent
            """));
        yield return CountAbsentMembers();
    }

    private SqlStatement FindNews() => Statement("find-news", "Members of whom a row says something that their open version does not; of all others nothing has to be known.", Rules.Sql($"""
        CREATE TEMP TABLE news AS
        SELECT DISTINCT {Columns("src", _key)}
        FROM {Staged} AS src
        LEFT JOIN {(_plan.KnowsBeforeNews ? Known : _dimension)} AS tgt ON {SameKey("tgt", "src", _key)} AND tgt.{_names.IsCurrent}
        WHERE {IsComplete}
          AND ({AnyTrue(SaysSomethingNew)})
        """));

    private SqlStatement FindNewsAndAbsence() => Statement("find-news", "Members of whom a row says something that their open version does not, or no row anything; of all others nothing has to be known.", Rules.Sql($"""
        CREATE TEMP TABLE news AS
        SELECT DISTINCT {Lines(_key.Select(name => Rules.Sql($"coalesce(src.{name}, tgt.{name}) AS {name}")))},
               src.{_plan.ObligatoryKey[0]} IS NULL AS is_absent
        FROM (
            SELECT src.*
            FROM {Staged} AS src
            WHERE {IsComplete}
        ) AS src
        FULL JOIN (
            SELECT tgt.*
            FROM {_dimension} AS tgt
            WHERE tgt.{_names.IsCurrent}
        ) AS tgt ON {SameKey("tgt", "src", _key)}
        WHERE CASE WHEN src.{_plan.ObligatoryKey[0]} IS NULL THEN {IsMember}
                   ELSE {AnyTrue(SaysSomethingNew)}
              END
        """));

    private SqlStatement RejectIncompleteRows() => Statement("reject-incomplete-rows", "A row without a key or a time belongs to no member.", Rules.Sql($"""
        INSERT INTO {DuckDbLedgerSql.Rejects(_names)} (load_id, target, file, line, column_name, reason, raw_row)
        SELECT $load_id,
               $target,
               $path,
               src.{StagePlan.SourceLine},
               concat_ws(', ', {SqlText.Join(", ", _plan.RequiredColumns.Select(name => Rules.Sql($"CASE WHEN {Lacks(name)} THEN {Constant(name.Value)} END")))}),
               {Constant(_plan.ReasonOfIncomplete)},
               CAST(to_json(src) AS VARCHAR)
        FROM {Staged} AS src
        WHERE {IsIncomplete}
        """)) with { Counter = Counters.Rejected };

    private SqlStatement NormaliseRows(SqlText ofMembers) => Statement("normalise-rows", "Brings every value to the form it is compared and stored in.", Rules.Sql($"""
        CREATE TEMP TABLE events AS
        SELECT {Columns("src", _key)},
               {EffectiveTime} AS effective_at,
               {IsDelete} AS is_delete,
               {Lines(_attributes.Select(Normalised).Append(SequenceColumn))},
               src.{StagePlan.SourceLine}
        FROM {Staged} AS src
        {ofMembers}
        WHERE {IsComplete}
        """));

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
