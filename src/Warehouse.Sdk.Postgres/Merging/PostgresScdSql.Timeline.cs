using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>What happened to the touched members, in order.</summary>
internal sealed partial class PostgresScdSql
{
    private SqlStatement ReadStoredVersions()
    {
        SqlText isDeleted = _definition.TracksDeletion ? Rules.Sql($"tgt.{_names.IsDeleted}") : new SqlText("FALSE");
        return Statement("read-stored-versions", "The history of the touched members as it was before.", Rules.Sql($"""
            CREATE TEMP TABLE stored ON COMMIT DROP AS
            SELECT {Columns("tgt", [_plan.Dimension.SurrogateKey, .. DurableKeyNames, .. _key, .. _plan.AttributeNames, .. PreviousNames])},
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

    private IReadOnlyList<Identifier> PreviousNames => [.. _plan.Of(ScdType.Type3).Select(attribute => attribute.Previous!.Name)];

    private SqlStatement BuildTimeline()
    {
        SqlText partition = Inline("src", _key);
        return Statement("build-timeline", "What is known of each touched member and what the batch says, in order.", Rules.Sql($"""
            CREATE TEMP TABLE timeline ON COMMIT DROP AS
            WITH
            {(_plan.Reconciles ? RememberedHappenings(_plan.Of(ScdType.Type3)) : StoredHappenings())},
            -- Ended and begun at the same instant: nothing ended.
            without_undone_ends AS (
                SELECT {Columns("src", HappeningColumns)},
                       src.kind = 'event' AND NOT src.is_delete AND src.ends_here AS undoes_end
                FROM (
                    SELECT src.*,
                           bool_or(is_delete AND kind IN ('ended', 'known')) OVER instant AS ends_here,
                           bool_or(NOT is_delete) OVER instant AS lives_on
                    FROM happenings AS src
                    WINDOW instant AS (PARTITION BY {partition}, happens_at)
                ) AS src
                WHERE NOT (src.is_delete AND src.lives_on)
            ),
            -- A second end, or the end of someone never seen, says nothing.
            without_idle_ends AS (
                SELECT {Columns("src", [.. HappeningColumns, UndoesEnd])}
                FROM (
                    SELECT src.*,
                           lag(is_delete) OVER member AS was_deleted
                    FROM without_undone_ends AS src
                    WINDOW member AS (PARTITION BY {partition} ORDER BY happens_at, precedence)
                ) AS src
                WHERE NOT (src.is_delete AND coalesce(src.was_deleted, TRUE))
            ),
            {WithoutOldOverwrites()}
            -- An end carries on the values it found.
            carried AS (
                SELECT {Replaced([.. HappeningColumns, UndoesEnd], _attributes, Carried)}
                FROM {new SqlText(KeepsNewestOverwrites ? "without_idle_ends" : "without_old_overwrites")} AS src
                WINDOW member AS (PARTITION BY {partition} ORDER BY happens_at, precedence)
            )
            SELECT src.*,
                   lag(kind) OVER member IS NULL AS is_first,
                   NOT is_delete AND (
                       {AnyTrue([new SqlText("coalesce(lag(is_delete) OVER member, TRUE)"), StaysApart, .. _type2.Select(ChangesOverMember)])}
                   ) AS begins_version,
                   is_delete AS ends_member,
                   {Lines([Overwrites, .. FlagsOfRealChanges])}
            FROM carried AS src
            WINDOW member AS (PARTITION BY {partition} ORDER BY happens_at, precedence)
            """));
    }

    private static readonly Identifier UndoesEnd = "undoes_end";

    private IReadOnlyList<Identifier> HappeningColumns => ["happens_at", "precedence", "kind", "is_delete", "stored_version", "stored_change", .. _key, .. _plan.AttributeNames, .. PreviousNames];

    /// <summary>All columns, some of them as an expression.</summary>
    private static SqlText Replaced(IEnumerable<Identifier> columns, IReadOnlyList<DimensionAttribute> attributes, Func<DimensionAttribute, SqlText> replace)
        => Lines(columns.Select(name => attributes.FirstOrDefault(attribute => attribute.Column.Name == name) is { } attribute ? replace(attribute) : Column("src", name)));

    // What is stored apart is only joined by news between it.
    private SqlText StaysApart => _plan.Reconciles ? SqlText.Empty : new SqlText("(kind = 'stored' AND lag(kind) OVER member IN ('stored', 'seen'))");

    private static SqlText Null => new("NULL");

    private SqlText StoredHappenings()
    {
        IReadOnlyList<Identifier> values = [.. _plan.AttributeNames, .. PreviousNames];
        SqlText noValues = SqlText.Join(", ", values.Select(_ => Null));
        SqlText noPrevious = SqlText.Join(", ", PreviousNames.Select(_ => Null));
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
    private SqlText WithoutOldOverwrites() => KeepsNewestOverwrites ? SqlText.Empty : Rules.Sql($"""
        grouped AS (
            SELECT src.*,
                   count(*) FILTER (WHERE kind = 'stored') OVER (PARTITION BY {Inline("src", _key)} ORDER BY happens_at, precedence) AS stored_group
            FROM without_idle_ends AS src
        ),
        -- An event older than the last overwrite leaves that as it is.
        without_old_overwrites AS (
            SELECT {Replaced([.. HappeningColumns, UndoesEnd], _overwritten, UnlessOlder)}
            FROM grouped AS src
            WINDOW settled AS ({Settled})
        ),
        """);

    private bool KeepsNewestOverwrites => _plan.Reconciles || _overwritten.Count == 0;

    private SqlText Settled => OverwritesCurrentVersionOnly
        ? Rules.Sql($"PARTITION BY {Inline("src", _key)}, stored_group ORDER BY happens_at, precedence")
        : Rules.Sql($"PARTITION BY {Inline("src", _key)} ORDER BY stored_version DESC NULLS LAST");

    private static SqlText UnlessOlder(DimensionAttribute attribute)
    {
        Identifier name = attribute.Column.Name;
        return Rules.Sql($"CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER settled THEN first_value({name}) OVER settled ELSE {name} END AS {name}");
    }

    private static SqlText Carried(DimensionAttribute attribute) => CarriedOver(attribute.Column.Name, "is_delete");

    private static SqlText CarriedOver(Identifier name, string condition)
        => Rules.Sql($"CASE WHEN {new SqlText(condition)} THEN lag({name}) OVER member ELSE {name} END AS {name}");

    private static SqlText ChangesOverMember(DimensionAttribute attribute)
        => Differs(Rules.Sql($"{attribute.Column.Name}"), Rules.Sql($"lag({attribute.Column.Name}) OVER member"), attribute);

    // Type 3 keeps what stood before a real change; a spelling that only differs in case is not one.
    private IEnumerable<DimensionAttribute> FollowedChangeByChange
        => _overwritten.Where(attribute => attribute.Type == ScdType.Type3 || attribute.Equality.HasFlag(Warehouse.Sdk.Equality.IgnoreCase));

    private IEnumerable<SqlText> FlagsOfRealChanges => FollowedChangeByChange.Select(attribute
        => Rules.Sql($"lag(kind) OVER member IS NOT NULL AND {ChangesOverMember(attribute)} AS {Flag(attribute)}"));

    private SqlText Overwrites => _overwritten.Count == 0
        ? new SqlText("FALSE AS overwrites")
        : Rules.Sql($"""
            kind = 'event' AND NOT is_delete AND NOT coalesce(lag(is_delete) OVER member, TRUE) AND (
                {AnyTrue(_overwritten.Select(ChangesOverMember))}
            ) AS overwrites
            """);

    private static Identifier Flag(DimensionAttribute attribute) => WorkingColumns.Changes(attribute.Name);
}
