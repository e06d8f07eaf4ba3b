using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Postgres.PostgresSql;

namespace Warehouse.Sdk.Postgres;

/// <summary>The history that the timeline tells, and what the member as a whole is like.</summary>
internal sealed partial class PostgresScdSql
{
    private static readonly Identifier VersionNumber = "version_number";

    private SqlStatement NumberVersions()
    {
        var isVersion = new SqlText(_definition.TracksDeletion ? string.Empty : "WHERE begins_version");
        Identifier surrogateKey = _plan.Dimension.SurrogateKey;
        SqlText sameValues = SqlText.Join("\nAND ", _type2.Select(attribute => Rules.Sql($"NOT ({Differs("stored", "src", attribute)})")).Append(new SqlText("stored.is_delete = src.is_delete")));
        SqlText keyed = Rules.Sql($"""
            SELECT src.*,
                   coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, {KeysInByteOrder})) AS given_key
            FROM matched AS src
            CROSS JOIN (SELECT last_key FROM {PostgresLedgerSql.SurrogateKeys(_names)} WHERE target = $target) AS surrogate_key
            """);
        return Statement("number-versions", "Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.", Rules.Sql($"""
            CREATE TEMP TABLE versions ON COMMIT DROP AS
            WITH boundaries AS (
                SELECT {BoundaryColumns},
                       lead(happens_at) OVER member AS ends_at
                FROM {Timeline} AS src
                WHERE begins_version OR ends_member
                WINDOW member AS (PARTITION BY {Inline("src", _key)} ORDER BY happens_at, precedence)
            ),
            numbered AS (
                SELECT src.*,
                       row_number() OVER (PARTITION BY {Inline("src", _key)} ORDER BY happens_at) AS version_number
                FROM boundaries AS src
                {isVersion}
            ),
            begun AS (
                SELECT src.*,
                       {ValidFrom} AS held_from
                FROM numbered AS src
            ),
            same_beginning AS (
                SELECT src.*,
                       stored.{surrogateKey} AS stored_key
                FROM begun AS src
                LEFT JOIN {Stored} AS stored ON {SameKey("stored", "src", _key)} AND stored.held_from = src.held_from
            ),
            begins_earlier AS (
                SELECT {Columns("src", _key)},
                       src.version_number,
                       (array_agg(stored.{surrogateKey} ORDER BY stored.held_from))[1] AS stored_key
                FROM same_beginning AS src
                JOIN {Stored} AS stored ON {SameKey("stored", "src", _key)}
                    AND stored.held_from > src.held_from
                    AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
                WHERE src.stored_key IS NULL
                  AND {sameValues}
                GROUP BY {Inline("src", _key)}, src.version_number
            ),
            matched AS (
                SELECT {Columns("src", VersionColumns)},
                       coalesce(src.stored_key, earlier.stored_key) AS stored_key
                FROM same_beginning AS src
                LEFT JOIN begins_earlier AS earlier ON {SameKey("earlier", "src", _key)} AND earlier.version_number = src.version_number
            )
            {WithDerivedColumns(keyed)}
            """));
    }

    private SqlText KeysInByteOrder => SqlText.Join(", ", _plan.Dimension.NaturalKey.Select(key => InByteOrder(Column("src", key.Name), key.Type)));

    private IReadOnlyList<Identifier> VersionColumns => [.. _key, .. _type2.Select(attribute => attribute.Column.Name), "is_delete", "happens_at", "held_from", "ends_at", VersionNumber];

    // Where case is ignored, an end finds the spelling that its version has, not that of the last event.
    private SqlText BoundaryColumns
    {
        get
        {
            IReadOnlyList<DimensionAttribute> spelled = [.. _type2.Where(attribute => _definition.TracksDeletion && attribute.Equality.HasFlag(Warehouse.Sdk.Equality.IgnoreCase))];
            Identifier[] columns = ["happens_at", "is_delete", "begins_version", .. _key, .. _type2.Select(attribute => attribute.Column.Name)];
            return Replaced(columns, spelled, attribute => CarriedOver(attribute.Column.Name, "ends_member"));
        }
    }

    private SqlStatement FindMemberState()
    {
        SqlText First(SqlText value, SqlText filter) => Rules.Sql($"(array_agg({value} ORDER BY happens_at, precedence) FILTER (WHERE {filter}))[1]");
        SqlText FromLast(SqlText value, SqlText filter, long position)
            => Rules.Sql($"(array_agg({value} ORDER BY happens_at DESC, precedence DESC) FILTER (WHERE {filter}))[{position}]");

        SqlText IsStep(DimensionAttribute attribute) => Rules.Sql($"is_first OR {Flag(attribute)} OR kind = 'stored'");

        var isValue = new SqlText("NOT is_delete");
        SqlText IsFirstValue(DimensionAttribute attribute) => attribute.FillsWhenNull ? Rules.Sql($"{isValue} AND {attribute.Column.Name} IS NOT NULL") : isValue;

        IEnumerable<SqlText> first = _plan.Of(ScdType.Type0).Select(attribute
            => Rules.Sql($"{First(Rules.Sql($"{attribute.Column.Name}"), IsFirstValue(attribute))} AS {attribute.Column.Name}"));
        IEnumerable<SqlText> last = _overwritten.Select(attribute => FollowedChangeByChange.Contains(attribute)
            ? Rules.Sql($"{FromLast(Rules.Sql($"{attribute.Column.Name}"), IsStep(attribute), 1)} AS {attribute.Column.Name}")
            : Rules.Sql($"{FromLast(Rules.Sql($"{attribute.Column.Name}"), isValue, 1)} AS {attribute.Column.Name}"));
        IEnumerable<SqlText> previous = _plan.Of(ScdType.Type3).Select(attribute => Rules.Sql($"""
            CASE WHEN {FromLast(new SqlText("kind"), IsStep(attribute), 1)} = 'stored'
                 THEN {FromLast(Rules.Sql($"{attribute.Previous!.Name}"), new SqlText("kind = 'stored'"), 1)}
                 ELSE {FromLast(Rules.Sql($"{attribute.Column.Name}"), IsStep(attribute), 2)}
            END AS {attribute.Previous!.Name}
            """));
        return Statement("find-member-state", "Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.", Rules.Sql($"""
            CREATE TEMP TABLE member_state ON COMMIT DROP AS
            SELECT {Lines([.. StateKey.Select(name => Rules.Sql($"{name}")), .. first, .. last, .. previous])},
                   max(happens_at) FILTER (WHERE kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member)) AS changed_at,
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
}
