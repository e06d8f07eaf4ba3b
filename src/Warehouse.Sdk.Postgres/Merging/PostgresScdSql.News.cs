using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Which members the batch says anything new about: of a snapshot's millions usually a few thousand.</summary>
internal sealed partial class PostgresScdSql
{
    private static readonly QualifiedName News = Temp("news");

    private SqlText IsComplete => SqlText.Join(" AND ", RequiredColumns.Select(name => Rules.Sql($"src.{name} IS NOT NULL")));

    // Where events are kept, a row that repeats what is stored is an event all the same.
    private IEnumerable<SqlStatement> ReadEvents() => _plan.Reconciles ? [NormaliseRows(SqlText.Empty)] : SetAsideWhatIsKnown();

    private IEnumerable<SqlStatement> SetAsideWhatIsKnown() =>
    [
        Statement("find-news", "Members of whom a row says something that their open version does not; of all others nothing has to be known.", Rules.Sql($"""
            CREATE TEMP TABLE news ON COMMIT DROP AS
            SELECT DISTINCT {Columns("src", _key)}
            FROM {Staged} AS src
            LEFT JOIN {_dimension} AS tgt ON {SameKey("tgt", "src", _key)} AND tgt.{_names.IsCurrent}
            WHERE {IsComplete}
              AND ({AnyTrue([.. SaysSomethingNew])})
            """)),
        NormaliseRows(Rules.Sql($"JOIN {News} AS news ON {SameKey("news", "src", _key)}")),
        Statement("count-set-aside", "The rows of all other members agree with what is stored.", Rules.Sql($"""
            SELECT (SELECT count(*) FROM {Staged} AS src WHERE {IsComplete})
                 - (SELECT count(*) FROM {Events}) AS accepted
            """)) with { Kind = StatementKind.Count },
    ];

    private SqlStatement NormaliseRows(SqlText ofMembers) => Statement("normalise-rows", "Brings every value to the form it is compared and stored in.", Rules.Sql($"""
        CREATE TEMP TABLE events ON COMMIT DROP AS
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
        .. FilledWhenNull.Select(attribute => Rules.Sql($"(tgt.{attribute.Column.Name} IS NULL AND {Normalised(Column("src", attribute.Column.Name), attribute)} IS NOT NULL)")),
    ];
}
