using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Streams and tasks: the new rows of a landing table, merged when there are some.</summary>
internal static class SnowflakeTaskSql
{
    public static SqlScript Upsert(ZoneTable landing, ZoneTable target, UpsertTaskOptions options)
    {
        var (stream, task) = NamesOf(landing, target, options);
        Identifier latest = options.LatestBy!.Value;
        Identifier[] key = [.. target.Key.Select(column => column.Name)];
        Identifier[] columns = [.. target.SourceColumns.Select(column => column.Name)];
        Identifier[] others = [.. columns.Except(key)];
        Identifier loadId = target.Conventions.LoadId;
        SqlText merge = Rules.Sql($"""
            MERGE INTO {target.Name} AS tgt
            USING (
                {Latest(stream, key, Columns("src", columns), latest, sequence: null)}
            ) AS src ON {SameKey("tgt", "src", key)}
            WHEN MATCHED AND (tgt.{latest} IS NULL OR src.{latest} >= tgt.{latest})
                         AND ({AnyTrue(others.Select(name => Rules.Sql($"tgt.{name} IS DISTINCT FROM src.{name}")))})
                THEN UPDATE SET {Lines([.. others.Select(name => Rules.Sql($"{name} = src.{name}")), Rules.Sql($"{loadId} = {SnowflakePipeSql.NoLoad}")])}
            WHEN NOT MATCHED
                THEN INSERT ({Names([.. columns, loadId])})
                     VALUES ({SqlText.Join(", ", [.. columns.Select(name => Column("src", name)), Rules.Sql($"{SnowflakePipeSql.NoLoad}")])})
            """);
        return new SqlScript($"merge {landing.Name} into {target.Name}", [CreateStream(landing, stream), CreateTask(task, stream, target, options, merge), .. Resume(task, options)]);
    }

    public static SqlScript Upsert(ZoneTable landing, Dimension dimension, UpsertTaskOptions options)
    {
        var (stream, task) = NamesOf(landing, dimension, options);
        string target = dimension.Name.ToString();
        return new SqlScript($"merge {landing.Name} into {dimension.Name}",
        [
            SnowflakeTargets.Create(target),
            SnowflakeTargets.Begin(target),
            CreateStream(landing, stream),
            CreateTask(task, stream, dimension, options, Block(
            [
                new SqlText(SnowflakeTargets.Take(target).Text),
                Overwrite(dimension, stream),
                Insert(dimension, stream),
                MoveKeys(dimension),
            ])),
            .. Resume(task, options),
        ]);
    }

    /// <summary>Why a task cannot do for a dimension what a load does.</summary>
    public static IEnumerable<string> Reasons(DimensionalModel model, Dimension dimension, UpsertTaskOptions options)
    {
        DimensionDefinition definition = dimension.Definition;
        foreach (DimensionAttribute attribute in dimension.Attributes.Where(attribute => attribute.Type != ScdType.Type1))
            yield return $"{attribute.Name} is {attribute.Type}: versions, first and earlier values need all events of a member on one timeline, and a place for those that contradict each other";
        if (dimension.Attributes.Count == 0)
            yield return "it has no attributes to overwrite";
        if (definition.EffectiveFrom is null)
            yield return "its rows have no time of their own (EffectiveFrom), and the time of a load is one that a task does not have";
        if (options.LatestBy is { } latest && latest != definition.EffectiveFrom?.Name)
            yield return $"LatestBy is {latest}, and the model says that its rows are in the order of {definition.EffectiveFrom?.Name.ToString() ?? "their loads"}";
        (bool IsSo, string Reason)[] others =
        [
            (definition.Operation is not null, "its rows may delete members (Operation)"),
            (definition.KeyEquality.Count > 0 || definition.OptionalKey.Count > 0, "its keys are compared by rules of their own (Compare, OptionalKeyPart)"),
            (dimension.Attributes.Any(attribute => attribute.Equality != Equality.Exact || attribute.NullDates.Count > 0), "its values are compared by rules of their own (Compare, NullDates)"),
            (definition.LateEvents != LateEvents.Split || definition.LateHorizon is not null, "late rows are reconciled or rejected"),
            (definition.FirstVersionFrom is not null, "its first versions begin at a time of the model's (FirstVersionFrom)"),
            (definition.DurableKey is not null || definition.SeparatesHistory || definition.RecordsChangeReason || definition.TracksDeletion, "its rows keep more than their values (DurableKey, SeparateHistory, RecordChangeReason, MarkDeleted)"),
            (definition.Profiles.Count > 0, "it has mini-dimensions"),
            (dimension.Conventions.Intervals != IntervalStyle.HalfOpen, "its intervals are closed by day"),
            (model.OwnerOf(dimension) is not null, "it is the history of a mini-dimension's combinations"),
            (model.Aggregates.Any(aggregate => aggregate.Definition.Joins.Any(join => join.Table == dimension)), "an aggregate is rolled up by it, which finds changes by their loads"),
        ];
        foreach (var (isSo, reason) in others)
        {
            if (isSo)
                yield return reason;
        }
    }

    private static (QualifiedName Stream, QualifiedName Task) NamesOf(ZoneTable landing, LoadTarget target, UpsertTaskOptions options)
    {
        string pair = $"{landing.Name.Name}_{target.Name.Name}";
        return (options.StreamName ?? new QualifiedName(landing.Name.Schema, $"{pair}_stream"), options.TaskName ?? new QualifiedName(landing.Name.Schema, $"{pair}_task"));
    }

    private static SqlStatement CreateStream(ZoneTable landing, QualifiedName stream) => Statement("create-stream", "The rows that came since the task last took some.", Rules.Sql($"""
        CREATE STREAM IF NOT EXISTS {stream}
        ON TABLE {landing.Name}
        APPEND_ONLY = TRUE
        COMMENT = {Constant($"New rows of {landing.Name}.")}
        """));

    private static SqlStatement CreateTask(QualifiedName task, QualifiedName stream, LoadTarget target, UpsertTaskOptions options, SqlText body) => Statement("create-task", "Merges them; without new rows it does not run.", Rules.Sql($"""
        CREATE TASK IF NOT EXISTS {task}
            WAREHOUSE = {options.Warehouse}
            SCHEDULE = {Constant(FormattableString.Invariant($"{(long)options.Every.TotalMinutes} MINUTE"))}
            COMMENT = {Constant($"New rows into {target.Name}; no load of the SDK's.")}
        WHEN SYSTEM$STREAM_HAS_DATA({Constant(Own(stream))})
        AS
        {body}
        """));

    private static IEnumerable<SqlStatement> Resume(QualifiedName task, UpsertTaskOptions options)
        => options.Starts ? [Statement("start-task", "It is made suspended.", Rules.Sql($"ALTER TASK {task} RESUME"))] : [];

    // Both statements that read the stream see the same rows of it, and it moves on when they are committed.
    private static SqlText Block(IEnumerable<SqlText> statements) => Rules.Sql($"""
        BEGIN
            BEGIN TRANSACTION;
            {SqlText.Join("\n", statements.Select(statement => Rules.Sql($"{statement};")))}
            COMMIT;
        EXCEPTION
            WHEN OTHER THEN
                ROLLBACK;
                RAISE;
        END
        """);

    /// <summary>The latest row of each key.</summary>
    private static SqlText Latest(QualifiedName stream, Identifier[] key, SqlText columns, Identifier latest, Identifier? sequence)
    {
        SqlText[] order =
        [
            Rules.Sql($"src.{latest} DESC"),
            sequence is { } number ? Rules.Sql($"src.{number} DESC NULLS LAST") : SqlText.Empty,
            Rules.Sql($"src.{LandingColumns.SourceFile} DESC NULLS LAST"),
            Rules.Sql($"src.{LandingColumns.SourceLine} DESC NULLS LAST"),
        ];
        return Rules.Sql($"""
            SELECT {columns}
            FROM {stream} AS src
            WHERE {SqlText.Join(" AND ", key.Append(latest).Distinct().Select(name => Rules.Sql($"src.{name} IS NOT NULL")))}
            QUALIFY row_number() OVER (PARTITION BY {Inline("src", key)} ORDER BY {SqlText.Join(", ", order)}) = 1
            """);
    }

    /// <summary>The latest row of each member, and the first time that any of its rows tells.</summary>
    private static SqlText Latest(Dimension dimension, QualifiedName stream)
    {
        Identifier[] key = [.. dimension.NaturalKey.Select(column => column.Name)];
        Identifier latest = dimension.Definition.EffectiveFrom!.Name;
        SqlText[] columns =
        [
            .. key.Concat(dimension.Attributes.Select(attribute => attribute.Name)).Append(latest).Distinct().Select(name => Column("src", name)),
            Rules.Sql($"min(src.{latest}) OVER (PARTITION BY {Inline("src", key)}) AS first_told"),
        ];
        return Latest(stream, key, Lines(columns), latest, dimension.Definition.Sequence?.Name);
    }

    private static SqlText Overwrite(Dimension dimension, QualifiedName stream)
    {
        ModelConventions names = dimension.Conventions;
        Identifier latest = dimension.Definition.EffectiveFrom!.Name;
        return Rules.Sql($"""
            MERGE INTO {dimension.Name} AS tgt
            USING (
                {Latest(dimension, stream)}
            ) AS src ON {SameKey("tgt", "src", dimension)}
            WHEN MATCHED AND (tgt.{names.IsInferred}
                              OR (src.{latest} >= coalesce(tgt.{names.ChangedAt}, tgt.{names.ValidFrom})
                                  AND ({AnyTrue(dimension.Attributes.Select(attribute => Rules.Sql($"tgt.{attribute.Name} IS DISTINCT FROM src.{attribute.Name}")))})))
                THEN UPDATE SET {Lines(
                [
                    .. dimension.Attributes.Select(attribute => Rules.Sql($"{attribute.Name} = src.{attribute.Name}")),
                    Rules.Sql($"{names.ValidFrom} = least(tgt.{names.ValidFrom}, src.first_told)"),
                    Rules.Sql($"{names.ChangedAt} = src.{latest}"),
                    Rules.Sql($"{names.IsInferred} = FALSE"),
                    Rules.Sql($"{names.LoadId} = {SnowflakePipeSql.NoLoad}"),
                ])}
            WHEN MATCHED AND src.first_told < tgt.{names.ValidFrom}
                THEN UPDATE SET {names.ValidFrom} = src.first_told,
                                {names.LoadId} = {SnowflakePipeSql.NoLoad}
            """);
    }

    private static SqlText Insert(Dimension dimension, QualifiedName stream)
    {
        ModelConventions names = dimension.Conventions;
        Identifier latest = dimension.Definition.EffectiveFrom!.Name;
        Identifier[] key = [.. dimension.NaturalKey.Select(column => column.Name)];
        (Identifier Name, SqlText Value)[] columns =
        [
            (dimension.SurrogateKey, Rules.Sql($"counter.last_key + row_number() OVER (ORDER BY {Inline("src", key)})")),
            .. key.Select(name => (name, Column("src", name))),
            .. dimension.Attributes.Select(attribute => (attribute.Name, Column("src", attribute.Name))),
            (names.ValidFrom, new SqlText("src.first_told")),
            (names.ValidTo, names.OpenEnd == OpenEnd.FarFuture ? new SqlText("TIMESTAMP '9999-12-31'") : new SqlText("NULL")),
            (names.IsCurrent, new SqlText("TRUE")),
            (names.Version, new SqlText("1")),
            (names.ChangedAt, Column("src", latest)),
            (names.IsInferred, new SqlText("FALSE")),
            (names.LoadId, Rules.Sql($"{SnowflakePipeSql.NoLoad}")),
        ];
        return Rules.Sql($"""
            INSERT INTO {dimension.Name} ({Names(columns.Select(column => column.Name))})
            SELECT {Lines(columns.Select(column => column.Value))}
            FROM (
                {Latest(dimension, stream)}
            ) AS src
            CROSS JOIN (
                SELECT max(last_key) AS last_key
                FROM {SnowflakeLedgerSql.SurrogateKeys(names)}
                WHERE target = {Constant(dimension.Name.ToString())}
            ) AS counter
            LEFT JOIN {dimension.Name} AS known ON {SameKey("known", "src", dimension)}
            WHERE known.{dimension.SurrogateKey} IS NULL
            """);
    }

    private static SqlText MoveKeys(Dimension dimension) => Rules.Sql($"""
        UPDATE {SnowflakeLedgerSql.SurrogateKeys(dimension.Conventions)}
        SET last_key = greatest_ignore_nulls(last_key, (SELECT max({dimension.SurrogateKey}) FROM {dimension.Name}))
        WHERE target = {Constant(dimension.Name.ToString())}
        """);
}
