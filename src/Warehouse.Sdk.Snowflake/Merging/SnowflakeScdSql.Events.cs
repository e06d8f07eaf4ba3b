using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>The side table of delivered events, from which histories are rebuilt.</summary>
internal sealed partial class SnowflakeScdSql
{
    private QualifiedName Remembered => _plan.Dimension.Events!.Name;

    private IReadOnlyList<Identifier> EventColumns =>
    [
        .. _key, EffectiveAt, IsDeleteColumn, .. _plan.RemembersSequence ? [EventTable.SequenceNumber] : Array.Empty<Identifier>(), .. _plan.AttributeNames, _names.IsInferred, _names.LoadId,
    ];

    private SqlText AndSameSequence => _plan.RemembersSequence
        ? Rules.Sql($"AND known.{EventTable.SequenceNumber} IS NOT DISTINCT FROM src.{EventTable.SequenceNumber}")
        : SqlText.Empty;

    // What it takes the place of may have been the value before the last change, which no version shows as its own.
    private SqlText OrSupersedes => _plan.RemembersSequence
        ? Rules.Sql($"""
            OR EXISTS (
                SELECT 1
                FROM {Remembered} AS known
                WHERE {SameKey("known", "src", _key)}
                  AND known.effective_at = src.effective_at
                  AND (known.{EventTable.SequenceNumber} IS NULL OR known.{EventTable.SequenceNumber} < src.{EventTable.SequenceNumber})
            )
            """)
        : SqlText.Empty;

    // A delete told of before its member's first row ended nobody; a row older than it, which the early beginning of the version covers, gives it a meaning.
    private SqlText OrPrecedesDelete => _plan.Reconciles && _definition.Operation is not null && _definition.FirstVersionFrom is not null
        ? Rules.Sql($"""
            OR (tgt.{_names.Version} = 1 AND EXISTS (
                SELECT 1
                FROM {Remembered} AS known
                WHERE {SameKey("known", "src", _key)}
                  AND known.{IsDeleteColumn}
                  AND known.{EffectiveAt} > src.{EffectiveAt}
            ))
            """)
        : SqlText.Empty;

    /// <summary>A placeholder asks for its member since its own time. Of a member stored before its events were kept, the versions are what is known.</summary>
    private IEnumerable<SqlStatement> RememberStoredVersions(QualifiedName members)
    {
        if (!_plan.Reconciles)
            yield break;
        SqlText isDeleted = _definition.TracksDeletion ? Rules.Sql($"tgt.{_names.IsDeleted}") : new SqlText("FALSE");
        SqlText noSequence = _plan.RemembersSequence ? new SqlText("NULL") : SqlText.Empty;
        yield return Statement("remember-stored-versions", "Placeholders, and members that were stored before their events were kept.", Rules.Sql($"""
            INSERT INTO {Remembered} ({Names(EventColumns)})
            WITH unremembered AS (
                SELECT tgt.*,
                       {isDeleted} AS is_delete,
                       tgt.{_names.ValidFrom} AS held_from,
                       {ReadEnd("tgt")} AS ends_at,
                       {ChangedAt("tgt")} AS stored_change,
                       lead(tgt.{_names.ValidFrom}) OVER (PARTITION BY {Inline("tgt", _key)} ORDER BY tgt.{_names.ValidFrom}) AS next_held_from
                FROM {Known} AS tgt
                WHERE EXISTS (SELECT 1 FROM {members} AS members WHERE {SameKey("members", "tgt", _key)})
                  AND NOT EXISTS (
                      SELECT 1
                      FROM {Remembered} AS known
                      WHERE {SameKey("known", "tgt", _key)}
                        AND (known.{_names.IsInferred} OR NOT tgt.{_names.IsInferred})
                  )
            )
            SELECT {Lines([.. _key.Select(name => Column("src", name)), new SqlText("src.held_from"), new SqlText("src.is_delete"), noSequence, .. _plan.AttributeNames.Select(ValueUnlessGone), Rules.Sql($"src.{_names.IsInferred}"), Rules.Sql($"src.{_names.LoadId}")])}
            FROM unremembered AS src
            UNION ALL
            SELECT {Lines([.. _key.Select(name => Column("src", name)), new SqlText("src.stored_change"), new SqlText("FALSE"), noSequence, .. _plan.AttributeNames.Select(name => Column("src", name)), new SqlText("FALSE"), Rules.Sql($"src.{_names.LoadId}")])}
            FROM unremembered AS src
            WHERE {SeenLater("src")}
              AND NOT src.{_names.IsInferred}
            UNION ALL
            SELECT {Lines([.. _key.Select(name => Column("src", name)), new SqlText("src.ends_at"), new SqlText("TRUE"), noSequence, .. _plan.AttributeNames.Select(_ => Null), new SqlText("FALSE"), Rules.Sql($"src.{_names.LoadId}")])}
            FROM unremembered AS src
            WHERE {EndsForGood("src")}
              AND NOT src.{_names.IsInferred}
            """));
    }

    private static SqlText ValueUnlessGone(Identifier name) => Rules.Sql($"CASE WHEN NOT src.is_delete THEN src.{name} END");

    private IEnumerable<SqlStatement> RememberEvents()
    {
        if (!_plan.Reconciles)
            yield break;
        SqlText sequence = _plan.RemembersSequence ? Rules.Sql($"src.{EventTable.SequenceNumber}") : SqlText.Empty;
        SqlText sameValues = SqlText.Join("\nAND ", _plan.AttributeNames.Select(name => Rules.Sql($"known.{name} IS NOT DISTINCT FROM src.{name}")));
        yield return Statement("remember-events", "What is delivered again adds no row.", Rules.Sql($"""
            INSERT INTO {Remembered} ({Names(EventColumns)})
            SELECT {Lines([.. _key.Select(name => Column("src", name)), new SqlText("src.effective_at"), new SqlText("src.is_delete"), sequence, .. _plan.AttributeNames.Select(ValueUnlessGone), new SqlText("FALSE"), new SqlText("$load_id")])}
            FROM {Incoming} AS src
            WHERE NOT EXISTS (
                SELECT 1
                FROM {Remembered} AS known
                WHERE {SameKey("known", "src", _key)}
                  AND known.effective_at = src.effective_at
                  AND known.is_delete = src.is_delete
                  AND NOT known.{_names.IsInferred}
                  {AndSameSequence}
                  {(sameValues.IsEmpty ? SqlText.Empty : Rules.Sql($"AND (src.is_delete OR ({sameValues}))"))}
            )
            """));
    }

    private IEnumerable<SqlStatement> RememberAbsences()
    {
        if (!_plan.Reconciles)
            yield break;
        SqlText noSequence = _plan.RemembersSequence ? new SqlText("NULL") : SqlText.Empty;
        yield return Statement("remember-absences", "To be absent from a full snapshot is an event too.", Rules.Sql($"""
            INSERT INTO {Remembered} ({Names(EventColumns)})
            SELECT {Lines([.. _key.Select(name => Column("absent", name)), AsOf, new SqlText("TRUE"), noSequence, .. _plan.AttributeNames.Select(_ => Null), new SqlText("FALSE"), new SqlText("$load_id")])}
            FROM {Absentees} AS absent
            """));
    }

    /// <summary>
    /// Of several events at one instant those of the greatest sequence count, in one spelling. A placeholder has the values of the member's
    /// first real event, unless that is older than it.
    /// </summary>
    private SqlText RememberedHappenings(IReadOnlyList<DimensionAttribute> previous)
    {
        DimensionAttribute[] spelled = [.. _attributes.Where(attribute => attribute.Equality.HasFlag(Warehouse.Sdk.Equality.IgnoreCase))];
        var absentOr = new SqlText(_plan.Kind == BatchKind.FullSnapshot ? "WHEN known.is_delete THEN 'absent' " : string.Empty);
        SqlText[] compared = [.. _attributes.Except(spelled).Select(attribute => Column("known", attribute.Column.Name))];
        SqlText highest = _plan.RemembersSequence
            ? Rules.Sql($"QUALIFY known.{EventTable.SequenceNumber} IS NOT DISTINCT FROM max(known.{EventTable.SequenceNumber}) OVER (PARTITION BY {Inline("known", _key)}, known.effective_at)")
            : SqlText.Empty;
        return Rules.Sql($"""
            decided AS (
                SELECT known.*
                FROM {Remembered} AS known
                JOIN {Touched} AS touched ON {SameKey("known", "touched", _key)}
                {highest}
            ),
            distinct_events AS (
                SELECT {Lines([.. _key.Select(name => Column("known", name)), .. _attributes.Select(attribute => spelled.Contains(attribute) ? Rules.Sql($"min(known.{attribute.Column.Name}) AS {attribute.Column.Name}") : Column("known", attribute.Column.Name))])},
                       known.effective_at,
                       known.is_delete,
                       known.{_names.IsInferred},
                       known.is_delete OR known.{_names.IsInferred} AS is_unreal,
                       min(known.{_names.LoadId}) = $load_id AS is_told_now
                FROM decided AS known
                GROUP BY {Lines([.. _key.Select(name => Column("known", name)), .. compared, new SqlText("known.effective_at"), new SqlText("known.is_delete"), Rules.Sql($"known.{_names.IsInferred}")])}
            ),
            happenings AS (
                SELECT known.effective_at AS happens_at,
                       CASE WHEN known.is_told_now THEN 2 ELSE 0 END AS precedence,
                       CASE WHEN NOT known.is_told_now THEN 'known' {absentOr}ELSE 'event' END AS kind,
                       known.is_delete,
                       CAST(NULL AS INTEGER) AS stored_version,
                       CAST(NULL AS {Instant}) AS stored_change,
                       {Lines([.. _key.Select(name => Column("known", name)), .. _attributes.Select(FirstRealValue), .. previous.Select(attribute => Rules.Sql($"CAST(NULL AS {Type(attribute.Column.Type)}) AS {attribute.Previous!.Name}"))])}
                FROM distinct_events AS known
                QUALIFY NOT (known.{_names.IsInferred} AND NOT first_value(known.is_unreal) OVER {Reality} AND first_value(known.effective_at) OVER {Reality} <= known.effective_at)
            )
            """);
    }

    private SqlText Reality => Rules.Sql($"(PARTITION BY {Inline("known", _key)} ORDER BY known.is_unreal, known.effective_at)");

    private SqlText FirstRealValue(DimensionAttribute attribute)
    {
        Identifier name = attribute.Column.Name;
        return Rules.Sql($"CASE WHEN known.{_names.IsInferred} AND NOT first_value(known.is_unreal) OVER {Reality} THEN first_value(known.{name}) OVER {Reality} ELSE known.{name} END AS {name}");
    }
}
