using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>What happened to the touched members, in order.</summary>
internal sealed partial class PostgresScdSql
{
    private SqlStatement BuildTimeline()
    {
        IReadOnlyList<Identifier> attributes = _plan.AttributeNames;
        IReadOnlyList<Identifier> previous = [.. _plan.Of(ScdType.Type3).Select(attribute => attribute.Previous!.Name)];
        SqlText sameMember = SameKey("tgt", "touched", _key);
        SqlText wasDeleted = _definition.TracksDeletion ? Rules.Sql($"latest_version.{_names.IsDeleted}") : new SqlText("FALSE");
        SqlText partition = Inline("src", _key);
        Identifier[] columns = ["happens_at", "precedence", "kind", "is_delete", "stored_version", "stored_change", _plan.Dimension.SurrogateKey, .. _key, .. attributes, .. previous];
        return Statement("build-timeline", "The latest stored version of each touched member, its end, and the batch's events, in order.", Rules.Sql($"""
            CREATE TEMP TABLE timeline ON COMMIT DROP AS
            WITH latest_version AS (
                SELECT DISTINCT ON ({Inline("tgt", _key)}) tgt.*
                FROM {_dimension} AS tgt
                JOIN {Touched} AS touched ON {sameMember}
                ORDER BY {Inline("tgt", _key)}, tgt.{_names.Version} DESC
            ),
            happenings AS (
                SELECT latest_version.{_names.ValidFrom} AS happens_at,
                       0 AS precedence,
                       'stored' AS kind,
                       {wasDeleted} AS is_delete,
                       latest_version.{_names.Version} AS stored_version,
                       {ChangedAt("latest_version")} AS stored_change,
                       {Columns("latest_version", [_plan.Dimension.SurrogateKey, .. _key, .. attributes, .. previous])}
                FROM latest_version
                {StoredEnds}
                UNION ALL
                SELECT src.effective_at, 2, 'event', src.is_delete, NULL, NULL, NULL, {SqlText.Join(", ", [Inline("src", [.. _key, .. attributes]), .. previous.Select(_ => Null)])}
                FROM {Incoming} AS src
                JOIN {Touched} AS touched ON {SameKey("src", "touched", _key)}
                {Absences}
            ),
            -- Ended and begun at the same instant: nothing ended.
            without_undone_ends AS (
                SELECT {Columns("src", columns)},
                       src.kind = 'event' AND NOT src.is_delete AND src.ends_here AS undoes_end
                FROM (
                    SELECT src.*,
                           bool_or(kind = 'ended') OVER instant AS ends_here,
                           bool_or(NOT is_delete) OVER instant AS lives_on
                    FROM happenings AS src
                    WINDOW instant AS (PARTITION BY {partition}, happens_at)
                ) AS src
                WHERE NOT (src.is_delete AND src.kind <> 'stored' AND src.lives_on)
            ),
            -- A second end, or the end of someone never seen, says nothing.
            without_idle_ends AS (
                SELECT {Columns("src", [.. columns, UndoesEnd])}
                FROM (
                    SELECT src.*,
                           lag(is_delete) OVER member AS was_deleted
                    FROM without_undone_ends AS src
                    WINDOW member AS (PARTITION BY {partition} ORDER BY happens_at, precedence)
                ) AS src
                WHERE NOT (src.is_delete AND src.kind <> 'stored' AND coalesce(src.was_deleted, TRUE))
            ),
            -- An event older than the last overwrite leaves that as it is.
            without_old_overwrites AS (
                SELECT {Replaced([.. columns, UndoesEnd], _overwritten, UnlessOlder)}
                FROM without_idle_ends AS src
                WINDOW member AS (PARTITION BY {partition} ORDER BY happens_at, precedence)
            ),
            -- An end carries on the values it found.
            carried AS (
                SELECT {Replaced([.. columns, UndoesEnd], _attributes, Carried)}
                FROM without_old_overwrites AS src
                WINDOW member AS (PARTITION BY {partition} ORDER BY happens_at, precedence)
            )
            SELECT src.*,
                   lag(kind) OVER member IS NULL AS is_first,
                   NOT is_delete AND kind <> 'stored' AND (
                       {AnyTrue([new SqlText("coalesce(lag(is_delete) OVER member, TRUE)"), .. _type2.Select(ChangesOverMember)])}
                   ) AS begins_version,
                   is_delete AND kind <> 'stored' AS ends_member,
                   {Lines([Overwrites, .. FlagsOfRealChanges])}
            FROM carried AS src
            WINDOW member AS (PARTITION BY {partition} ORDER BY happens_at, precedence)
            """));
    }

    private static readonly Identifier UndoesEnd = "undoes_end";

    /// <summary>All columns, some of them as an expression.</summary>
    private static SqlText Replaced(IEnumerable<Identifier> columns, IReadOnlyList<DimensionAttribute> attributes, Func<DimensionAttribute, SqlText> replace)
        => Lines(columns.Select(name => attributes.FirstOrDefault(attribute => attribute.Column.Name == name) is { } attribute ? replace(attribute) : Column("src", name)));

    private static SqlText Null => new("NULL");

    // With a mark for deletion the stored version itself says that the member is gone.
    private SqlText StoredEnds => _definition.TracksDeletion ? SqlText.Empty : Rules.Sql($"""
        UNION ALL
        SELECT {ReadEnd("latest_version")}, 1, 'ended', TRUE, NULL, NULL, NULL, {EndedMember("latest_version")}
        FROM latest_version
        WHERE {ReadEnd("latest_version")} IS NOT NULL
        """);

    private SqlText Absences => _plan.EndsAbsentMembers
        ? Rules.Sql($"""
            UNION ALL
            SELECT {AsOf}, 2, 'absent', TRUE, NULL, NULL, NULL, {EndedMember("absent")}
            FROM {Absentees} AS absent
            """)
        : SqlText.Empty;

    private SqlText EndedMember(string alias)
        => SqlText.Join(", ", [Inline(alias, _key), .. Enumerable.Repeat(Null, _attributes.Count + _plan.Of(ScdType.Type3).Count)]);

    private static SqlText UnlessOlder(DimensionAttribute attribute)
    {
        Identifier name = attribute.Column.Name;
        return Rules.Sql($"CASE WHEN kind = 'event' AND happens_at < first_value(stored_change) OVER member THEN first_value({name}) OVER member ELSE {name} END AS {name}");
    }

    private static SqlText Carried(DimensionAttribute attribute) => CarriedOver(attribute.Column.Name, "is_delete AND kind <> 'stored'");

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
            NOT is_delete AND NOT coalesce(lag(is_delete) OVER member, TRUE) AND (
                {AnyTrue(_overwritten.Select(ChangesOverMember))}
            ) AS overwrites
            """);

    private static Identifier Flag(DimensionAttribute attribute) => $"{attribute.Column.Name.Value}_changes";

    private static readonly Identifier VersionNumber = "version_number";

    private SqlStatement FindMemberState()
    {
        SqlText First(SqlText value, SqlText filter) => Rules.Sql($"(array_agg({value} ORDER BY happens_at, precedence) FILTER (WHERE {filter}))[1]");
        SqlText FromLast(SqlText value, SqlText filter, long position)
            => Rules.Sql($"(array_agg({value} ORDER BY happens_at DESC, precedence DESC) FILTER (WHERE {filter}))[{position}]");

        var isValue = new SqlText("NOT is_delete OR kind = 'stored'");
        IEnumerable<SqlText> first = _plan.Of(ScdType.Type0).Select(attribute
            => Rules.Sql($"{First(Rules.Sql($"{attribute.Column.Name}"), isValue)} AS {attribute.Column.Name}"));
        IEnumerable<SqlText> last = _overwritten.Select(attribute => FollowedChangeByChange.Contains(attribute)
            ? Rules.Sql($"{FromLast(Rules.Sql($"{attribute.Column.Name}"), Rules.Sql($"is_first OR {Flag(attribute)}"), 1)} AS {attribute.Column.Name}")
            : Rules.Sql($"{FromLast(Rules.Sql($"{attribute.Column.Name}"), isValue, 1)} AS {attribute.Column.Name}"));
        IEnumerable<SqlText> previous = _plan.Of(ScdType.Type3).Select(attribute => Rules.Sql($"""
            CASE WHEN bool_or({Flag(attribute)})
                 THEN {FromLast(Rules.Sql($"{attribute.Column.Name}"), Rules.Sql($"is_first OR {Flag(attribute)}"), 2)}
                 ELSE {FromLast(Rules.Sql($"{attribute.Previous!.Name}"), new SqlText("kind = 'stored'"), 1)}
            END AS {attribute.Previous!.Name}
            """));
        return Statement("find-member-state", "Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.", Rules.Sql($"""
            CREATE TEMP TABLE member_state ON COMMIT DROP AS
            SELECT {Lines([.. StateKey.Select(name => Rules.Sql($"{name}")), .. first, .. last, .. previous])},
                   max(happens_at) FILTER (WHERE begins_version OR overwrites OR (ends_member AND kind <> 'ended')) AS changed_at,
                   bool_or(overwrites) AS is_overwritten
            FROM {HappeningsOfState}
            GROUP BY {Names(StateKey)}
            """));
    }

    private bool OverwritesCurrentVersionOnly => _definition.OverwriteScope == OverwriteScope.CurrentVersion;

    private IReadOnlyList<Identifier> StateKey => OverwritesCurrentVersionOnly ? [.. _key, VersionNumber] : _key;

    // A version that is overwritten only while it is current keeps what was true when it ended.
    private SqlText HappeningsOfState => OverwritesCurrentVersionOnly
        ? Rules.Sql($"""
            (
                SELECT timeline.*,
                       version.{VersionNumber}
                FROM {Timeline} AS timeline
                JOIN {Versions} AS version ON {SameKey("version", "timeline", _key)}
                    AND (version.ends_at IS NULL OR timeline.happens_at < version.ends_at)
            ) AS seen_by_version
            """)
        : Rules.Sql($"{Timeline}");

    private SqlStatement NumberVersions()
    {
        var isNew = new SqlText(_definition.TracksDeletion ? "begins_version OR ends_member" : "begins_version");
        return Statement("number-versions", "Each version with its end: where the next one begins or the member ends.", Rules.Sql($"""
            CREATE TEMP TABLE versions ON COMMIT DROP AS
            WITH boundaries AS (
                SELECT {BoundaryColumns},
                       lead(happens_at) OVER member AS ends_at,
                       coalesce(max(stored_version) OVER (PARTITION BY {Inline("src", _key)}), 0)
                           + count(*) FILTER (WHERE {isNew}) OVER member AS version_number
                FROM {Timeline} AS src
                WHERE kind = 'stored' OR begins_version OR ends_member
                WINDOW member AS (PARTITION BY {Inline("src", _key)} ORDER BY happens_at, precedence)
            )
            SELECT *
            FROM boundaries
            WHERE kind = 'stored' OR {isNew}
            """));
    }

    // Where case is ignored, an end finds the spelling that its version has, not that of the last event.
    private SqlText BoundaryColumns
    {
        get
        {
            IReadOnlyList<DimensionAttribute> spelled = [.. _type2.Where(attribute => _definition.TracksDeletion && attribute.Equality.HasFlag(Warehouse.Sdk.Equality.IgnoreCase))];
            Identifier[] columns =
            [
                "kind", "happens_at", "is_delete", "begins_version", "ends_member", _plan.Dimension.SurrogateKey, .. _key, .. _type2.Select(attribute => attribute.Column.Name),
            ];
            return Replaced(columns, spelled, attribute => CarriedOver(attribute.Column.Name, "ends_member"));
        }
    }
}
