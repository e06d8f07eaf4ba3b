using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>What holds for the versions of every member.</summary>
internal sealed partial class SnowflakeVerifySql
{
    private IEnumerable<SqlStatement> RulesOfHistory(Dimension dimension)
    {
        yield return Intervals(dimension);
        yield return Overlaps(dimension);
        yield return CurrentVersions(dimension);
        yield return SingleCurrentVersion(dimension);
        if (!VerifyPlan.MembersMayEnd(dimension))
            yield return UnexplainedGaps(dimension);
        yield return RepeatedVersions(dimension);
        yield return VersionNumbers(dimension);
        if (VerifyPlan.SharedByVersions(dimension).Count > 0)
            yield return OverwrittenValues(dimension);
        if (dimension.Attributes.Any(attribute => attribute.Current is not null))
            yield return CurrentValues(dimension);
        if (dimension.Definition.RecordsChangeReason)
            yield return ChangeReasons(dimension);
    }

    private SqlStatement Intervals(Dimension dimension) => Rule("intervals", "versions are empty or end before they begin", Rules.Sql($"""
        SELECT version.member,
               CAST(version.surrogate_key AS VARCHAR) AS keys,
               'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.ends_at = version.begins_at THEN ' ends where it begins' ELSE ' ends before it begins' END AS detail
        FROM (
            {InTime(dimension)}
        ) AS version
        WHERE version.ends_at <= version.begins_at
        """));

    private SqlStatement Overlaps(Dimension dimension) => Rule("overlaps", "versions of one member overlap", Rules.Sql($"""
        SELECT version.member,
               CAST(version.surrogate_key AS VARCHAR) || ', ' || CAST(version.next_key AS VARCHAR) AS keys,
               'version ' || CAST(version.version_number AS VARCHAR) || ' still holds where version ' || CAST(version.next_version_number AS VARCHAR) || ' begins' AS detail
        FROM (
            {InTime(dimension)}
        ) AS version
        WHERE version.next_begins_at < version.ends_at
           OR (version.next_begins_at IS NOT NULL AND version.ends_at IS NULL)
        """));

    private SqlStatement CurrentVersions(Dimension dimension) => Rule("current-versions", "versions are current without being open, or open without being current", Rules.Sql($"""
        SELECT version.member,
               CAST(version.surrogate_key AS VARCHAR) AS keys,
               'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.is_current_version THEN ' is current and has an end' ELSE ' is open and not current' END AS detail
        FROM (
            {InTime(dimension)}
        ) AS version
        WHERE version.is_current_version <> (version.ends_at IS NULL)
        """));

    private SqlStatement SingleCurrentVersion(Dimension dimension) => Rule("single-current-version", "members have more than one current version", Rules.Sql($"""
        SELECT {KeyText("tgt", dimension)} AS member,
               listagg(CAST(tgt.{dimension.SurrogateKey} AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt.{dimension.SurrogateKey}) AS keys,
               CAST(count(*) AS VARCHAR) || ' versions are current' AS detail
        FROM {dimension.HistoryTable} AS tgt
        WHERE tgt.{dimension.SurrogateKey} > 0
          AND tgt.{_names.IsCurrent}
        GROUP BY {Columns("tgt", dimension.NaturalKey.Select(column => column.Name))}
        HAVING count(*) > 1
        """));

    private SqlStatement UnexplainedGaps(Dimension dimension) => Rule("unexplained-gaps", "members are gone for a time or for good, but nothing in the model ends members", Rules.Sql($"""
        SELECT version.member,
               CAST(version.surrogate_key AS VARCHAR) AS keys,
               'version ' || CAST(version.version_number AS VARCHAR) || CASE WHEN version.next_key IS NULL THEN ' has an end and is the last' ELSE ' ends before the next begins' END AS detail
        FROM (
            {InTime(dimension)}
        ) AS version
        WHERE version.next_begins_at > version.ends_at
           OR (version.next_key IS NULL AND version.ends_at IS NOT NULL)
        """));

    private SqlStatement RepeatedVersions(Dimension dimension)
    {
        SqlText member = MemberInTime(dimension);
        SqlText[] same =
        [
            .. VerifyPlan.Versioning(dimension).Select(attribute => IsSame(attribute, member)),
            .. dimension.Definition.TracksDeletion ? [Rules.Sql($"tgt.{_names.IsDeleted} = lead(tgt.{_names.IsDeleted}) OVER ({member})")] : Array.Empty<SqlText>(),
        ];
        SqlText saysTheSame = same.Length == 0 ? new SqlText("TRUE") : SqlText.Join("\nAND ", same);
        return Rule("repeated-versions", "versions say the same as the version before them, without a gap between", Rules.Sql($"""
            SELECT version.member,
                   CAST(version.surrogate_key AS VARCHAR) || ', ' || CAST(version.next_key AS VARCHAR) AS keys,
                   'version ' || CAST(version.next_version_number AS VARCHAR) || ' says the same as version ' || CAST(version.version_number AS VARCHAR) AS detail
            FROM (
                SELECT {KeyText("tgt", dimension)} AS member,
                       tgt.{dimension.SurrogateKey} AS surrogate_key,
                       tgt.{_names.Version} AS version_number,
                       {SnowflakeIntervalSql.End("tgt", _names)} AS ends_at,
                       lead(tgt.{dimension.SurrogateKey}) OVER ({member}) AS next_key,
                       lead(tgt.{_names.Version}) OVER ({member}) AS next_version_number,
                       lead(tgt.{_names.ValidFrom}) OVER ({member}) AS next_begins_at,
                       {saysTheSame} AS says_the_same
                FROM {dimension.HistoryTable} AS tgt
                WHERE tgt.{dimension.SurrogateKey} > 0
            ) AS version
            WHERE version.ends_at = version.next_begins_at
              AND version.says_the_same
            """));
    }

    private SqlStatement VersionNumbers(Dimension dimension) => Rule("version-numbers", "versions are not numbered 1, 2, 3 ... in the order of their validity", Rules.Sql($"""
        SELECT version.member,
               CAST(version.surrogate_key AS VARCHAR) AS keys,
               'version ' || CAST(version.version_number AS VARCHAR) || ' stands in place ' || CAST(version.place AS VARCHAR) AS detail
        FROM (
            {InTime(dimension)}
        ) AS version
        WHERE version.version_number <> version.place
        """));

    private SqlStatement OverwrittenValues(Dimension dimension)
    {
        IReadOnlyList<Identifier> shared = VerifyPlan.SharedByVersions(dimension);
        return Rule("overwritten-values", "versions of one member differ in attributes that all of them share", Rules.Sql($"""
            SELECT version.member,
                   version.keys,
                   'they differ in ' || version.differing AS detail
            FROM (
                SELECT {KeyText("tgt", dimension)} AS member,
                       listagg(CAST(tgt.{dimension.SurrogateKey} AS VARCHAR), ', ') WITHIN GROUP (ORDER BY tgt.{dimension.SurrogateKey}) AS keys,
                       {NamesWhere(shared.Select(name => (name, Rules.Sql($"count(DISTINCT tgt.{name}) > 1 OR count(tgt.{name}) NOT IN (0, count(*))"))))} AS differing
                FROM {dimension.HistoryTable} AS tgt
                WHERE tgt.{dimension.SurrogateKey} > 0
                GROUP BY {Columns("tgt", dimension.NaturalKey.Select(column => column.Name))}
                HAVING count(*) > 1
            ) AS version
            WHERE version.differing <> ''
            """));
    }

    private SqlStatement CurrentValues(Dimension dimension)
    {
        (Identifier Name, SqlText Value)[] current = [.. SnowflakeVersionSql.CurrentValues(dimension)];
        return Rule("current-values", "current values are not those of the member's latest version", Rules.Sql($"""
            SELECT {KeyText("version", dimension)} AS member,
                   CAST(version.given_key AS VARCHAR) AS keys,
                   'it differs in ' || version.differing_columns AS detail
            FROM (
                SELECT {Columns("src", dimension.NaturalKey.Select(column => column.Name))},
                       src.given_key,
                       {NamesWhere(current.Select(column => (column.Name, Rules.Sql($"src.{column.Name} IS DISTINCT FROM {column.Value}"))))} AS differing_columns
                FROM (
                    {SnowflakeVersionSql.Stored(dimension)}
                ) AS src
            ) AS version
            WHERE version.differing_columns <> ''
            """));
    }

    private SqlStatement ChangeReasons(Dimension dimension) => Rule("change-reasons", "versions give another reason than their history does", Rules.Sql($"""
        SELECT {KeyText("version", dimension)} AS member,
               CAST(version.given_key AS VARCHAR) AS keys,
               'version ' || CAST(version.version_number AS VARCHAR) || ' should say ' || version.expected_reason AS detail
        FROM (
            SELECT {Columns("src", [.. dimension.NaturalKey.Select(column => column.Name), _names.ChangeReason])},
                   src.given_key,
                   src.version_number,
                   {SnowflakeVersionSql.StoredChangeReason(dimension)} AS expected_reason
            FROM (
                {SnowflakeVersionSql.Stored(dimension)}
            ) AS src
        ) AS version
        WHERE version.{_names.ChangeReason} IS DISTINCT FROM version.expected_reason
        """));

    /// <summary>Each version beside the one that follows it.</summary>
    private SqlText InTime(Dimension dimension) => Rules.Sql($"""
        SELECT {KeyText("tgt", dimension)} AS member,
               tgt.{dimension.SurrogateKey} AS surrogate_key,
               tgt.{_names.Version} AS version_number,
               tgt.{_names.ValidFrom} AS begins_at,
               {SnowflakeIntervalSql.End("tgt", _names)} AS ends_at,
               tgt.{_names.IsCurrent} AS is_current_version,
               row_number() OVER ({MemberInTime(dimension)}) AS place,
               lead(tgt.{dimension.SurrogateKey}) OVER ({MemberInTime(dimension)}) AS next_key,
               lead(tgt.{_names.Version}) OVER ({MemberInTime(dimension)}) AS next_version_number,
               lead(tgt.{_names.ValidFrom}) OVER ({MemberInTime(dimension)}) AS next_begins_at
        FROM {dimension.HistoryTable} AS tgt
        WHERE tgt.{dimension.SurrogateKey} > 0
        """);

    private SqlText MemberInTime(Dimension dimension)
        => Rules.Sql($"PARTITION BY {Inline("tgt", dimension.NaturalKey.Select(column => column.Name))} ORDER BY tgt.{_names.ValidFrom}, tgt.{_names.Version}");

    // NULL-safe, as changes are found when rows are merged.
    private static SqlText IsSame(DimensionAttribute attribute, SqlText member)
    {
        SqlText value = Column("tgt", attribute.Name);
        SqlText next = Rules.Sql($"lead({value}) OVER ({member})");
        return attribute.Equality.HasFlag(Equality.IgnoreCase)
            ? Rules.Sql($"lower({value}) IS NOT DISTINCT FROM lower({next})")
            : Rules.Sql($"{value} IS NOT DISTINCT FROM {next}");
    }
}
