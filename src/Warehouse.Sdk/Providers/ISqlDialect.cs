using System.Data.Common;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>Turns each plan into the whole, named statements of one engine. Has no state and does no IO.</summary>
public interface ISqlDialect
{
    /// <summary>Creates and extends the ledger's tables and schema.</summary>
    /// <param name="schema">The ledger's schema.</param>
    SqlScript DeployLedger(Identifier schema);

    /// <summary>Reads the columns of the model's tables as the database has them: <c>schema_name, table_name, column_name, data_type</c>.</summary>
    /// <param name="model">The model.</param>
    SqlStatement ReadColumns(DimensionalModel model);

    /// <summary>The engine's words for a type, as <see cref="ReadColumns"/> returns them.</summary>
    /// <param name="type">The type.</param>
    string TypeName(ColumnType type);

    /// <summary>The physical options of a table that the engine does not have, each in words. By default it has none of them.</summary>
    /// <param name="table">The table.</param>
    IReadOnlyList<string> RefuseOptions(TableSchema table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return [.. table.Physical.InWords()];
    }

    /// <summary>Reads the physical options of tables that are there; <see langword="null"/>, the default, where there are none to read.</summary>
    /// <param name="model">The model.</param>
    /// <param name="present">Those of its tables that are there.</param>
    SqlStatement? ReadOptions(DimensionalModel model, IReadOnlyList<TableSchema> present) => null;

    /// <summary>What of the rows of <see cref="ReadOptions"/> differs from the model.</summary>
    /// <param name="present">The tables that are there.</param>
    /// <param name="rows">What was read.</param>
    IReadOnlyList<OptionChange> CompareOptions(IReadOnlyList<TableSchema> present, IReadOnlyList<IReadOnlyDictionary<string, object?>> rows) => [];

    /// <summary>Creates schemas, tables and columns that are missing and the default members.</summary>
    /// <param name="plan">What is missing.</param>
    SqlScript Deploy(DeployPlan plan);

    /// <summary>Adds columns to a table that is there; a load does it in its own transaction.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns.</param>
    SqlScript AddColumns(TableSchema table, IReadOnlyList<Column> columns);

    /// <summary>Reads the types that the attributes of dimensions were last deployed with: <c>target, column_name, scd_type</c>.</summary>
    /// <param name="model">The model.</param>
    SqlStatement ReadAttributeTypes(DimensionalModel model);

    /// <summary>Returns a row when some member of a dimension has more than one version.</summary>
    /// <param name="dimension">The dimension.</param>
    SqlStatement FindHistory(Dimension dimension);

    /// <summary>
    /// After <see cref="Deploy"/>: merges versions that no longer differ, fills columns that follow from others in rows that are there, and notes the
    /// types of attributes.
    /// </summary>
    /// <param name="plan">What is missing and what has another type.</param>
    SqlScript Refill(DeployPlan plan);

    /// <summary>The statements that the ledger is read and written with.</summary>
    /// <param name="schema">The ledger's schema.</param>
    ILedgerSql Ledger(Identifier schema);

    /// <summary>Puts the rows of a source into the run's staging table.</summary>
    /// <param name="plan">Target and source.</param>
    SqlScript Stage(StagePlan plan);

    /// <summary>Reads the columns of a query without its rows.</summary>
    /// <param name="query">The query.</param>
    SqlStatement Describe(SqlText query);

    /// <summary>Appends staged rows to a landing table.</summary>
    /// <param name="plan">The plan.</param>
    SqlScript Append(LandingPlan plan);

    /// <summary>Merges staged rows into a dimension.</summary>
    /// <param name="plan">The plan.</param>
    SqlScript Merge(ScdMergePlan plan);

    /// <summary>Takes staged rows into a fact or a table of the enterprise zone.</summary>
    /// <param name="plan">The plan.</param>
    SqlScript Load(IncrementalPlan plan);

    /// <summary>Replaces a bridge by the staged rows.</summary>
    /// <param name="plan">The plan.</param>
    SqlScript Load(BridgePlan plan);

    /// <summary>Rebuilds the parts of an aggregate in which its source has changed.</summary>
    /// <param name="plan">The plan.</param>
    SqlScript Load(AggregatePlan plan);

    /// <summary>Replaces the map of a hierarchy by what the staged rows say.</summary>
    /// <param name="plan">The plan.</param>
    SqlScript Load(HierarchyPlan plan);

    /// <summary>Puts the staged rows of one part of a source aside, so that the next can be staged.</summary>
    /// <param name="plan">The part.</param>
    SqlScript SetAside(SourcePartPlan plan);

    /// <summary>Puts the parts of a source together in the run's staging table.</summary>
    /// <param name="plan">The parts.</param>
    SqlScript Combine(CombinePlan plan);

    /// <summary>Gives rejected rows of a source of several parts the file and line of their own part.</summary>
    /// <param name="schema">The ledger's schema.</param>
    /// <param name="parts">The numbers of the parts.</param>
    SqlStatement PlaceRejects(Identifier schema, IReadOnlyList<int> parts);

    /// <summary>Fills a date dimension with the staged days it does not have yet, and its default members.</summary>
    /// <param name="dimension">The date dimension.</param>
    SqlScript Fill(DateDimension dimension);

    /// <summary>
    /// Holds every rule against the whole table: one statement per rule, which reads only and returns
    /// <c>table_name, member, keys, detail, found</c> (see <see cref="StatementKind.Finding"/>).
    /// </summary>
    /// <param name="plan">The table.</param>
    SqlScript Verify(VerifyPlan plan);

    /// <summary>
    /// Reads the views and functions that stand in the model's business schema, with what the ledger knows of those the SDK made:
    /// <c>schema_name, name, kind, definition</c>. The kind is <c>view</c> or <c>function</c>; the definition of a foreign one is NULL.
    /// </summary>
    /// <param name="model">The model.</param>
    SqlStatement ReadHistoryViews(DimensionalModel model);

    /// <summary>Creates or replaces the current view and the as-of function of a dimension and notes <c>$definition</c> in the ledger.</summary>
    /// <param name="plan">The dimension and the columns of its table, in the order the table has them.</param>
    SqlScript CreateHistoryViews(HistoryViewPlan plan);

    /// <summary>Reads the versions of the member with the key <c>$key_1</c>, <c>$key_2</c> ... in order.</summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="columns">The columns, in the order they are returned.</param>
    SqlStatement ReadHistory(Dimension dimension, IReadOnlyList<Identifier> columns);

    /// <summary>
    /// Gives the member with the key <c>$key_1</c>, <c>$key_2</c> ... the key <c>$new_key_1</c>, <c>$new_key_2</c> ... in all its versions and remembered
    /// events, and wherever else its key is kept; counts <c>accepted</c> and <c>updated</c>.
    /// </summary>
    /// <param name="dimension">The dimension.</param>
    /// <param name="references">Where other tables keep keys of its members.</param>
    SqlScript Rekey(Dimension dimension, IReadOnlyList<KeyReference> references);

    /// <summary>
    /// Takes the member with the key <c>$key_1</c>, <c>$key_2</c> ... back to a placeholder: one version without values, no remembered events, no history of
    /// combinations, no rejected rows; counts <c>accepted</c> and <c>updated</c>.
    /// </summary>
    /// <param name="plan">The dimension, and where its keys stand.</param>
    SqlScript Purge(PurgePlan plan);

    /// <summary>Says what a driver's error means, in a sentence without values of rows.</summary>
    /// <param name="error">The error.</param>
    string Explain(DbException error);

    /// <summary>Removes the run's private tables.</summary>
    SqlScript CleanUp();
}
