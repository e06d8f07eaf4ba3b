using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Brings the stored versions to the history that the timeline tells.</summary>
internal sealed partial class SnowflakeScdSql
{
    private const string InsertedVersions = "inserted_versions";
    private const string VanishedVersions = "vanished_versions";
    private const string EndedVersions = "ended_versions";
    private const string MovedVersions = "moved_versions";

    private static readonly QualifiedName Changed = Temp("changed");
    private static readonly QualifiedName Vanished = Temp("vanished");

    private IEnumerable<SqlStatement> Write()
    {
        Identifier surrogateKey = _plan.Dimension.SurrogateKey;
        QualifiedName keys = SnowflakeLedgerSql.SurrogateKeys(_names);
        yield return Statement("delete-vanished-versions", "Versions that the history no longer has; nothing holds their keys any more.", Rules.Sql($"""
            DELETE FROM {_dimension}
            WHERE {_dimension}.{surrogateKey} IN (SELECT old_key FROM {Vanished})
            """)) with { OnlyIf = VanishedVersions, WritesTarget = true };
        yield return FindChangedVersions();
        yield return Statement("count-changed-versions", "Of most nothing changes but that they end.", Rules.Sql($"""
            SELECT count_if(only_ends) AS {new Identifier(EndedVersions)},
                   count_if(NOT only_ends) AS {new Identifier(MovedVersions)}
            FROM {Changed}
            """)) with { Kind = StatementKind.Count };
        yield return EndVersions();
        yield return MoveVersions();
        yield return Statement("insert-versions", "New versions, keyed in the order of effective time and natural key.", Rules.Sql($"""
            INSERT INTO {_dimension} ({Names(WrittenColumns("member_state").Select(column => column.Name))})
            SELECT {Lines(WrittenColumns("member_state").Select(column => column.Value))}
            FROM {Versions} AS src
            JOIN {MemberState} AS member_state ON {SameKey("member_state", "src", StateKey)}
            WHERE src.stored_key IS NULL
            """)) with { Counter = InsertedVersions, WritesTarget = true };
        yield return Statement("advance-surrogate-keys", "Keys given are never given again.", Rules.Sql($"""
            UPDATE {keys}
            SET last_key = last_key + (SELECT count(*) FROM {Versions} WHERE stored_key IS NULL)
            WHERE target = $target
            """)) with { OnlyIf = InsertedVersions };
        if (_attributes.Count > _type2.Count)
            yield return Overwrite();
        foreach (SqlStatement statement in AlignMembers())
            yield return statement;
        yield return CountOutcomes();
    }

    private SqlStatement FindChangedVersions()
    {
        SqlText isOther = AnyTrue(
        [
            new SqlText("stored.held_from IS DISTINCT FROM src.held_from"),
            new SqlText("stored.version_number IS DISTINCT FROM src.version_number"),
            new SqlText("stored.is_delete IS DISTINCT FROM src.is_delete"),
            .. _type2.Select(attribute => Rules.Sql($"stored.{attribute.Column.Name} IS DISTINCT FROM src.{attribute.Column.Name}")),
            .. _plan.CurrentNames.Select(name => Rules.Sql($"known.{name} IS DISTINCT FROM src.{name}")),
            .. _definition.RecordsChangeReason ? [Rules.Sql($"(NOT known.{_names.IsInferred} AND known.{_names.ChangeReason} IS DISTINCT FROM src.{_names.ChangeReason})")] : Array.Empty<SqlText>(),
        ]);
        SqlText known = _plan.CurrentNames.Count > 0 || _definition.RecordsChangeReason
            ? Rules.Sql($"JOIN {Known} AS known ON known.{_plan.Dimension.SurrogateKey} = src.stored_key")
            : SqlText.Empty;
        return Statement("find-changed-versions", "Stored versions that begin, end or number otherwise now, or were corrected; most only end.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("changed")} AS
            SELECT compared.*,
                   was_open AND NOT is_other AS only_ends
            FROM (
                SELECT src.*,
                       stored.ends_at IS NULL AS was_open,
                       stored.ends_at IS DISTINCT FROM src.ends_at AS ends_otherwise,
                       (
                           {isOther}
                       ) AS is_other
                FROM {Versions} AS src
                JOIN {Stored} AS stored ON stored.{_plan.Dimension.SurrogateKey} = src.stored_key
                {known}
            ) AS compared
            WHERE ends_otherwise
               OR is_other
            """));
    }

    // Three columns and no others: in a store of columns each that is set costs a look at all of it.
    private SqlStatement EndVersions() => Statement("end-versions", "Open versions that end now.", Rules.Sql($"""
        UPDATE {_dimension}
        SET {_names.ValidTo} = {WriteEnd(new SqlText("src.ends_at"))},
            {_names.IsCurrent} = FALSE,
            {_names.LoadId} = $load_id
        FROM {Changed} AS src
        WHERE {_dimension}.{_plan.Dimension.SurrogateKey} = src.stored_key
          AND src.only_ends
        """)) with { OnlyIf = EndedVersions, WritesTarget = true };

    // A version whose end was undone was last seen to be true where it had ended.
    private SqlStatement MoveVersions()
    {
        IReadOnlyList<(Identifier Name, SqlText Value)> values =
        [
            (_names.ValidFrom, new SqlText("src.held_from")),
            (_names.ValidTo, WriteEnd(new SqlText("src.ends_at"))),
            (_names.IsCurrent, new SqlText("src.ends_at IS NULL")),
            (_names.Version, new SqlText("src.version_number")),
            .. _definition.TracksDeletion ? [(_names.IsDeleted, new SqlText("src.is_delete"))] : Array.Empty<(Identifier, SqlText)>(),
            .. _type2.Select(attribute => (attribute.Column.Name, Column("src", attribute.Column.Name))),
            .. _plan.CurrentNames.Select(name => (name, Column("src", name))),
            .. _definition.RecordsChangeReason ? [(_names.ChangeReason, Rules.Sql($"CASE WHEN {_dimension}.{_names.IsInferred} THEN {_dimension}.{_names.ChangeReason} ELSE src.{_names.ChangeReason} END"))] : Array.Empty<(Identifier, SqlText)>(),
        ];
        return Statement("move-versions", "Versions of which more has changed than that they end.", Rules.Sql($"""
            UPDATE {_dimension}
            SET {Lines(values.Select(column => Rules.Sql($"{column.Name} = {column.Value}")))},
                {_names.ChangedAt} = CASE WHEN {ReadEnd(Own(_dimension))} < coalesce(src.ends_at, {Instant} '9999-12-31') THEN greatest_ignore_nulls({_dimension}.{_names.ChangedAt}, {ReadEnd(Own(_dimension))}) ELSE {_dimension}.{_names.ChangedAt} END,
                {_names.LoadId} = $load_id
            FROM {Changed} AS src
            WHERE {_dimension}.{_plan.Dimension.SurrogateKey} = src.stored_key
              AND NOT src.only_ends
            """)) with { OnlyIf = MovedVersions, WritesTarget = true };
    }

    /// <param name="state">What has the values of the member as a whole.</param>
    private IEnumerable<(Identifier Name, SqlText Value)> WrittenColumns(string state) =>
    [
        (_plan.Dimension.SurrogateKey, new SqlText("src.given_key")),
        .. DurableKeyNames.Select(name => (name, Column("src", name))),
        .. _key.Select(name => (name, Column("src", name))),
        .. _attributes.Select(attribute => (attribute.Column.Name, Column(attribute.IsTracked ? "src" : state, attribute.Column.Name))),
        .. _plan.Of(ScdType.Type3).Select(attribute => (attribute.Previous!.Name, Column(state, attribute.Previous!.Name))),
        .. _plan.CurrentNames.Select(name => (name, Column("src", name))),
        (_names.ValidFrom, new SqlText("src.held_from")),
        (_names.ValidTo, WriteEnd(new SqlText("src.ends_at"))),
        (_names.IsCurrent, new SqlText("src.ends_at IS NULL")),
        (_names.Version, new SqlText("src.version_number")),
        (_names.ChangedAt, Rules.Sql($"greatest_ignore_nulls({Column(state, ChangedAtOfState)}, src.happens_at)")),
        .. _definition.RecordsChangeReason ? [(_names.ChangeReason, Rules.Sql($"src.{_names.ChangeReason}"))] : Array.Empty<(Identifier, SqlText)>(),
        (_names.IsInferred, new SqlText("FALSE")),
        .. _definition.TracksDeletion ? [(_names.IsDeleted, new SqlText("src.is_delete"))] : Array.Empty<(Identifier, SqlText)>(),
        (_names.LoadId, new SqlText("$load_id")),
    ];

    private static readonly Identifier ChangedAtOfState = "changed_at";

    private SqlText ValidFrom => _definition.FirstVersionFrom is { } beginning
        ? Rules.Sql($"CASE WHEN src.version_number = 1 THEN least_ignore_nulls(src.happens_at, {Instant} {Constant(beginning.ToString("yyyy-MM-dd HH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture))}) ELSE src.happens_at END")
        : new SqlText("src.happens_at");

    private SqlStatement Overwrite()
    {
        IReadOnlyList<Identifier> written =
        [
            .. _plan.Of(ScdType.Type0).Select(attribute => attribute.Column.Name),
            .. _overwritten.Select(attribute => attribute.Column.Name),
            .. _plan.PreviousNames,
        ];
        SqlText scope = _plan.OverwritesCurrentVersionOnly ? Rules.Sql($"AND {_dimension}.{_names.Version} = src.{VersionNumber}") : SqlText.Empty;
        return Statement("overwrite-attributes", "Type 0 holds for all versions of the member; types 1 and 3 too, or for the current one if so declared.", Rules.Sql($"""
            UPDATE {_dimension}
            SET {Lines(written.Select(name => Rules.Sql($"{name} = src.{name}")).Append(Rules.Sql($"{_names.ChangedAt} = greatest_ignore_nulls({_dimension}.{_names.ChangedAt}, src.{ChangedAtOfState})")).Append(Rules.Sql($"{_names.LoadId} = $load_id")))}
            FROM {MemberState} AS src
            WHERE {SameKey(Own(_dimension), "src", _key)}
              {scope}
              AND ({AnyTrue([.. written.Select(name => Rules.Sql($"{_dimension}.{name} IS DISTINCT FROM src.{name}")), WentBack])})
            """)) with { WritesTarget = true };
    }

    // There and back again is news too, where events are forgotten: an event in between that comes alone later is older than this.
    private SqlText WentBack => _plan.Reconciles ? SqlText.Empty : Rules.Sql($"({_dimension}.{_names.IsCurrent} AND src.is_overwritten AND {_dimension}.{_names.ChangedAt} < src.{ChangedAtOfState})");

    private SqlStatement CountOutcomes()
    {
        // An overwrite that a newer event was known to have followed changes nothing that can be seen.
        SqlText life = _plan.OverwritesCurrentVersionOnly ? Rules.Sql($"{Inline("src", _key)}, life_number") : Inline("src", _key);
        SqlText firstDiffers = AnyTrue(_plan.Of(ScdType.Type0).Select(attribute => Differs("covering", "src", attribute)));
        SqlText isEarliestValue = SqlText.Join(" ",
        [
            _plan.Of(ScdType.Type0).Count == 0 ? SqlText.Empty : Rules.Sql($"OR (src.is_first AND covering.held_from IS NOT NULL AND ({firstDiffers}))"),
            .. _plan.FilledWhenNull.Select(attribute => Rules.Sql($"OR (covering.held_from IS NOT NULL AND covering.{attribute.Column.Name} IS NULL AND src.{attribute.Column.Name} IS NOT NULL)")),
        ]);
        SqlText versionDiffers = AnyTrue(_type2.Select(attribute => Differs("covering", "src", attribute)));
        return Statement("count-outcomes", "What became of each row.", Rules.Sql($"""
            WITH lives AS (
                SELECT src.*,
                       count_if(begins_version OR ends_member) OVER (PARTITION BY {Inline("src", _key)} ORDER BY happens_at, precedence) AS life_number
                FROM {Timeline} AS src
            ),
            happenings AS (
                SELECT src.*,
                       max(CASE WHEN kind NOT IN ('event', 'absent') THEN happens_at END) OVER (PARTITION BY {Inline("src", _key)}) > happens_at AS comes_late,
                       coalesce(max(CASE WHEN kind = 'known' AND NOT is_delete THEN happens_at END) OVER (PARTITION BY {life}) > happens_at, FALSE) AS is_outdone,
                       EXISTS (SELECT 1 FROM {Resolving} AS resolving WHERE {SameKey("resolving", "src", _key)} AND resolving.effective_at = happens_at) AS fills_in,
                       EXISTS (SELECT 1 FROM {Stored} AS stored WHERE {SameKey("stored", "src", _key)}) AS was_stored
                FROM lives AS src
            ),
            outcomes AS (
                SELECT src.kind,
                       CASE WHEN src.kind = 'absent' THEN 'expired'
                            WHEN src.fills_in AND NOT src.is_delete THEN 'resolved'
                            WHEN src.undoes_end AND NOT src.begins_version AND NOT coalesce(src.comes_late, FALSE) THEN 'reopened'
                            WHEN src.was_stored AND (src.comes_late OR covering.held_from = src.happens_at) AND ({Disagrees(versionDiffers)} OR (src.begins_version AND NOT src.is_first)) THEN 'split'
                            WHEN src.is_delete THEN 'expired'
                            WHEN src.begins_version AND NOT src.was_stored AND src.is_first THEN 'new member'
                            WHEN src.begins_version AND NOT (src.was_stored AND coalesce(src.comes_late, FALSE)) THEN 'new version'
                            WHEN (src.overwrites AND NOT src.is_outdone) {isEarliestValue} THEN 'overwritten'
                       END AS row_outcome
                FROM happenings AS src
                LEFT JOIN {Stored} AS covering ON {SameKey("covering", "src", _key)}
                    AND NOT covering.is_delete
                    AND covering.held_from <= src.happens_at
                    AND coalesce(covering.ends_at, {Instant} '9999-12-31') > src.happens_at
                WHERE src.kind IN ('event', 'absent')
            )
            SELECT count_if(row_outcome = 'new member') AS new_members,
                   count_if(row_outcome = 'new version') AS new_versions,
                   count_if(row_outcome = 'reopened') AS reopened,
                   count_if(row_outcome = 'overwritten') AS overwritten,
                   count_if(row_outcome = 'split') AS split,
                   count_if(row_outcome = 'expired') AS expired,
                   count_if(row_outcome = 'expired' AND kind = 'absent') AS expired_by_absence
            FROM outcomes
            """)) with { Kind = StatementKind.Count };
    }

    private static SqlText Disagrees(SqlText versionDiffers)
        => Rules.Sql($"CASE WHEN src.is_delete THEN covering.held_from IS NOT NULL ELSE covering.held_from IS NULL OR ({versionDiffers}) END");
}
