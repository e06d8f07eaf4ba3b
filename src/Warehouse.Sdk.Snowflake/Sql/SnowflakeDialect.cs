using System.Data.Common;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Snowflake's rendering of every plan; one class per operation holds the statements.</summary>
internal sealed class SnowflakeDialect : ISqlDialect
{
    private const string Description = "describe-query";

    public static SnowflakeDialect Instance { get; } = new();

    public SqlScript DeployLedger(Identifier schema) => SnowflakeLedgerSql.Deploy(schema);

    public ILedgerSql Ledger(Identifier schema) => new SnowflakeLedgerSql(schema);

    public SqlStatement ReadColumns(DimensionalModel model) => SnowflakeSchemaSql.ReadColumns(model);

    public string TypeName(ColumnType type) => SnowflakeSql.TypeName(type);

    public IReadOnlyList<string> RefuseOptions(TableSchema table) => [];

    public SqlStatement? ReadOptions(DimensionalModel model, IReadOnlyList<TableSchema> present) => SnowflakeTableOptionSql.Read(model, present);

    public IReadOnlyList<OptionChange> CompareOptions(IReadOnlyList<TableSchema> present, IReadOnlyList<IReadOnlyDictionary<string, object?>> rows) => SnowflakeTableOptionSql.Compare(present, rows);

    public SqlScript Deploy(DeployPlan plan) => SnowflakeSchemaSql.Deploy(plan);

    public SqlScript AddColumns(TableSchema table, IReadOnlyList<Column> columns) => SnowflakeSchemaSql.AddColumns(table, columns);

    public SqlStatement ReadAttributeTypes(DimensionalModel model) => SnowflakeRefillSql.ReadTypes(model);

    public SqlStatement FindHistory(Dimension dimension) => SnowflakeRefillSql.FindHistory(dimension);

    public SqlScript Refill(DeployPlan plan) => SnowflakeRefillSql.Refill(plan);

    public SqlScript Fill(DateDimension dimension) => SnowflakeSchemaSql.Fill(dimension);

    public SqlStatement Describe(SqlText query) => SnowflakeSql.Statement(Description, "The columns of the source.", SnowflakeSql.Rules.Sql($"""
        SELECT *
        FROM (
        {query}
        ) AS described
        LIMIT 0
        """));

    /// <summary>Whether the columns of the result, which has no rows, are what is asked for.</summary>
    public static bool IsDescription(SqlStatement statement) => statement.Name == Description;

    public SqlScript Stage(StagePlan plan) => SnowflakeStageSql.Stage(plan);

    public SqlScript Append(LandingPlan plan) => SnowflakeLandingSql.Append(plan);

    public SqlScript Merge(ScdMergePlan plan) => SnowflakeScdSql.Merge(plan);

    public SqlScript Load(IncrementalPlan plan) => SnowflakeFactSql.Load(plan);

    public SqlScript Load(BridgePlan plan) => SnowflakeBridgeSql.Load(plan);

    public SqlScript Load(AggregatePlan plan) => SnowflakeAggregateSql.Load(plan);

    public SqlScript Load(HierarchyPlan plan) => SnowflakeHierarchySql.Load(plan);

    public SqlScript SetAside(SourcePartPlan plan) => SnowflakeCombineSql.SetAside(plan);

    public SqlScript Combine(CombinePlan plan) => SnowflakeCombineSql.Combine(plan);

    public SqlStatement PlaceRejects(Identifier schema, IReadOnlyList<int> parts) => SnowflakeCombineSql.PlaceRejects(schema, parts);

    public SqlScript Verify(VerifyPlan plan) => SnowflakeVerifySql.Verify(plan);

    public SqlStatement ReadHistoryViews(DimensionalModel model) => SnowflakeHistorySql.ReadViews(model);

    public SqlScript CreateHistoryViews(HistoryViewPlan plan) => SnowflakeHistorySql.CreateViews(plan);

    public SqlStatement ReadHistory(Dimension dimension, IReadOnlyList<Identifier> columns) => SnowflakeHistorySql.ReadHistory(dimension, columns);

    public SqlScript Rekey(Dimension dimension, IReadOnlyList<KeyReference> references) => SnowflakeRekeySql.Rekey(dimension, references);

    public SqlScript Purge(PurgePlan plan) => SnowflakePurgeSql.Purge(plan);

    public SqlScript CleanUp() => SnowflakeStageSql.CleanUp();

    public string Explain(DbException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return SnowflakeErrors.Explain(error);
    }
}
