using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>What must hold of the touched members before the load is committed.</summary>
internal sealed partial class DuckDbScdSql
{
    private IEnumerable<SqlStatement> Check()
    {
        yield return Statement("check-current-versions", "members would have more than one current version, or one that is not open", Rules.Sql($"""
            SELECT {Columns("tgt", _key)}
            FROM {_dimension} AS tgt
            JOIN {Touched} AS touched ON {SameKey("tgt", "touched", _key)}
            GROUP BY {Columns("tgt", _key)}
            HAVING count(*) FILTER (WHERE tgt.{_names.IsCurrent}) > 1
                OR count(*) FILTER (WHERE tgt.{_names.IsCurrent} <> ({ReadEnd("tgt")} IS NULL)) > 0
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };
        yield return Statement("check-intervals", "members would have versions that overlap, are empty or end before they begin", Rules.Sql($"""
            SELECT DISTINCT {Names(_key)}
            FROM (
                SELECT {Columns("tgt", _key)},
                       tgt.{_names.ValidFrom} AS held_from,
                       {ReadEnd("tgt")} AS ends_at,
                       lead(tgt.{_names.ValidFrom}) OVER (PARTITION BY {Inline("tgt", _key)} ORDER BY tgt.{_names.ValidFrom}, tgt.{_names.Version}) AS next_held_from
                FROM {_dimension} AS tgt
                JOIN {Touched} AS touched ON {SameKey("tgt", "touched", _key)}
            ) AS version
            WHERE held_from >= ends_at
               OR next_held_from < ends_at
               OR (next_held_from IS NOT NULL AND ends_at IS NULL)
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };
        yield return CheckNeighbours();
        yield return Statement("check-surrogate-keys", "surrogate keys would be given twice", Rules.Sql($"""
            SELECT tgt.{_plan.Dimension.SurrogateKey}
            FROM {_dimension} AS tgt
            WHERE tgt.{_plan.Dimension.SurrogateKey} > (SELECT last_key FROM {DuckDbLedgerSql.SurrogateKeys(_names)} WHERE target = $target)
               OR tgt.{_plan.Dimension.SurrogateKey} IN (
                   SELECT repeated.{_plan.Dimension.SurrogateKey}
                   FROM {_dimension} AS repeated
                   JOIN {Touched} AS touched ON {SameKey("repeated", "touched", _key)}
                   GROUP BY repeated.{_plan.Dimension.SurrogateKey}
                   HAVING count(*) > 1
               )
            LIMIT 20
            """)) with { Kind = StatementKind.Guard, OnlyIf = InsertedVersions };
    }

    private SqlStatement GuardStoredVersions()
        => Statement("guard-stored-versions", "members have several open versions in the table already, so nobody can tell which of them is true; VerifyAsync lists them, correct the table first", Rules.Sql($"""
            SELECT {Columns("stored", _key)}
            FROM {Stored} AS stored
            WHERE stored.ends_at IS NULL
            GROUP BY {Inline("stored", _key)}
            HAVING count(*) > 1
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };

    private SqlStatement CheckNeighbours()
    {
        Identifier[] tracked = [.. _type2.Select(attribute => attribute.Column.Name), .. _definition.TracksDeletion ? [_names.IsDeleted] : Array.Empty<Identifier>()];
        SqlText sayTheSame = SqlText.Join(
            "\nAND ",
            [
                .. _type2.Select(attribute => Rules.Sql($"NOT ({Differs("tgt", "next_version", attribute)})")),
                _definition.TracksDeletion ? Rules.Sql($"tgt.{_names.IsDeleted} = next_version.{_names.IsDeleted}") : SqlText.Empty,
            ]);
        SqlText whereTheySayTheSame = sayTheSame.IsEmpty ? SqlText.Empty : Rules.Sql($"WHERE {sayTheSame}");
        return Statement("check-neighbours", "members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first", Rules.Sql($"""
            WITH history AS (
                SELECT {Columns("tgt", [.. _key, .. tracked])},
                       tgt.{_names.ValidFrom} AS held_from,
                       {ReadEnd("tgt")} AS ends_at
                FROM {_dimension} AS tgt
                JOIN {Touched} AS touched ON {SameKey("tgt", "touched", _key)}
            )
            SELECT DISTINCT {Columns("tgt", _key)}
            FROM history AS tgt
            JOIN history AS next_version ON {SameKey("next_version", "tgt", _key)} AND next_version.held_from = tgt.ends_at
            {whereTheySayTheSame}
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };
    }
}
