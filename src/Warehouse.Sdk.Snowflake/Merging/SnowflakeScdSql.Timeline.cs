using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What happened to the touched members, in order.</summary>
internal sealed partial class SnowflakeScdSql
{
    private SqlStatement ReadStoredVersions()
    {
        SqlText isDeleted = _definition.TracksDeletion ? Rules.Sql($"tgt.{_names.IsDeleted}") : new SqlText("FALSE");
        return Statement("read-stored-versions", "The history of the touched members as it was before.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("stored")} AS
            SELECT {Columns("tgt", [_plan.Dimension.SurrogateKey, .. DurableKeyNames, .. _key, .. _plan.AttributeNames, .. _plan.PreviousNames])},
                   tgt.{_names.ValidFrom} AS held_from,
                   {ReadEnd("tgt")} AS ends_at,
                   lead(tgt.{_names.ValidFrom}) OVER (PARTITION BY {Inline("tgt", _key)} ORDER BY tgt.{_names.ValidFrom}) AS next_held_from,
                   tgt.{_names.Version} AS version_number,
                   {ChangedAt("tgt")} AS stored_change,
                   {isDeleted} AS is_delete
            FROM {Known} AS tgt
            JOIN {Touched} AS touched ON {SameKey("tgt", "touched", _key)}
            """));
    }

    private SqlStatement BuildTimeline()
    {
        SqlText partition = Inline("src", _key);
        return Statement("build-timeline", "What is known of each touched member and what the batch says, in order.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("timeline")} AS
            WITH
            {(_plan.Reconciles ? RememberedHappenings(_plan.Of(ScdType.Type3)) : StoredHappenings())},
            -- Ended and begun at the same instant: nothing ended.
            without_undone_ends AS (
                SELECT src.*,
                       kind = 'event' AND NOT is_delete AND boolor_agg(is_delete AND kind IN ('ended', 'known')) OVER (PARTITION BY {partition}, happens_at) AS undoes_end
                FROM happenings AS src
                QUALIFY NOT (is_delete AND boolor_agg(NOT is_delete) OVER (PARTITION BY {partition}, happens_at))
            ),
            -- A second end, or the end of someone never seen, says nothing.
            without_idle_ends AS (
                SELECT src.*
                FROM without_undone_ends AS src
                QUALIFY NOT (is_delete AND coalesce(lag(is_delete) OVER {Member}, TRUE))
            ),
            {WithoutOldOverwrites()}
            -- An end carries on the values it found.
            carried AS (
                SELECT src.* REPLACE (
                    {Lines(_attributes.Select(Carried).DefaultIfEmpty(new SqlText("is_delete AS is_delete")))}
                )
                FROM {new SqlText(_plan.KeepsNewestOverwrites ? "without_idle_ends" : "without_old_overwrites")} AS src
            )
            SELECT src.*,
                   lag(kind) OVER {Member} IS NULL AS is_first,
                   NOT is_delete AND (
                       {AnyTrue([Rules.Sql($"coalesce(lag(is_delete) OVER {Member}, TRUE)"), StaysApart, .. _type2.Select(ChangesOverMember)])}
                   ) AS begins_version,
                   is_delete AS ends_member,
                   {Lines([Overwrites, .. FlagsOfRealChanges])}
            FROM carried AS src
            """));
    }

    private SqlText Member => Rules.Sql($"(PARTITION BY {Inline("src", _key)} ORDER BY happens_at, precedence)");

    // What is stored apart is only joined by news between it.
    private SqlText StaysApart => _plan.Reconciles ? SqlText.Empty : Rules.Sql($"(kind = 'stored' AND lag(kind) OVER {Member} IN ('stored', 'seen'))");

    private static SqlText Null => new("NULL");

    private SqlText StoredHappenings()
    {
        IReadOnlyList<Identifier> values = [.. _plan.AttributeNames, .. _plan.PreviousNames];
        SqlText noValues = SqlText.Join(", ", values.Select(_ => Null));
        SqlText noPrevious = SqlText.Join(", ", _plan.PreviousNames.Select(_ => Null));
        return Rules.Sql($"""
            happenings AS (
                SELECT stored.held_from AS happens_at,
                       0 AS precedence,
                       'stored' AS kind,
                       FALSE AS is_delete,
                       stored.version_number AS stored_version,
                       stored.stored_change,
                       {Columns("stored", [.. _key, .. values])}
                FROM {Stored} AS stored
                WHERE NOT stored.is_delete
                UNION ALL
                SELECT {SqlText.Join(", ", [new SqlText("stored.stored_change, 1, 'seen', FALSE, NULL, NULL"), Inline("stored", [.. _key, .. values])])}
                FROM {Stored} AS stored
                WHERE {SeenLater("stored")}
                UNION ALL
                SELECT {SqlText.Join(", ", [new SqlText("stored.held_from, 0, 'ended', TRUE, NULL, NULL"), Inline("stored", _key), noValues])}
                FROM {Stored} AS stored
                WHERE stored.is_delete
                UNION ALL
                SELECT {SqlText.Join(", ", [new SqlText("stored.ends_at, 0, 'ended', TRUE, NULL, NULL"), Inline("stored", _key), noValues])}
                FROM {Stored} AS stored
                WHERE {EndsForGood("stored")}
                UNION ALL
                SELECT {SqlText.Join(", ", [new SqlText("src.effective_at, 2, 'event', src.is_delete, NULL, NULL"), Inline("src", [.. _key, .. _plan.AttributeNames]), noPrevious])}
                FROM {Incoming} AS src
                JOIN {Touched} AS touched ON {SameKey("src", "touched", _key)}
                {Absences(noValues)}
            )
            """);
    }

    /// <summary>Where a version was last changed it was seen to be true still.</summary>
    private static SqlText SeenLater(string alias)
        => Rules.Sql($"NOT {new SqlText(alias)}.is_delete AND {new SqlText(alias)}.stored_change > {Begins(alias)} AND ({new SqlText(alias)}.ends_at IS NULL OR {new SqlText(alias)}.stored_change < {new SqlText(alias)}.ends_at)");

    private static SqlText EndsForGood(string alias)
        => Rules.Sql($"{new SqlText(alias)}.ends_at IS NOT NULL AND {new SqlText(alias)}.next_held_from IS DISTINCT FROM {new SqlText(alias)}.ends_at");

    private SqlText Absences(SqlText noValues) => _plan.EndsAbsentMembers
        ? Rules.Sql($"""
            UNION ALL
            SELECT {SqlText.Join(", ", [AsOf, new SqlText("2, 'absent', TRUE, NULL, NULL"), Inline("absent", _key), noValues])}
            FROM {Absentees} AS absent
            """)
        : SqlText.Empty;

    /// <summary>
    /// An event older than the last overwrite leaves that as it is: that of the member or, where only the current version is overwritten, of
    /// the version the event falls into. Where all events are known, the newest wins by itself.
    /// </summary>
    private SqlText WithoutOldOverwrites() => _plan.KeepsNewestOverwrites ? SqlText.Empty : Rules.Sql($"""
        grouped AS (
            SELECT src.*,
                   count_if(kind = 'stored') OVER (PARTITION BY {Inline("src", _key)} ORDER BY happens_at, precedence) AS stored_group
            FROM without_idle_ends AS src
        ),
        -- An event older than the last overwrite leaves that as it is.
        without_old_overwrites AS (
            SELECT src.* REPLACE (
                {Lines(_overwritten.Select(UnlessOlder))}
            )
            FROM grouped AS src
        ),
        """);

    private SqlText Settled => _plan.OverwritesCurrentVersionOnly
        ? Rules.Sql($"PARTITION BY {Inline("src", _key)}, stored_group ORDER BY happens_at, precedence")
        : Rules.Sql($"PARTITION BY {Inline("src", _key)} ORDER BY stored_version DESC NULLS LAST");

    private SqlText UnlessOlder(DimensionAttribute attribute)
    {
        Identifier name = attribute.Column.Name;
        return Rules.Sql($"CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER ({Settled}) THEN first_value({name}) OVER ({Settled}) ELSE {name} END AS {name}");
    }

    private SqlText Carried(DimensionAttribute attribute) => CarriedOver(attribute.Column.Name, "is_delete");

    private SqlText CarriedOver(Identifier name, string condition)
        => Rules.Sql($"CASE WHEN {new SqlText(condition)} THEN lag({name}) OVER {Member} ELSE {name} END AS {name}");

    private SqlText ChangesOverMember(DimensionAttribute attribute)
        => Differs(Rules.Sql($"{attribute.Column.Name}"), Rules.Sql($"lag({attribute.Column.Name}) OVER {Member}"), attribute);

    // Type 3 keeps what stood before a real change; a spelling that only differs in case is not one.
    private IEnumerable<DimensionAttribute> FollowedChangeByChange
        => _overwritten.Where(attribute => attribute.Type == ScdType.Type3 || attribute.Equality.HasFlag(Warehouse.Sdk.Equality.IgnoreCase));

    private IEnumerable<SqlText> FlagsOfRealChanges => FollowedChangeByChange.Select(attribute
        => Rules.Sql($"lag(kind) OVER {Member} IS NOT NULL AND {ChangesOverMember(attribute)} AS {Flag(attribute)}"));

    private SqlText Overwrites => _overwritten.Count == 0
        ? new SqlText("FALSE AS overwrites")
        : Rules.Sql($"""
            kind = 'event' AND NOT is_delete AND NOT coalesce(lag(is_delete) OVER {Member}, TRUE) AND (
                {AnyTrue(_overwritten.Select(ChangesOverMember))}
            ) AS overwrites
            """);

    private static Identifier Flag(DimensionAttribute attribute) => WorkingColumns.Changes(attribute.Name);
}
