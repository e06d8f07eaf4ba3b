using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Takes a member back to a placeholder: its key stays, and with it what facts link to; what was known of it goes.</summary>
internal sealed class SnowflakePurgeSql
{
    private static readonly QualifiedName Purged = Temp("purged");
    private static readonly long Unknown = DefaultMember.Unknown.Key;

    private readonly PurgePlan _plan;
    private readonly Dimension _dimension;
    private readonly ModelConventions _names;

    private SnowflakePurgeSql(PurgePlan plan)
    {
        _plan = plan;
        _dimension = plan.Dimension;
        _names = plan.Dimension.Conventions;
    }

    public static SqlScript Purge(PurgePlan plan)
    {
        var sql = new SnowflakePurgeSql(plan);
        return new SqlScript($"purge {plan.Dimension.Name}",
        [
            sql.TakeVersions(),
            .. plan.Holders.Select(sql.Repoint),
            sql.DeleteVersions(),
            sql.EraseValues(),
            .. plan.Dimension.History is null ? [] : new[] { SnowflakeMemberTableSql.Align(plan.Dimension, Rules.Sql($"JOIN {Purged} AS purged ON purged.given_key = version.{plan.Dimension.SurrogateKey}")) },
            .. sql.ForgetEvents(),
            .. plan.Profiles.SelectMany(sql.ForgetCombinations),
            sql.ForgetRejectedRows(),
            sql.CountMembers(),
        ]);
    }

    // Two versions without values would say the same. The mark of a deleted member says something still.
    private SqlStatement TakeVersions()
    {
        SqlText isMark = _dimension.Definition.TracksDeletion
            ? Rules.Sql($"(tgt.{_names.IsDeleted} AND tgt.{_names.Version} > 1 AND tgt.{_names.Version} = max(tgt.{_names.Version}) OVER ())")
            : new SqlText("FALSE");
        return Statement("take-versions", "Which versions of the member become one.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("purged")} AS
            SELECT src.stored_key,
                   first_value(src.stored_key) OVER (PARTITION BY src.is_mark ORDER BY src.version_number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS given_key,
                   last_value(src.ends_at) OVER (PARTITION BY src.is_mark ORDER BY src.version_number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS ends_at,
                   last_value(src.lives_on) OVER (PARTITION BY src.is_mark ORDER BY src.version_number ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS lives_on,
                   src.is_mark
            FROM (
                SELECT tgt.{_dimension.SurrogateKey} AS stored_key,
                       tgt.{_names.Version} AS version_number,
                       tgt.{_names.ValidTo} AS ends_at,
                       tgt.{_names.IsCurrent} AS lives_on,
                       {isMark} AS is_mark
                FROM {_dimension.HistoryTable} AS tgt
                WHERE {SnowflakeEquality.SameAsParameters("tgt", _dimension)}
                  AND tgt.{_dimension.SurrogateKey} > 0
            ) AS src
            """));
    }

    private SqlStatement Repoint(KeyHolder holder)
        => Statement("repoint-purged", $"Rows of {holder.Table.Name} whose {holder.KeyColumn} is of a version that becomes one with the first.", Rules.Sql($"""
            UPDATE {holder.Table.Name}
            SET {holder.KeyColumn} = src.given_key,
                {holder.Table.Conventions.LoadId} = $load_id
            FROM {Purged} AS src
            WHERE {holder.Table.Name}.{holder.KeyColumn} = src.stored_key
              AND src.given_key <> src.stored_key
            """)) with { Counter = Counters.Repointed, WritesTarget = true };

    private SqlStatement DeleteVersions() => Statement("delete-purged-versions", "The first version stays; nothing holds the keys of the others any more.", Rules.Sql($"""
        DELETE FROM {_dimension.HistoryTable}
        WHERE {_dimension.HistoryTable}.{_dimension.SurrogateKey} IN (SELECT stored_key FROM {Purged} WHERE given_key <> stored_key)
        """)) with { WritesTarget = true };

    private SqlStatement EraseValues()
    {
        IEnumerable<Identifier> erased = _dimension.Attributes.SelectMany(attribute => new[] { attribute.Name, attribute.Previous?.Name, attribute.Current?.Name }).OfType<Identifier>();
        (Identifier Name, SqlText Value)[] values =
        [
            .. erased.Select(name => (name, new SqlText("NULL"))),
            .. _dimension.Definition.CurrentKeys.Select(column => (column.Name, Rules.Sql($"{Unknown}"))),
            (_names.ValidTo, new SqlText("src.ends_at")),
            (_names.IsCurrent, new SqlText("src.lives_on")),
            (_names.Version, new SqlText("CASE WHEN src.is_mark THEN 2 ELSE 1 END")),
            (_names.ChangedAt, new SqlText("NULL")),
            .. _dimension.Definition.RecordsChangeReason ? [(_names.ChangeReason, new SqlText("CASE WHEN src.is_mark THEN 'deleted' ELSE 'inferred' END"))] : Array.Empty<(Identifier, SqlText)>(),
            (_names.IsInferred, new SqlText("NOT src.is_mark")),
        ];
        return Statement("erase-values", "Like a member that facts named before its own rows arrived.", Rules.Sql($"""
            UPDATE {_dimension.HistoryTable}
            SET {Lines([.. values.Select(column => Rules.Sql($"{column.Name} = {column.Value}")), Rules.Sql($"{_names.LoadId} = $load_id")])}
            FROM {Purged} AS src
            WHERE {_dimension.HistoryTable}.{_dimension.SurrogateKey} = src.stored_key
              AND ({AnyTrue(values.Select(column => Rules.Sql($"{_dimension.HistoryTable}.{column.Name} IS DISTINCT FROM {column.Value}")))})
            """)) with { WritesTarget = true };
    }

    // The end of a member is no value of it, and is needed where a placeholder has an end.
    private IEnumerable<SqlStatement> ForgetEvents()
    {
        if (_dimension.Events is not { } events)
            yield break;
        yield return Statement("forget-events", "What the member's rows said.", Rules.Sql($"""
            DELETE FROM {events.Name}
            WHERE {SnowflakeEquality.SameAsParameters(Own(events.Name), _dimension)}
              AND NOT ({events.Name}.{EventTable.IsDelete} AND EXISTS (SELECT 1 FROM {Purged} AS purged WHERE NOT purged.is_mark AND {SnowflakeIntervalSql.End(new SqlText("purged.ends_at"), _names)} = {events.Name}.{EventTable.EffectiveAt}))
            """)) with { WritesTarget = true };
        if (_dimension.Attributes.Count == 0)
            yield break;
        yield return Statement("erase-values-of-events", "Of the end nothing but its time is kept.", Rules.Sql($"""
            UPDATE {events.Name}
            SET {Lines(_dimension.Attributes.Select(attribute => Rules.Sql($"{attribute.Name} = NULL")))}
            WHERE {SnowflakeEquality.SameAsParameters(Own(events.Name), _dimension)}
              AND ({AnyTrue(_dimension.Attributes.Select(attribute => Rules.Sql($"{events.Name}.{attribute.Name} IS NOT NULL")))})
            """)) with { WritesTarget = true };
    }

    private IEnumerable<SqlStatement> ForgetCombinations((ProfileHistory Profile, IReadOnlyList<ProfileHolder> Holders) profile)
    {
        foreach (ProfileHolder holder in profile.Holders)
        {
            yield return Statement("forget-combinations-of-facts", $"Nobody knows which combination the member had when, so {holder.KeyColumn} is unknown.", Rules.Sql($"""
                UPDATE {holder.Fact.Name}
                SET {holder.KeyColumn} = {Unknown},
                    {holder.Fact.Conventions.LoadId} = $load_id
                WHERE {holder.Fact.Name}.{holder.MemberKeyColumn} IN (SELECT given_key FROM {Purged})
                  AND {holder.Fact.Name}.{holder.KeyColumn} <> {Unknown}
                """)) with { WritesTarget = true };
        }

        Dimension history = profile.Profile.Assignment;
        foreach (QualifiedName table in new[] { history.Name, history.Events?.Name }.OfType<QualifiedName>())
        {
            yield return Statement("forget-combinations", "Which combination the member had when.", Rules.Sql($"""
                DELETE FROM {table}
                WHERE {SnowflakeEquality.SameAsParameters(Own(table), _dimension)}
                """)) with { WritesTarget = true };
        }
    }

    // As received, a row may be of any format: whatever has all parts of the key in it counts as the member's.
    private SqlStatement ForgetRejectedRows()
    {
        // A row as received has the key as it is, one that a statement rejected as JSON writes it; an empty text is only seen between quotes.
        SqlText Holds(Column key, int position)
        {
            SqlText text = SnowflakeEquality.KeyParameterText(key, position);
            SqlText json = Rules.Sql($"trim(to_json(to_variant({SnowflakeEquality.KeyParameterValue(key, position)})), '\"')");
            SqlText row = Rules.Sql($"{SnowflakeLedgerSql.Rejects(_names)}.raw_row");
            SqlText whenMissing = new(_dimension.Definition.OptionalKey.Contains(key.Name) ? "TRUE" : "FALSE");
            return Rules.Sql($"""
                coalesce(CASE WHEN {text} = '' THEN contains({row}, '""')
                              ELSE regexp_instr({row}, '(^|[^[:alnum:]])(' || {Escaped(text)} || '|' || {Escaped(json)} || ')($|[^[:alnum:]])', 1, 1, 0, 'i') > 0
                         END, {whenMissing})
                """);
        }

        IEnumerable<SqlText> named = _dimension.NaturalKey.Select((key, index) => Holds(key, index + 1));
        return Statement("forget-rejected-rows", "Rejected rows that name the member stay with their reason, without what they said.", Rules.Sql($"""
            UPDATE {SnowflakeLedgerSql.Rejects(_names)}
            SET raw_row = NULL
            WHERE {SnowflakeLedgerSql.Rejects(_names)}.target IN ({SqlText.Join(", ", _plan.Targets.Select(Constant))})
              AND {SnowflakeLedgerSql.Rejects(_names)}.raw_row IS NOT NULL
              AND {SqlText.Join("\n  AND ", named)}
            """)) with { WritesTarget = true };
    }

    // Each character that means something in a pattern, behind a backslash.
    private static SqlText Escaped(SqlText text) => Rules.Sql($"regexp_replace({text}, {Constant(@"([][(){}.*+?^$|\\-])")}, {Constant(@"\\\1")})");

    private SqlStatement CountMembers() => Statement("count-members", "Whether there was such a member, and anything known of it.", Rules.Sql($"""
        SELECT 1 AS accepted,
               CASE WHEN EXISTS (SELECT 1 FROM {_dimension.HistoryTable} AS tgt JOIN {Purged} AS purged ON purged.stored_key = tgt.{_dimension.SurrogateKey} WHERE tgt.{_names.LoadId} = $load_id) THEN 1 ELSE 0 END AS updated
        """)) with { Kind = StatementKind.Count };
}
