using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What must hold of the touched members before the load is committed.</summary>
internal sealed partial class SnowflakeScdSql
{
    private static readonly QualifiedName Written = Temp("written");

    private IEnumerable<SqlStatement> Check()
    {
        yield return Statement("read-written-versions", "The history of the touched members as it now stands in the table.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("written")} AS
            SELECT {Columns("tgt", [_plan.Dimension.SurrogateKey, .. _key, _names.IsCurrent, _names.Version])},
                   tgt.{_names.ValidFrom} AS held_from,
                   {ReadEnd("tgt")} AS ends_at
            FROM {_dimension} AS tgt
            JOIN {Touched} AS touched ON {SameKey("tgt", "touched", _key)}
            """));
        yield return Statement("check-current-versions", "members would have more than one current version, or one that is not open", Rules.Sql($"""
            SELECT {Columns("tgt", _key)}
            FROM {Written} AS tgt
            GROUP BY {Columns("tgt", _key)}
            HAVING count_if(tgt.{_names.IsCurrent}) > 1
                OR count_if(tgt.{_names.IsCurrent} <> (tgt.ends_at IS NULL)) > 0
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };
        yield return Statement("check-intervals", "members would have versions that overlap, are empty or end before they begin", Rules.Sql($"""
            SELECT DISTINCT {Names(_key)}
            FROM (
                SELECT {Columns("tgt", _key)},
                       tgt.held_from,
                       tgt.ends_at,
                       lead(tgt.held_from) OVER (PARTITION BY {Inline("tgt", _key)} ORDER BY tgt.held_from, tgt.{_names.Version}) AS next_held_from
                FROM {Written} AS tgt
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
            WHERE tgt.{_plan.Dimension.SurrogateKey} > (SELECT last_key FROM {SnowflakeLedgerSql.SurrogateKeys(_names)} WHERE target = $target)
               OR tgt.{_plan.Dimension.SurrogateKey} IN (
                   SELECT repeated.{_plan.Dimension.SurrogateKey}
                   FROM {Written} AS repeated
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

    // What the timeline makes of a member is what was written; its values are compared before they are looked for in the table again.
    private SqlStatement CheckNeighbours()
    {
        SqlText sayTheSame = SqlText.Join(
            "\nAND ",
            [
                .. _type2.Select(attribute => Rules.Sql($"NOT ({Differs("src", "next_version", attribute)})")),
                _definition.TracksDeletion ? new SqlText("src.is_delete = next_version.is_delete") : SqlText.Empty,
            ]);
        SqlText whereTheySayTheSame = sayTheSame.IsEmpty ? SqlText.Empty : Rules.Sql($"WHERE {sayTheSame}");
        return Statement("check-neighbours", "members would have two versions that say the same and follow each other without a gap; if an attribute was of type 2 before, merge its versions first", Rules.Sql($"""
            SELECT DISTINCT {Columns("src", _key)}
            FROM {Versions} AS src
            JOIN {Versions} AS next_version ON {SameKey("next_version", "src", _key)} AND next_version.held_from = src.ends_at
            {whereTheySayTheSame}
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };
    }
}
