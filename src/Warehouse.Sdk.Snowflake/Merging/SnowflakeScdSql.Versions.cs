using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>The history that the timeline tells, and what the member as a whole is like.</summary>
internal sealed partial class SnowflakeScdSql
{
    private static readonly Identifier VersionNumber = "version_number";

    private SqlStatement NumberVersions()
    {
        var isVersion = new SqlText(_definition.TracksDeletion ? string.Empty : "WHERE begins_version");
        Identifier surrogateKey = _plan.Dimension.SurrogateKey;
        SqlText sameValues = SqlText.Join("\nAND ", _type2.Select(attribute => Rules.Sql($"NOT ({Differs("stored", "src", attribute)})")).Append(new SqlText("stored.is_delete = src.is_delete")));
        SqlText keyed = Rules.Sql($"""
            SELECT src.*,
                   coalesce(src.stored_key, surrogate_key.last_key + row_number() OVER (PARTITION BY src.stored_key IS NULL ORDER BY src.happens_at, {Inline("src", _key)})) AS given_key
            FROM matched AS src
            CROSS JOIN (SELECT last_key FROM {SnowflakeLedgerSql.SurrogateKeys(_names)} WHERE target = $target) AS surrogate_key
            """);
        return Statement("number-versions", "Each version with its end and its key: that of the stored version which begins where it does or, saying the same, inside it.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("versions")} AS
            WITH boundaries AS (
                SELECT {BoundaryColumns},
                       lead(happens_at) OVER (PARTITION BY {Inline("src", _key)} ORDER BY happens_at, precedence) AS ends_at
                FROM {Timeline} AS src
                WHERE begins_version OR ends_member
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
                       min_by(stored.{surrogateKey}, stored.held_from) AS stored_key
                FROM same_beginning AS src
                JOIN {Stored} AS stored ON {SameKey("stored", "src", _key)}
                    AND stored.held_from > src.held_from
                    AND (src.ends_at IS NULL OR stored.held_from < src.ends_at)
                WHERE src.stored_key IS NULL
                  AND {sameValues}
                GROUP BY {Inline("src", _key)}, src.version_number
            ),
            matched AS (
                SELECT src.* REPLACE (coalesce(src.stored_key, earlier.stored_key) AS stored_key)
                FROM same_beginning AS src
                LEFT JOIN begins_earlier AS earlier ON {SameKey("earlier", "src", _key)} AND earlier.version_number = src.version_number
            )
            {WithDerivedColumns(keyed)}
            """));
    }

    // Where case is ignored, an end finds the spelling that its version has, not that of the last event.
    private SqlText BoundaryColumns
    {
        get
        {
            DimensionAttribute[] spelled = [.. _type2.Where(attribute => _definition.TracksDeletion && attribute.Equality.HasFlag(Warehouse.Sdk.Equality.IgnoreCase))];
            return spelled.Length == 0
                ? new SqlText("src.*")
                : Rules.Sql($"src.* REPLACE ({Lines(spelled.Select(attribute => CarriedOver(attribute.Column.Name, "ends_member")))})");
        }
    }

    private SqlStatement FindMemberState()
    {
        SqlText Ordered(string function, SqlText value, SqlText filter)
            => Rules.Sql($"{new SqlText(function)}({value}, CASE WHEN {filter} THEN place END)");

        var isValue = new SqlText("NOT is_delete");

        SqlText IsFirstValue(DimensionAttribute attribute) => attribute.FillsWhenNull ? Rules.Sql($"{isValue} AND {attribute.Column.Name} IS NOT NULL") : isValue;

        IEnumerable<SqlText> first = _plan.Of(ScdType.Type0).Select(attribute
            => Rules.Sql($"{Ordered("min_by", Rules.Sql($"{attribute.Column.Name}"), IsFirstValue(attribute))} AS {attribute.Column.Name}"));
        IEnumerable<SqlText> last = _overwritten.Select(attribute => FollowedChangeByChange.Contains(attribute)
            ? Rules.Sql($"{Ordered("max_by", Rules.Sql($"{attribute.Column.Name}"), IsStep(attribute))} AS {attribute.Column.Name}")
            : Rules.Sql($"{Ordered("max_by", Rules.Sql($"{attribute.Column.Name}"), isValue)} AS {attribute.Column.Name}"));
        IEnumerable<SqlText> previous = _plan.Of(ScdType.Type3).Select(attribute => Rules.Sql($"""
            CASE WHEN {Ordered("max_by", new SqlText("kind"), IsStep(attribute))} = 'stored'
                 THEN {Ordered("max_by", Rules.Sql($"{attribute.Previous!.Name}"), new SqlText("kind = 'stored'"))}
                 ELSE {Ordered("max_by", Rules.Sql($"{Before(attribute)}"), IsStep(attribute))}
            END AS {attribute.Previous!.Name}
            """));
        return Statement("find-member-state", "Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the version where only the current one is overwritten.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("member_state")} AS
            SELECT {Lines([.. StateKey.Select(name => Rules.Sql($"{name}")), .. first, .. last, .. previous])},
                   max(CASE WHEN kind IN ('event', 'absent') AND (begins_version OR overwrites OR ends_member) THEN happens_at END) AS changed_at,
                   boolor_agg(overwrites) AS is_overwritten
            FROM (
                SELECT happening.*,
                       {Lines([Rules.Sql($"row_number() OVER (PARTITION BY {Names(StateKey)} ORDER BY happens_at, precedence) AS place"), .. _plan.Of(ScdType.Type3).Select(attribute => Rules.Sql($"lag({attribute.Column.Name}) OVER (PARTITION BY {Names(StateKey)}, {IsStep(attribute)} ORDER BY happens_at, precedence) AS {Before(attribute)}"))])}
                FROM {HappeningsOfState}
            ) AS placed
            GROUP BY {Names(StateKey)}
            """));
    }

    private IReadOnlyList<Identifier> StateKey => _plan.OverwritesCurrentVersionOnly ? [.. _key, VersionNumber] : _key;

    // A version that is overwritten only while it is current keeps what was true when it ended.
    private SqlText HappeningsOfState => _plan.OverwritesCurrentVersionOnly
        ? Rules.Sql($"""
            (
                SELECT timeline.*,
                       version.{VersionNumber}
                FROM {Timeline} AS timeline
                JOIN {Versions} AS version ON {SameKey("version", "timeline", _key)}
                    AND (version.ends_at IS NULL OR timeline.happens_at < version.ends_at)
            ) AS happening
            """)
        : Rules.Sql($"{Timeline} AS happening");

    private static SqlText IsStep(DimensionAttribute attribute) => Rules.Sql($"is_first OR {Flag(attribute)} OR kind = 'stored'");

    /// <summary>What stood before the step.</summary>
    private static Identifier Before(DimensionAttribute attribute) => $"before {attribute.Name}";
}
