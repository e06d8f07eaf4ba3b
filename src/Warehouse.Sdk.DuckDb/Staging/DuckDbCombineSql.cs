using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.DuckDb.DuckDbSql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>Puts the parts of a source aside one by one, and then together. Lines carry the number of their part, so that rejects find back.</summary>
internal static class DuckDbCombineSql
{
    public static SqlScript SetAside(SourcePartPlan plan)
    {
        SqlText line = plan.IsPlaced ? Column("src", StagePlan.SourceLine) : Rules.Sql($"{plan.Number * SourcePartPlan.LinesOfPart} + src.{StagePlan.SourceLine}");
        return new SqlScript($"set part {plan.Number} aside",
        [
            Statement("set-part-aside", "One of the sources of the load.", Rules.Sql($"""
                CREATE TEMP TABLE {SourcePartPlan.Table(plan.Number)} AS
                SELECT {line} AS {StagePlan.SourceLine},
                       {Columns("src", Names(plan.Target))}
                FROM {Staged} AS src
                """)),
            Statement("drop-staging-table", "Room for the next source.", Rules.Sql($"DROP TABLE {Staged}")),
        ]);
    }

    public static SqlScript Combine(CombinePlan plan) => new($"combine the sources of {plan.Target.Name}", plan.Source switch
    {
        UnionLoadSource union => [Union(plan, union)],
        FullOuterJoinLoadSource join => [.. FullOuterJoin(plan, join)],
        MappedLoadSource mapped => [.. Map(plan, mapped)],
        _ => throw new InvalidOperationException($"{plan.Source.GetType().Name} is put together by no statement."),
    });

    /// <summary>Rejected rows are named by the line and file of their own part.</summary>
    public static SqlStatement PlaceRejects(Identifier schema, IReadOnlyList<int> parts) => Statement("place-rejects", "Rejected rows are named by the file and line of their own source.", Rules.Sql($"""
        UPDATE {schema}.reject
        SET file = CASE line >> {SourcePartPlan.LineBits} {SqlText.Join(" ", parts.Select(part => Rules.Sql($"WHEN {part} THEN ${new SqlText(CombinePlan.NameParameter(part))}")))} END,
            line = line & {SourcePartPlan.LinesOfPart - 1}
        WHERE load_id = $load_id
          AND line >= {SourcePartPlan.LinesOfPart}
        """));

    private static SqlStatement Union(CombinePlan plan, UnionLoadSource union)
    {
        SqlText parts = SqlText.Join("\nUNION ALL\n", plan.Parts.Select((part, index) => Rules.Sql($"""
            SELECT src.{StagePlan.SourceLine},
                   {Lines(plan.Target.SourceColumns.Select(column => column.Name == union.SourceColumn ? Rules.Sql($"CAST({Constant(union.Parts[index].Name)} AS VARCHAR) AS {column.Name}") : Column("src", column.Name)))}
            FROM {Part(part.Number)} AS src
            """)));
        return Statement("unite-sources", "The rows of all sources.", Rules.Sql($"""
            CREATE TEMP TABLE staged AS
            {parts}
            """));
    }

    private static IEnumerable<SqlStatement> FullOuterJoin(CombinePlan plan, FullOuterJoinLoadSource join)
    {
        IReadOnlyList<Identifier> key = join.On(plan.Target);
        foreach (var (number, _) in plan.Parts)
        {
            yield return Statement("guard-repeated-keys", $"several rows of {plan.Source.Parts[plan.Parts[0].Number == number ? 0 : 1].Source.Description.ReplaceLineEndings(" ")} have one key, and each of them would be joined; sum them up first", Rules.Sql($"""
                SELECT {Columns("src", key)},
                       count(*) AS copies
                FROM {Part(number)} AS src
                WHERE {SqlText.Join(" AND ", key.Select(name => Rules.Sql($"src.{name} IS NOT NULL")))}
                GROUP BY {Columns("src", key)}
                HAVING count(*) > 1
                LIMIT 20
                """)) with { Kind = StatementKind.Guard };
        }

        var (left, right) = (plan.Parts[0], plan.Parts[1]);
        IReadOnlySet<Identifier> zeros = join.Zeros(plan.Target);
        HashSet<Identifier> ofLeft = [.. Names(left.Target)];
        SqlText Value(Identifier column)
        {
            if (key.Contains(column))
                return Rules.Sql($"coalesce(lft.{column}, rgt.{column}) AS {column}");
            string side = ofLeft.Contains(column) ? "lft" : "rgt";
            return zeros.Contains(column)
                ? Rules.Sql($"CASE WHEN {Column(side, StagePlan.SourceLine)} IS NULL THEN 0 ELSE {Column(side, column)} END AS {column}")
                : Column(side, column);
        }

        yield return Statement("join-sources", "A row for every key that one of the sources has.", Rules.Sql($"""
            CREATE TEMP TABLE staged AS
            SELECT coalesce(lft.{StagePlan.SourceLine}, rgt.{StagePlan.SourceLine}) AS {StagePlan.SourceLine},
                   {Lines(Names(plan.Target).Select(Value))}
            FROM {Part(left.Number)} AS lft
            FULL OUTER JOIN {Part(right.Number)} AS rgt ON {SameKey("lft", "rgt", key)}
            """));
        yield return Statement("count-folded", "Rows that stand side by side in one.", Rules.Sql($"""
            SELECT (SELECT count(*) FROM {Part(left.Number)}) + (SELECT count(*) FROM {Part(right.Number)}) - (SELECT count(*) FROM {Staged}) AS folded
            """)) with { Kind = StatementKind.Count };
    }

    private static IEnumerable<SqlStatement> Map(CombinePlan plan, MappedLoadSource mapped)
    {
        QualifiedName rows = Part(plan.Parts[0].Number);
        IReadOnlyList<Identifier> key = mapped.Key(plan.Target);
        SqlText sameKey = SqlText.Join(" AND ", key.Zip(mapped.MapKey, (own, theirs) => Rules.Sql($"map.{theirs} = src.{own}")));
        yield return Statement("reject-unmapped-rows", "Rows whose key the mapping table does not have.", Rules.Sql($"""
            INSERT INTO {DuckDbLedgerSql.Rejects(plan.Target.Conventions)} (load_id, target, file, line, column_name, reason, raw_row)
            SELECT $load_id,
                   $target,
                   NULL,
                   src.{StagePlan.SourceLine},
                   {Constant(string.Join(", ", key))},
                   coalesce({Constant($"no row of {mapped.Map.Name} (")} || {DuckDbBatchSql.KeyText("src", key)} || ')', {Constant($"the key of {mapped.Map.Name} is NULL")}),
                   CAST(to_json(src) AS VARCHAR)
            FROM {rows} AS src
            WHERE NOT EXISTS (SELECT 1 FROM {mapped.Map.Name} AS map WHERE {sameKey})
            """)) with { Counter = Counters.Rejected };
        yield return Statement("guard-repeated-mappings", $"{mapped.Map.Name} has several rows of one key, and each of them would be met", Rules.Sql($"""
            SELECT {Columns("map", mapped.MapKey)},
                   count(*) AS copies
            FROM {mapped.Map.Name} AS map
            WHERE EXISTS (SELECT 1 FROM {rows} AS src WHERE {sameKey})
            GROUP BY {Columns("map", mapped.MapKey)}
            HAVING count(*) > 1
            LIMIT 20
            """)) with { Kind = StatementKind.Guard };
        HashSet<Identifier> ofMap = [.. mapped.Values];
        yield return Statement("map-keys", "The rows with what the mapping table has for their key.", Rules.Sql($"""
            CREATE TEMP TABLE staged AS
            SELECT src.{StagePlan.SourceLine},
                   {Lines(plan.Target.SourceColumns.Select(column => ofMap.Contains(column.Name) ? Rules.Sql($"CAST(map.{column.Name} AS {Type(column.Type)}) AS {column.Name}") : Column("src", column.Name)))}
            FROM {rows} AS src
            JOIN {mapped.Map.Name} AS map ON {sameKey}
            """));
    }

    private static QualifiedName Part(int number) => Temp(SourcePartPlan.Table(number).Value);

    private static IEnumerable<Identifier> Names(LoadTarget target) => target.SourceColumns.Select(column => column.Name);
}
