using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// Sums staged rows up by entity and period, and carries on what later periods take over from earlier ones. Leaves the rows of every period that may
/// have changed in <c>warehouse_work.incoming</c>.
/// </summary>
internal sealed partial class SnowflakeFactSql
{
    private static readonly QualifiedName Summarised = Temp("summarised");
    private static readonly QualifiedName Active = Temp("active");

    private PeriodicDefinition Snapshot => _plan.Periodic!;

    private IReadOnlyList<Identifier> Entity => Snapshot.EntityNames;

    private Identifier PeriodEnd => Snapshot.Day.Name;

    private Identifier[] Lineage => Snapshot.Source is null ? [] : [PeriodicDefinition.SourceRows, PeriodicDefinition.SourceLoadId];

    /// <summary>What one period's own rows give.</summary>
    private Identifier[] Figures => [.. Snapshot.Summarised.Select(measure => measure.Column.Name), .. Lineage];

    private IEnumerable<SqlStatement> Summarise()
    {
        SqlText complete = SnowflakePeriodSql.Complete(Snapshot);
        yield return Statement("reject-incomplete-rows", "A row without its entity, or of a day that no calendar has, belongs to no period.", Rules.Sql($"""
            INSERT INTO {SnowflakeLedgerSql.Rejects(_plan.Target.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   $path,
                   src.{StagePlan.SourceLine},
                   array_to_string(array_construct_compact({SqlText.Join(", ", _grain.Select(name => Rules.Sql($"CASE WHEN src.{name} IS NULL THEN {Constant(name.Value)} END")))}), ', '),
                   CASE WHEN {SqlText.Join(" OR ", _grain.Select(name => Rules.Sql($"src.{name} IS NULL")))} THEN 'entity or day is NULL' ELSE {Constant($"{Snapshot.Date.Name} does not have the day")} END,
                   to_json(object_construct_keep_null(src.*))
            FROM {Staged} AS src
            WHERE NOT ({complete})
            """)) with { Counter = Counters.Rejected };
        if (Snapshot.RowKey.Count > 0)
        {
            foreach (SqlStatement statement in new SnowflakeBatchSql
            {
                Rows = Staged,
                Complete = complete,
                Key = [.. Snapshot.RowKey.Select(column => column.Name)],
                Content = [.. _plan.Target.SourceColumns.Select(column => column.Name)],
                Conventions = _plan.Target.Conventions,
                Conflict = "several rows of one key have different values",
            }.Statements())
            {
                yield return statement;
            }
        }

        QualifiedName rows = Snapshot.RowKey.Count > 0 ? _incoming : Staged;
        yield return Statement("sum-up-periods", "One row per entity and period in which something happened.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("summarised")} AS
            SELECT {Columns("src", Entity)},
                   {SnowflakePeriodSql.End(Snapshot, Column("src", PeriodEnd))} AS {PeriodEnd},
                   {Lines(Snapshot.Summarised.Select(Aggregated).Concat(Lineage.Length == 0 ? [] : [Rules.Sql($"count(*) AS {PeriodicDefinition.SourceRows}"), Rules.Sql($"max(src.{PeriodicDefinition.SourceLoadId}) AS {PeriodicDefinition.SourceLoadId}")]))},
                   count(*) AS summed_rows,
                   min(src.{StagePlan.SourceLine}) AS {StagePlan.SourceLine}
            FROM {rows} AS src
            {(Snapshot.RowKey.Count > 0 ? SqlText.Empty : Rules.Sql($"WHERE {complete}"))}
            GROUP BY {Columns("src", Entity)}, {SnowflakePeriodSql.End(Snapshot, Column("src", PeriodEnd))}
            """));
        if (Snapshot.Source is null)
        {
            yield return Statement("find-periods", "The periods that are replaced.", Rules.Sql($"""
                CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("periods")} AS
                SELECT DISTINCT src.{PeriodEnd} AS period_end
                FROM {Summarised} AS src
                """));
        }

        if (Snapshot.RowKey.Count > 0)
            yield return Statement("drop-incoming", "The periods take the place of their rows.", Rules.Sql($"DROP TABLE {_incoming}"));
        foreach (SqlStatement statement in Restate())
            yield return statement;
    }

    private IEnumerable<SqlStatement> Restate() =>
    [
        .. Snapshot.Carries ? CarryOn() : [Statement("state-periods", "Every entity in every period in which something happened.", StatesOfPeriods())],
        Statement("count-folded", "Rows that were summed up with others, and rows that no row of the source is about.", Rules.Sql($"""
            SELECT (SELECT CAST(coalesce(sum(src.summed_rows), 0) AS BIGINT) - count(*) FROM {Summarised} AS src) AS folded,
                   (SELECT count(*) FROM {_incoming}) - (SELECT count(*) FROM {Summarised}) AS derived
            """)) with { Kind = StatementKind.Count },
    ];

    /// <summary>Levels, balances and entities without activity go from each period into the next.</summary>
    private IEnumerable<SqlStatement> CarryOn() =>
    [
        Statement("read-restated-from", "The first period that may change; those before it stay.", Rules.Sql($"""
            SELECT min(period_end) AS restated_from
            FROM {SnowflakePeriodSql.Periods}
            """)) with { Kind = StatementKind.Bind },
        Statement("gather-active-periods", "What happened in the replaced periods and, where they carry on, in those after them.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("active")} AS
            SELECT {Columns("src", [.. Entity, PeriodEnd, .. Figures, StagePlan.SourceLine])}
            FROM {Summarised} AS src
            {LaterActivity}
            """)),
        Statement("read-restated-until", "The last period of the table.", Rules.Sql($"""
            SELECT max(active.period_end) AS restated_until
            FROM (
                SELECT max(src.{PeriodEnd}) AS period_end FROM {Active} AS src
                UNION ALL
                SELECT max(tgt.{PeriodEnd}) FROM {_table} AS tgt WHERE tgt.{PeriodEnd} < {From}
                {AndWasActive}
            ) AS active
            """)) with { Kind = StatementKind.Bind },
        Statement("state-periods", Snapshot.IsDense ? "Every entity in every period, with what it carries on where nothing happened." : "Every entity in every period in which something happened.", States()),
    ];

    /// <summary>Where nothing is carried on, a period is what its own rows give.</summary>
    private SqlText StatesOfPeriods() => Rules.Sql($"""
        CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("incoming")} AS
        SELECT {Lines([.. Entity.Append(PeriodEnd).Append(StagePlan.SourceLine).Concat(Figures).Select(name => Column("src", name)), .. RatiosOf("src")])}
        FROM {Summarised} AS src
        """);

    private IEnumerable<SqlText> RatiosOf(string alias)
        => Snapshot.Ratios.Select(ratio => Quotient(ratio, Column(alias, ratio.Numerator), Column(alias, ratio.Denominator)));

    private static SqlText From => new("CAST($restated_from AS DATE)");

    private static SqlText Until => new("CAST($restated_until AS DATE)");

    private SqlText AndWasActive => Snapshot.IsDense ? Rules.Sql($"AND tgt.{PeriodicDefinition.HasActivity}") : SqlText.Empty;

    private SqlText LaterActivity => Rules.Sql($"""
        UNION ALL
        SELECT {Columns("tgt", [.. Entity, PeriodEnd, .. Figures])},
               NULL
        FROM {_table} AS tgt
        WHERE tgt.{PeriodEnd} > {From}
          {AndWasActive}
          AND NOT EXISTS (SELECT 1 FROM {SnowflakePeriodSql.Periods} AS replaced WHERE replaced.period_end = tgt.{PeriodEnd})
        """);

    private SqlText Aggregated(SnapshotMeasure measure)
    {
        SqlText value = measure.Source is { } source ? Column("src", source.Name) : SqlText.Empty;
        SqlText aggregate = measure.Aggregate switch
        {
            SnapshotAggregate.Sum => Rules.Sql($"sum({value})"),
            SnapshotAggregate.Last => Rules.Sql($"get(array_agg({value}) WITHIN GROUP (ORDER BY {OrderBackwards}), 0)"),
            SnapshotAggregate.First => Rules.Sql($"get(array_agg({value}) WITHIN GROUP (ORDER BY {Order}), 0)"),
            SnapshotAggregate.Smallest => Rules.Sql($"min({value})"),
            SnapshotAggregate.Greatest => Rules.Sql($"max({value})"),
            SnapshotAggregate.Any => Rules.Sql($"coalesce(boolor_agg({value}), FALSE)"),
            _ => new SqlText("count(*)"),
        };
        return Rules.Sql($"CAST({aggregate} AS {Type(measure.Column.Type)}) AS {measure.Column.Name}");
    }

    private SqlText OrderBackwards => SqlText.Join(", ", [Rules.Sql($"{Column("src", PeriodEnd)} DESC"), _plan.Sequence is { } sequence ? Rules.Sql($"{Column("src", sequence)} DESC NULLS FIRST") : SqlText.Empty, Rules.Sql($"{Column("src", StagePlan.SourceLine)} DESC")]);

    private SqlText Order => SqlText.Join(", ", [Column("src", PeriodEnd), _plan.Sequence is { } sequence ? Column("src", sequence) : SqlText.Empty, Column("src", StagePlan.SourceLine)]);

    private SqlText States()
    {
        SqlText ratios = Lines(RatiosOf("stated"));
        SqlText stated = Rules.Sql($"""
            SELECT {Lines(StatedColumns())}
            FROM (
                {Slots()}
            ) AS slot
            """);
        return ratios.IsEmpty
            ? Rules.Sql($"""
                CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("incoming")} AS
                {stated}
                """)
            : Rules.Sql($"""
                CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("incoming")} AS
                SELECT stated.*,
                       {ratios}
                FROM (
                    {stated}
                ) AS stated
                """);
    }

    private IEnumerable<SqlText> StatedColumns()
    {
        foreach (Identifier column in Entity.Append(PeriodEnd).Append(StagePlan.SourceLine))
            yield return Column("slot", column);
        if (Snapshot.IsDense)
            yield return Rules.Sql($"slot.{PeriodicDefinition.HasActivity}");
        foreach (SnapshotMeasure measure in Snapshot.Summarised)
            yield return Rules.Sql($"{Stated(measure)} AS {measure.Column.Name}");
        if (Snapshot.Balance is { } balance)
            yield return Rules.Sql($"coalesce(slot.balance_before, 0) + sum(coalesce(slot.{balance.Net.Column.Name}, 0){Opening(balance)}) OVER (PARTITION BY {Inline("slot", Entity)} ORDER BY slot.{PeriodEnd}) AS {balance.Column.Name}");
        if (Lineage.Length > 0)
        {
            yield return Rules.Sql($"coalesce(slot.{PeriodicDefinition.SourceRows}, 0) AS {PeriodicDefinition.SourceRows}");
            yield return Column("slot", PeriodicDefinition.SourceLoadId);
        }
    }

    private SqlText Stated(SnapshotMeasure measure)
    {
        SqlText own = Column("slot", measure.Column.Name);
        if (!Snapshot.IsDense)
            return own;
        SqlText? carried = measure.Aggregate switch
        {
            SnapshotAggregate.Sum or SnapshotAggregate.Count => new SqlText("0"),
            SnapshotAggregate.Any => new SqlText("FALSE"),
            SnapshotAggregate.Last => Rules.Sql($"coalesce(max({own}) OVER (PARTITION BY {Inline("slot", Entity)}, slot.{Run(measure)}), slot.{Before(measure)})"),
            _ => null,
        };
        return carried is { } value ? Rules.Sql($"CASE WHEN slot.{PeriodicDefinition.HasActivity} THEN {own} ELSE {value} END") : own;
    }

    // Told in the first period in which anything ever happened; before it there is nothing.
    private static SqlText Opening(SnapshotBalance balance) => balance.Opening is { } opening
        ? Rules.Sql($" + CASE WHEN slot.is_first THEN coalesce(slot.{opening.Column.Name}, 0) ELSE 0 END")
        : SqlText.Empty;

    private static Identifier Run(SnapshotMeasure measure) => PeriodicDefinition.Run(measure);

    private static Identifier Before(SnapshotMeasure measure) => PeriodicDefinition.Before(measure);

    private SqlText Slots()
    {
        SqlText activity = Rules.Sql($"active.{PeriodEnd} IS NOT NULL");
        SqlText window = Rules.Sql($"OVER (PARTITION BY {Inline("period", Entity)} ORDER BY period.{PeriodEnd})");
        SqlText[] columns =
        [
            .. Entity.Append(PeriodEnd).Select(name => Column("period", name)),
            .. Figures.Append(StagePlan.SourceLine).Select(name => Column("active", name)),
            Rules.Sql($"{activity} AS {PeriodicDefinition.HasActivity}"),
            .. Snapshot.Levels.Select(level => Rules.Sql($"count(active.{level.Column.Name}) {window} AS {Run(level)}")),
            .. Snapshot.Levels.Select(level => Column("before_all", Before(level))),
            .. Snapshot.Balance is null ? [] : new[] { new SqlText("before_all.balance_before") },
            .. Snapshot.Balance?.Opening is null ? [] : new[] { Rules.Sql($"{activity} AND NOT coalesce(before_all.was_active, FALSE) AND count(active.{PeriodEnd}) {window} = 1 AS is_first") },
        ];
        return Rules.Sql($"""
            SELECT {Lines(columns)}
            FROM (
                {PeriodsOfEntities()}
            ) AS period
            LEFT JOIN {Active} AS active ON {SameKey("active", "period", [.. Entity, PeriodEnd])}
            {LastStateBefore()}
            """);
    }

    /// <summary>The last stored state before the restated periods; everything earlier is in it.</summary>
    private SqlText LastStateBefore() => Rules.Sql($"""
        LEFT JOIN (
            SELECT {Columns("tgt", Entity)},
                   {Lines([.. Snapshot.Levels.Select(level => Rules.Sql($"tgt.{level.Column.Name} AS {Before(level)}")), .. Snapshot.Balance is { } balance ? [Rules.Sql($"tgt.{balance.Column.Name} AS balance_before")] : Array.Empty<SqlText>(), Rules.Sql($"boolor_agg({(Snapshot.IsDense ? Column("tgt", PeriodicDefinition.HasActivity) : new SqlText("TRUE"))}) OVER (PARTITION BY {Inline("tgt", Entity)}) AS was_active")])}
            FROM {_table} AS tgt
            WHERE tgt.{PeriodEnd} < {From}
            QUALIFY row_number() OVER (PARTITION BY {Inline("tgt", Entity)} ORDER BY tgt.{PeriodEnd} DESC) = 1
        ) AS before_all ON {SameKey("before_all", "period", Entity)}
        """);

    private SqlText PeriodsOfEntities()
    {
        SqlText happened = Rules.Sql($"""
            SELECT {Columns("src", [.. Entity, PeriodEnd])}
            FROM {Active} AS src
            """);
        if (!Snapshot.IsDense)
            return happened;
        SqlText end = SnowflakePeriodSql.End(Snapshot, Column("day", Snapshot.Date.Date));
        return Rules.Sql($"""
            {happened}
            UNION
            SELECT {Columns("entity", Entity)},
                   calendar.period_end
            FROM (
                SELECT {Columns("seen", Entity)},
                       min(seen.first_period) AS first_period
                FROM (
                    SELECT {Columns("src", Entity)}, src.{PeriodEnd} AS first_period FROM {Active} AS src
                    UNION ALL
                    SELECT DISTINCT {Columns("tgt", Entity)}, {From} FROM {_table} AS tgt WHERE tgt.{PeriodEnd} < {From}
                    {LivingMembers()}
                ) AS seen
                GROUP BY {Columns("seen", Entity)}
            ) AS entity
            JOIN (
                SELECT DISTINCT {end} AS period_end
                FROM {Snapshot.Date.Name} AS day
                WHERE day.{Snapshot.Date.Date} BETWEEN {SnowflakePeriodSql.Start(Snapshot, From)} AND {Until}
            ) AS calendar ON calendar.period_end >= entity.first_period
            {WhileAlive()}
            """);
    }

    // Where the natural key is the whole entity, the dimension says who there is.
    private SqlText LivingMembers()
    {
        if (Snapshot.AliveIn is not var (dimension, key) || key.Count != Entity.Count)
            return SqlText.Empty;
        SqlText begins = SnowflakePeriodSql.End(Snapshot, Rules.Sql($"min(member.{dimension.Conventions.ValidFrom})"));
        return Rules.Sql($"""
            UNION ALL
            SELECT {Lines(Entity.Select(name => Rules.Sql($"member.{NaturalKeyOf(name, dimension, key)}")))}, greatest_ignore_nulls({begins}, {From})
            FROM {dimension.HistoryTable} AS member
            WHERE member.{dimension.SurrogateKey} > 0
            GROUP BY {Lines(Entity.Select(name => Rules.Sql($"member.{NaturalKeyOf(name, dimension, key)}")))}
            """);
    }

    private static Identifier NaturalKeyOf(Identifier source, Dimension dimension, IReadOnlyList<SourceColumn> key)
        => dimension.NaturalKey[Enumerable.Range(0, key.Count).First(index => key[index].Name == source)].Name;

    private SqlText WhileAlive()
    {
        if (Snapshot.AliveIn is not var (dimension, key))
            return SqlText.Empty;
        ModelConventions names = dimension.Conventions;
        SqlText same = SqlText.Join(" AND ", key.Zip(dimension.NaturalKey, (source, natural) => Rules.Sql($"member.{natural.Name} = entity.{source.Name}")));
        SqlText ended = new(names.Intervals == IntervalStyle.ClosedByDay ? ">=" : ">");
        return Rules.Sql($"""
            WHERE EXISTS (
                SELECT 1
                FROM {dimension.HistoryTable} AS member
                WHERE {same}
                  AND member.{dimension.SurrogateKey} > 0
                  AND member.{names.ValidFrom} < calendar.period_end + 1
                  AND (member.{names.ValidTo} IS NULL OR member.{names.ValidTo} {ended} {SnowflakePeriodSql.Start(Snapshot, new SqlText("calendar.period_end"))})
                  {(dimension.Definition.TracksDeletion ? Rules.Sql($"AND NOT member.{names.IsDeleted}") : SqlText.Empty)}
            )
            """);
    }

    private SqlStatement DeleteAbsentPeriods()
    {
        // A last period that is gone takes along what was carried on up to it.
        SqlText isRestated = Snapshot.Carries
            ? Rules.Sql($"{From} IS NOT NULL AND ({_table}.{PeriodEnd} >= {From} OR {_table}.{PeriodEnd} > {Until} OR {Until} IS NULL)")
            : Rules.Sql($"EXISTS (SELECT 1 FROM {SnowflakePeriodSql.Periods} AS replaced WHERE replaced.period_end = {_table}.{PeriodEnd})");
        return Statement("delete-absent-rows", "Rows of restated periods that are no more.", Rules.Sql($"""
            DELETE FROM {_table}
            WHERE {isRestated}
              AND NOT EXISTS (SELECT 1 FROM {Resolved} AS src WHERE {SameKey(Own(_table), "src", _grain)})
            """)) with { Counter = Counters.Deleted, WritesTarget = true };
    }
}
