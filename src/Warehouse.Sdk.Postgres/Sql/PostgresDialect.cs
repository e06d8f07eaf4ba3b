using System.Data.Common;
using Npgsql;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Postgres;

/// <summary>PostgreSQL's rendering of every plan; one class per operation holds the statements.</summary>
internal sealed class PostgresDialect : ISqlDialect
{
    public static PostgresDialect Instance { get; } = new();

    public SqlScript DeployLedger(Identifier schema) => PostgresLedgerSql.Deploy(schema);

    public ILedgerSql Ledger(Identifier schema) => new PostgresLedgerSql(schema);

    public SqlStatement ReadColumns(DimensionalModel model) => PostgresSchemaSql.ReadColumns(model);

    public string TypeName(ColumnType type) => PostgresSql.TypeName(type);

    public SqlScript Deploy(DeployPlan plan) => PostgresSchemaSql.Deploy(plan);

    public SqlScript AddColumns(TableSchema table, IReadOnlyList<Column> columns) => PostgresSchemaSql.AddColumns(table, columns);

    public SqlStatement ReadAttributeTypes(DimensionalModel model) => PostgresRefillSql.ReadTypes(model);

    public SqlStatement FindHistory(Dimension dimension) => PostgresRefillSql.FindHistory(dimension);

    public SqlScript Refill(DeployPlan plan) => PostgresRefillSql.Refill(plan);

    public SqlScript Fill(DateDimension dimension) => PostgresSchemaSql.Fill(dimension);

    // A row of NULLs has the query's column names, and LIMIT 0 keeps the query from running. The query may end in a comment, which must not
    // swallow the bracket.
    public SqlStatement Describe(SqlText query) => PostgresSql.Statement("describe-query", "The columns of the source.", PostgresSql.Rules.Sql($"""
        SELECT described_column AS column_name
        FROM (
            SELECT nothing.*
            FROM (SELECT 1) AS one_row
            LEFT JOIN (
                SELECT *
                FROM (
        {query}
                ) AS src
                LIMIT 0
            ) AS nothing ON TRUE
        ) AS described
        CROSS JOIN LATERAL json_object_keys(to_json(described.*)) AS described_column
        """));

    public SqlScript Stage(StagePlan plan) => PostgresStageSql.Stage(plan);

    public SqlScript Append(LandingPlan plan) => PostgresLandingSql.Append(plan);

    public SqlScript Merge(ScdMergePlan plan) => PostgresScdSql.Merge(plan);

    public SqlScript Load(IncrementalPlan plan) => PostgresFactSql.Load(plan);

    public SqlScript Load(BridgePlan plan) => PostgresBridgeSql.Load(plan);

    public SqlScript Load(AggregatePlan plan) => PostgresAggregateSql.Load(plan);

    public SqlScript Load(HierarchyPlan plan) => PostgresHierarchySql.Load(plan);

    public SqlScript SetAside(SourcePartPlan plan) => PostgresCombineSql.SetAside(plan);

    public SqlScript Combine(CombinePlan plan) => PostgresCombineSql.Combine(plan);

    public SqlStatement PlaceRejects(Identifier schema, IReadOnlyList<int> parts) => PostgresCombineSql.PlaceRejects(schema, parts);

    public SqlScript Verify(VerifyPlan plan) => PostgresVerifySql.Verify(plan);

    public SqlStatement ReadHistoryViews(DimensionalModel model) => PostgresHistorySql.ReadViews(model);

    public SqlScript CreateHistoryViews(HistoryViewPlan plan) => PostgresHistorySql.CreateViews(plan);

    public SqlStatement ReadHistory(Dimension dimension, IReadOnlyList<Identifier> columns) => PostgresHistorySql.ReadHistory(dimension, columns);

    public SqlScript Rekey(Dimension dimension, IReadOnlyList<KeyReference> references) => PostgresRekeySql.Rekey(dimension, references);

    public SqlScript Purge(PurgePlan plan) => PostgresPurgeSql.Purge(plan);

    public SqlScript CleanUp() => PostgresStageSql.CleanUp();

    public string Explain(DbException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error switch
        {
            PostgresException server => Explain(server),
            NpgsqlException { InnerException: TimeoutException } => "The PostgreSQL server did not answer in time (the inner exception has the driver's own words).",
            NpgsqlException { InnerException: not null } => "The connection to the PostgreSQL server was lost (the inner exception has the driver's own words).",
            _ => $"The PostgreSQL driver reports: {FirstLine(error.Message)}.",
        };
    }

    // Data and constraint errors quote the value; only their kind and place are told.
    private static string Explain(PostgresException error)
    {
        string sqlState = error.SqlState ?? string.Empty;
        if (!sqlState.StartsWith("22", StringComparison.Ordinal) && !sqlState.StartsWith("23", StringComparison.Ordinal))
            return $"PostgreSQL reports: {FirstLine(error.MessageText)} ({sqlState}).";
        string?[] places =
        [
            error.TableName is null ? null : $"table {error.SchemaName}.{error.TableName}",
            error.ColumnName is null ? null : $"column {error.ColumnName}",
            error.ConstraintName is null ? null : $"constraint {error.ConstraintName}",
            error.DataTypeName is null ? null : $"type {error.DataTypeName}",
        ];
        string place = string.Concat(places.OfType<string>().Select(text => $", {text}"));
        return $"PostgreSQL reports {Condition(sqlState)} ({sqlState}){place} (the inner exception has its own words).";
    }

    private static string FirstLine(string message) => message.Split('\n')[0].TrimEnd('.', '\r');

    private static string Condition(string sqlState) => sqlState switch
    {
        PostgresErrorCodes.StringDataRightTruncation => "a text that is longer than its column",
        PostgresErrorCodes.NumericValueOutOfRange => "a number out of range",
        PostgresErrorCodes.DatetimeFieldOverflow => "a date or time out of range",
        PostgresErrorCodes.InvalidDatetimeFormat => "a text that is no date or time",
        PostgresErrorCodes.InvalidTextRepresentation => "a text that is no value of the type",
        PostgresErrorCodes.CharacterNotInRepertoire or PostgresErrorCodes.UntranslatableCharacter => "a character that the database cannot hold",
        PostgresErrorCodes.DivisionByZero => "a division by zero",
        PostgresErrorCodes.NotNullViolation => "a NULL where none may be",
        PostgresErrorCodes.UniqueViolation => "a value that would stand there twice",
        PostgresErrorCodes.ForeignKeyViolation => "a reference to a row that is not there",
        PostgresErrorCodes.CheckViolation => "a value that a check refuses",
        _ => sqlState.StartsWith("22", StringComparison.Ordinal) ? "a data error" : "a violated constraint",
    };
}
