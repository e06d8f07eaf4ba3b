using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;
using static Warehouse.Sdk.Snowflake.SnowflakeSql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Merges versions that say the same since attributes stopped making versions, and gives those attributes the values of their types.</summary>
internal sealed class SnowflakeCollapseSql
{
    private static readonly QualifiedName Collapsed = Temp("collapsed");

    private readonly DeployPlan _plan;
    private readonly Dimension _dimension;
    private readonly ModelConventions _names;

    private SnowflakeCollapseSql(DeployPlan plan, Dimension dimension)
    {
        _plan = plan;
        _dimension = dimension;
        _names = dimension.Conventions;
    }

    public static IEnumerable<SqlStatement> Collapse(DeployPlan plan, Dimension dimension)
    {
        var sql = new SnowflakeCollapseSql(plan, dimension);
        return
        [
            sql.FindRuns(),
            .. KeyHolder.Of(plan.Model, dimension).Select(Repoint),
            sql.DeleteMerged(),
            sql.WriteRuns(),
            Statement("drop-runs", "The next dimension has runs of its own.", Rules.Sql($"DROP TABLE {Collapsed}")),
        ];
    }

    private SqlStatement FindRuns()
    {
        SqlText key = Inline("src", _dimension.NaturalKey.Select(column => column.Name));
        SqlText differs = AnyTrue(_dimension.Attributes
            .Where(attribute => attribute.IsTracked)
            .Select(attribute => SnowflakeScdSql.Differs(Column("src", attribute.Name), Rules.Sql($"lag({Column("src", attribute.Name)}) OVER {SnowflakeVersionSql.Member(_dimension)}"), attribute)));
        SqlText[] values = [.. Values.Select(column => Rules.Sql($"{column.Value} AS {column.Name}"))];
        return Statement("find-runs", "Versions that follow each other without a gap and say the same are one.", Rules.Sql($"""
            CREATE OR REPLACE TEMPORARY TABLE {WorkSchema}.{new Identifier("collapsed")} AS
            WITH history AS (
                {SnowflakeVersionSql.Stored(_dimension)}
            ),
            begun AS (
                SELECT src.*,
                       lag(src.ends_at) OVER {SnowflakeVersionSql.Member(_dimension)} IS DISTINCT FROM src.held_from
                       OR lag(src.is_delete) OVER {SnowflakeVersionSql.Member(_dimension)} IS DISTINCT FROM src.is_delete
                       OR {differs} AS begins_version
                FROM history AS src
            ),
            runs AS (
                SELECT src.*,
                       count_if(src.begins_version) OVER {SnowflakeVersionSql.Member(_dimension)} AS stored_group
                FROM begun AS src
            )
            SELECT {Lines(
            [
                new SqlText("src.given_key AS stored_key"),
                Rules.Sql($"first_value(src.given_key) OVER (PARTITION BY {key}, src.stored_group ORDER BY src.version_number) AS given_key"),
                new SqlText("src.stored_group AS version_number"),
                Rules.Sql($"first_value(src.ends_at) OVER {RunEnd} AS ends_at"),
                Rules.Sql($"max(src.stored_change) OVER (PARTITION BY {key}, src.stored_group) AS stored_change"),
                .. values,
            ])}
            FROM runs AS src
            """));
    }

    private SqlText RunEnd => Rules.Sql($"(PARTITION BY {Inline("src", _dimension.NaturalKey.Select(column => column.Name))}, src.stored_group ORDER BY src.version_number DESC)");

    private bool OverwritesCurrentVersionOnly => _dimension.Definition.OverwriteScope == OverwriteScope.CurrentVersion;

    /// <summary>Type 0 the earliest value, types 1 and 3 the latest: of the member, or of the run where only the current version is overwritten.</summary>
    private IEnumerable<(Identifier Name, SqlText Value)> Values
    {
        get
        {
            SqlText key = Inline("src", _dimension.NaturalKey.Select(column => column.Name));
            foreach (DimensionAttribute attribute in _dimension.Attributes.Where(attribute => !attribute.IsTracked))
            {
                bool isRetyped = _plan.Retyped.Any(retyped => retyped.LosesHistory && retyped.Dimension == _dimension && retyped.Attribute == attribute);
                SqlText value = Column("src", attribute.Name);
                if (isRetyped && attribute.Type == ScdType.Type0)
                    yield return (attribute.Name, attribute.FillsWhenNull ? Rules.Sql($"first_value({value}) OVER (PARTITION BY {key} ORDER BY {value} IS NULL, src.version_number)") : Rules.Sql($"first_value({value}) OVER {SnowflakeVersionSql.Member(_dimension)}"));
                else if (attribute.Type != ScdType.Type0 && OverwritesCurrentVersionOnly)
                    yield return (attribute.Name, Rules.Sql($"first_value({value}) OVER {RunEnd}"));
                else if (isRetyped)
                    yield return (attribute.Name, Rules.Sql($"first_value({value}) OVER {SnowflakeVersionSql.Latest(_dimension)}"));
                if (attribute.Previous is { } previous && OverwritesCurrentVersionOnly)
                    yield return (previous.Name, Rules.Sql($"first_value({Column("src", previous.Name)}) OVER {RunEnd}"));
            }
        }
    }

    private static SqlStatement Repoint(KeyHolder holder)
        => Statement("repoint-merged", $"Rows of {holder.Table.Name} whose {holder.KeyColumn} is of a version that is merged.", Rules.Sql($"""
            UPDATE {holder.Table.Name}
            SET {holder.KeyColumn} = src.given_key,
                {holder.Table.Conventions.LoadId} = $load_id
            FROM {Collapsed} AS src
            WHERE {holder.Table.Name}.{holder.KeyColumn} = src.stored_key
              AND src.given_key <> src.stored_key
            """)) with { Counter = Counters.Repointed };

    private SqlStatement DeleteMerged() => Statement("delete-merged-versions", "The first version of each run stays; nothing holds the keys of the others any more.", Rules.Sql($"""
        DELETE FROM {_dimension.HistoryTable}
        WHERE {_dimension.HistoryTable}.{_dimension.SurrogateKey} IN (SELECT stored_key FROM {Collapsed} WHERE given_key <> stored_key)
        """)) with { Counter = Counters.MergedVersions };

    private SqlStatement WriteRuns()
    {
        (Identifier Name, SqlText Value)[] values =
        [
            (_names.ValidTo, SnowflakeIntervalSql.Write(new SqlText("src.ends_at"), _names)),
            (_names.IsCurrent, new SqlText("(src.ends_at IS NULL)")),
            (_names.Version, new SqlText("src.version_number")),
            (_names.ChangedAt, new SqlText("src.stored_change")),
            .. Values.Select(column => (column.Name, Column("src", column.Name))),
        ];
        return Statement("write-runs", "A run ends where its last version ended.", Rules.Sql($"""
            UPDATE {_dimension.HistoryTable}
            SET {Lines([.. values.Select(column => Rules.Sql($"{column.Name} = {column.Value}")), Rules.Sql($"{_names.LoadId} = $load_id")])}
            FROM {Collapsed} AS src
            WHERE {_dimension.HistoryTable}.{_dimension.SurrogateKey} = src.stored_key
              AND ({AnyTrue(values.Select(column => Rules.Sql($"{_dimension.HistoryTable}.{column.Name} IS DISTINCT FROM {column.Value}")))})
            """));
    }
}
