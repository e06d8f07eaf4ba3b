using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>Ends, begins and overwrites versions, counts what happened, and checks what was written.</summary>
internal sealed partial class PostgresScdSql
{
    private const string InsertedVersions = "inserted_versions";

    private IEnumerable<SqlStatement> Write()
    {
        Identifier surrogateKey = _plan.Dimension.SurrogateKey;
        QualifiedName keys = PostgresLedgerSql.SurrogateKeys(_names);
        // A version whose end was undone was last seen to be true where it had ended.
        yield return Statement("close-versions", "Stored versions that now end, or no longer end.", Rules.Sql($"""
            UPDATE {_dimension} AS tgt
            SET {_names.ValidTo} = {WriteEnd(new SqlText("src.ends_at"))},
                {_names.IsCurrent} = src.ends_at IS NULL,
                {_names.ChangedAt} = greatest(tgt.{_names.ChangedAt}, {ReadEnd("tgt")}),
                {_names.LoadId} = $load_id
            FROM {Versions} AS src
            WHERE src.kind = 'stored'
              AND tgt.{surrogateKey} = src.{surrogateKey}
              AND {ReadEnd("tgt")} IS DISTINCT FROM src.ends_at
            """)) with { WritesTarget = true };
        yield return Statement("insert-versions", "New versions, keyed in the order of effective time and natural key.", Rules.Sql($"""
            INSERT INTO {_dimension} ({Names(WrittenColumns.Select(column => column.Name))})
            SELECT {Lines(WrittenColumns.Select(column => column.Value))}
            FROM {Versions} AS src
            JOIN {MemberState} AS member_state ON {SameKey("member_state", "src", StateKey)}
            CROSS JOIN (SELECT last_key FROM {keys} WHERE target = $target) AS surrogate_key
            WHERE src.kind <> 'stored'
            """)) with { Counter = InsertedVersions, WritesTarget = true };
        yield return Statement("advance-surrogate-keys", "Keys given are never given again.", Rules.Sql($"""
            UPDATE {keys}
            SET last_key = last_key + (SELECT count(*) FROM {Versions} WHERE kind <> 'stored')
            WHERE target = $target
            """)) with { OnlyIf = InsertedVersions };
        if (_overwritten.Count > 0)
            yield return Overwrite();
        yield return CountOutcomes();
    }

    private IEnumerable<(Identifier Name, SqlText Value)> WrittenColumns =>
    [
        (_plan.Dimension.SurrogateKey, Rules.Sql($"surrogate_key.last_key + row_number() OVER (ORDER BY src.happens_at, {SqlText.Join(", ", _plan.Dimension.NaturalKey.Select(key => InByteOrder(Column("src", key.Name), key.Type)))})")),
        .. _key.Select(name => (name, Column("src", name))),
        .. _attributes.Select(attribute => (attribute.Column.Name, Column(attribute.Type == ScdType.Type2 ? "src" : "member_state", attribute.Column.Name))),
        .. _plan.Of(ScdType.Type3).Select(attribute => (attribute.Previous!.Name, Column("member_state", attribute.Previous!.Name))),
        (_names.ValidFrom, ValidFrom),
        (_names.ValidTo, WriteEnd(new SqlText("src.ends_at"))),
        (_names.IsCurrent, new SqlText("src.ends_at IS NULL")),
        (_names.Version, new SqlText("src.version_number")),
        (_names.ChangedAt, Rules.Sql($"greatest(member_state.{ChangedAtOfState}, src.happens_at)")),
        (_names.IsInferred, new SqlText("FALSE")),
        .. _definition.TracksDeletion ? [(_names.IsDeleted, new SqlText("src.is_delete"))] : Array.Empty<(Identifier, SqlText)>(),
        (_names.LoadId, new SqlText("$load_id")),
    ];

    private static readonly Identifier ChangedAtOfState = "changed_at";

    private SqlText ValidFrom => _definition.FirstVersionFrom is { } beginning
        ? Rules.Sql($"CASE WHEN src.version_number = 1 THEN least(src.happens_at, {Instant} {Constant(beginning.ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture))}) ELSE src.happens_at END")
        : new SqlText("src.happens_at");

    private SqlStatement Overwrite()
    {
        IReadOnlyList<Identifier> written =
        [
            .. _overwritten.Select(attribute => attribute.Column.Name),
            .. _plan.Of(ScdType.Type3).Select(attribute => attribute.Previous!.Name),
        ];
        SqlText scope = OverwritesCurrentVersionOnly ? Rules.Sql($"AND tgt.{_names.Version} = src.{VersionNumber}") : SqlText.Empty;
        return Statement("overwrite-attributes", "Types 1 and 3 hold for all versions of the member, or the current one if so declared.", Rules.Sql($"""
            UPDATE {_dimension} AS tgt
            SET {Lines(written.Select(name => Rules.Sql($"{name} = src.{name}")).Append(Rules.Sql($"{_names.ChangedAt} = src.{ChangedAtOfState}")).Append(Rules.Sql($"{_names.LoadId} = $load_id")))}
            FROM {MemberState} AS src
            WHERE {SameKey("tgt", "src", _key)}
              {scope}
              AND ({AnyTrue([.. written.Select(name => Rules.Sql($"tgt.{name} IS DISTINCT FROM src.{name}")), WentBack])})
            """)) with { WritesTarget = true };
    }

    // There and back again is news too: an event in between that comes alone later is older than this.
    private SqlText WentBack => Rules.Sql($"(tgt.{_names.IsCurrent} AND src.is_overwritten AND tgt.{_names.ChangedAt} < src.{ChangedAtOfState})");

    private static SqlStatement CountOutcomes() => Statement("count-outcomes", "What became of each row.", Rules.Sql($"""
        SELECT count(*) FILTER (WHERE begins_version AND is_first) AS new_members,
               count(*) FILTER (WHERE begins_version AND NOT is_first) AS new_versions,
               count(*) FILTER (WHERE NOT begins_version AND undoes_end) AS reopened,
               count(*) FILTER (WHERE NOT begins_version AND NOT undoes_end AND kind = 'event' AND overwrites) AS overwritten,
               count(*) FILTER (WHERE ends_member AND kind IN ('event', 'absent')) AS expired,
               count(*) FILTER (WHERE ends_member AND kind = 'absent') AS expired_by_absence
        FROM {Timeline} AS timeline
        """)) with { Kind = StatementKind.Count };

    private IEnumerable<SqlStatement> Check()
    {
        yield return Statement("check-current-versions", "members would have more than one current version", Rules.Sql($"""
            SELECT {Columns("tgt", _key)}
            FROM {_dimension} AS tgt
            JOIN {Touched} AS touched ON {SameKey("tgt", "touched", _key)}
            GROUP BY {Columns("tgt", _key)}
            HAVING count(*) FILTER (WHERE tgt.{_names.IsCurrent}) > 1
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };
        yield return Statement("check-intervals", "members would have versions that overlap, are empty or end before they begin", Rules.Sql($"""
            SELECT DISTINCT {Names(_key)}
            FROM (
                SELECT {Columns("tgt", _key)},
                       tgt.{_names.ValidFrom} AS begins_at,
                       {ReadEnd("tgt")} AS ends_at,
                       lead(tgt.{_names.ValidFrom}) OVER (PARTITION BY {Inline("tgt", _key)} ORDER BY tgt.{_names.ValidFrom}, tgt.{_names.Version}) AS next_begins_at
                FROM {_dimension} AS tgt
                JOIN {Touched} AS touched ON {SameKey("tgt", "touched", _key)}
            ) AS version
            WHERE begins_at >= ends_at
               OR next_begins_at < ends_at
               OR (next_begins_at IS NOT NULL AND ends_at IS NULL)
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };
        // That none stands there twice is what the primary key sees to.
        yield return Statement("check-surrogate-keys", "surrogate keys would be given twice", Rules.Sql($"""
            SELECT tgt.{_plan.Dimension.SurrogateKey}
            FROM {_dimension} AS tgt
            WHERE tgt.{_plan.Dimension.SurrogateKey} > (SELECT last_key FROM {PostgresLedgerSql.SurrogateKeys(_names)} WHERE target = $target)
            LIMIT 20
            """)) with { Kind = StatementKind.Guard, OnlyIf = InsertedVersions };
    }
}
