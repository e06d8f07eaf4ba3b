using System.Data.Common;
using DuckDB.NET.Data;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.DuckDb;

/// <summary>DuckDB's rendering of every plan; one class per operation holds the statements.</summary>
internal sealed class DuckDbDialect : ISqlDialect
{
    public static DuckDbDialect Instance { get; } = new();

    public SqlScript DeployLedger(Identifier schema) => DuckDbLedgerSql.Deploy(schema);

    public ILedgerSql Ledger(Identifier schema) => new DuckDbLedgerSql(schema);

    public SqlStatement ReadColumns(DimensionalModel model) => DuckDbSchemaSql.ReadColumns(model);

    // With the length that a check keeps, as the columns are read.
    public string TypeName(ColumnType type) => type is { IsText: true, Length: > 0 } ? FormattableString.Invariant($"VARCHAR({type.Length})") : DuckDbSql.TypeName(type);

    public SqlScript Deploy(DeployPlan plan) => DuckDbSchemaSql.Deploy(plan);

    public SqlScript AddColumns(TableSchema table, IReadOnlyList<Column> columns) => DuckDbSchemaSql.AddColumns(table, columns);

    public SqlStatement ReadAttributeTypes(DimensionalModel model) => DuckDbRefillSql.ReadTypes(model);

    public SqlStatement FindHistory(Dimension dimension) => DuckDbRefillSql.FindHistory(dimension);

    public SqlScript Refill(DeployPlan plan) => DuckDbRefillSql.Refill(plan);

    public SqlScript Fill(DateDimension dimension) => DuckDbSchemaSql.Fill(dimension);

    public SqlStatement Describe(SqlText query)
        // The query may end in a comment, which must not swallow the bracket.
        => DuckDbSql.Statement("describe-query", "The columns of the source.", DuckDbSql.Rules.Sql($"SELECT column_name FROM (DESCRIBE {query}\n)"));

    public SqlScript Stage(StagePlan plan) => DuckDbStageSql.Stage(plan);

    public SqlScript Append(LandingPlan plan) => DuckDbLandingSql.Append(plan);

    public SqlScript Merge(ScdMergePlan plan) => DuckDbScdSql.Merge(plan);

    public SqlScript Load(IncrementalPlan plan) => DuckDbFactSql.Load(plan);

    public SqlScript Load(BridgePlan plan) => DuckDbBridgeSql.Load(plan);

    public SqlScript Load(AggregatePlan plan) => DuckDbAggregateSql.Load(plan);

    public SqlScript Load(HierarchyPlan plan) => DuckDbHierarchySql.Load(plan);

    public SqlScript SetAside(SourcePartPlan plan) => DuckDbCombineSql.SetAside(plan);

    public SqlScript Combine(CombinePlan plan) => DuckDbCombineSql.Combine(plan);

    public SqlStatement PlaceRejects(Identifier schema, IReadOnlyList<int> parts) => DuckDbCombineSql.PlaceRejects(schema, parts);

    public SqlScript Verify(VerifyPlan plan) => DuckDbVerifySql.Verify(plan);

    public SqlStatement ReadHistoryViews(DimensionalModel model) => DuckDbHistorySql.ReadViews(model);

    public SqlScript CreateHistoryViews(HistoryViewPlan plan) => DuckDbHistorySql.CreateViews(plan);

    public SqlStatement ReadHistory(Dimension dimension, IReadOnlyList<Identifier> columns) => DuckDbHistorySql.ReadHistory(dimension, columns);

    public SqlScript Rekey(Dimension dimension, IReadOnlyList<KeyReference> references) => DuckDbRekeySql.Rekey(dimension, references);

    public SqlScript Purge(PurgePlan plan) => DuckDbPurgeSql.Purge(plan);

    public SqlScript CleanUp() => DuckDbStageSql.CleanUp();

    public string Explain(DbException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        // Conversion and constraint errors quote the value; only their kind is told.
        string kind = error is DuckDBException duckDb ? duckDb.ErrorType.ToString() : error.GetType().Name;
        bool mayQuoteValues = kind is "Conversion" or "Constraint" or "OutOfRange" or "MismatchType" or "InvalidInput";
        return mayQuoteValues ? $"DuckDB reports a {kind} error (the inner exception has its own words)." : $"DuckDB reports: {error.Message.Split('\n')[0].TrimEnd('.')}.";
    }
}
