using System.Data.Common;
using System.Runtime.CompilerServices;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// What Snowflake alone can do with a warehouse's tables: clone them without copying, read them as they stood, and bring dropped ones back. On a warehouse of another engine
/// each of these fails and says so. Nothing of it was ever run on a live account.
/// </summary>
public static class SnowflakeWarehouseExtensions
{
    /// <summary>
    /// Clones a table of the model: the clone shares the table's storage until one of the two changes (Snowflake, "CREATE &lt;object&gt; ... CLONE"). It keeps the clustering key, retention and
    /// tags; it is a copy to read, compare and try things on, and no load knows it. The role needs SELECT on the table, and CREATE TABLE on the schema.
    /// </summary>
    /// <param name="warehouse">A warehouse on Snowflake.</param>
    /// <param name="table">A table of the model; of a dimension or fact with tables beside it, only its own.</param>
    /// <param name="into">The clone: its schema, which is created where it is missing, and its name.</param>
    /// <param name="options">An earlier moment, and whether a table of the name is replaced.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The table is one of another model, or the clone would take the place of a table of this one.</exception>
    /// <exception cref="WarehouseException">The warehouse is of another engine, the name is taken, a right is missing, or nothing is kept of that moment.</exception>
    public static Task CloneAsync(this IWarehouse warehouse, LoadTarget table, QualifiedName into, CloneOptions? options = null, CancellationToken cancellationToken = default)
        => Of(warehouse).CloneAsync([(Own(warehouse, table), into)], options ?? CloneOptions.Default, cancellationToken);

    /// <summary>
    /// Clones all tables of the model, with those that dimensions and facts keep beside them, into one schema, each under its own name. All of them are checked before the first is
    /// cloned. Views and the ledger stay where they are: a copy that is to be loaded into is a clone of the whole database (<c>CREATE DATABASE ... CLONE ...</c>), in which
    /// schemas and ledger are the same.
    /// </summary>
    /// <param name="warehouse">A warehouse on Snowflake.</param>
    /// <param name="schema">The schema; created where it is missing.</param>
    /// <param name="options">An earlier moment, and whether tables of the names are replaced.</param>
    /// <param name="cancellationToken">Gives up; each clone is one statement, and those that were made stay.</param>
    /// <returns>The clones.</returns>
    /// <exception cref="ArgumentException">Two tables have one name in different schemas, or the schema is one of the model's.</exception>
    /// <exception cref="WarehouseException">As for <see cref="CloneAsync"/>.</exception>
    public static Task<IReadOnlyList<QualifiedName>> CloneModelAsync(this IWarehouse warehouse, Identifier schema, CloneOptions? options = null, CancellationToken cancellationToken = default)
        => Of(warehouse).CloneAsync([.. warehouse.Model.Schemas.Select(table => (table.Name, new QualifiedName(schema, table.Name.Name)))], options ?? CloneOptions.Default, cancellationToken);

    /// <summary>
    /// Reads a table as it stood at an earlier moment, by Snowflake's Time Travel: what a query would have given then. It is about the table's own past, whatever the dates of its rows
    /// say; what was true at an instant is told by <see cref="Dimension.AsOfFunction"/>.
    /// </summary>
    /// <param name="warehouse">A warehouse on Snowflake.</param>
    /// <param name="table">A table of the model.</param>
    /// <param name="point">The moment.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <typeparam name="TRow">What a row is read into, as <see cref="IWarehouse.QueryAsync"/> does.</typeparam>
    /// <exception cref="WarehouseException">The warehouse is of another engine, or nothing is kept of that moment: it lies before the table, or beyond its retention.</exception>
    public static async Task<IReadOnlyList<TRow>> AsOfAsync<TRow>(this IWarehouse warehouse, LoadTarget table, TimePoint point, CancellationToken cancellationToken = default)
    {
        SnowflakeProvider provider = Provider(warehouse);
        ArgumentNullException.ThrowIfNull(point);
        QualifiedName name = Own(warehouse, table);
        SqlStatement statement = SnowflakeTimeTravelSql.Read(name, point);
        try
        {
            return await warehouse.QueryAsync<TRow>(statement.Text, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (DbException error)
        {
            throw new WarehouseException($"{name} cannot be read as it stood {point.InWords}: {provider.Dialect.Explain(error)} Choose a later moment, or give the table a longer retention for the time to come: Physical(p => p.Retention(days)).", error)
            {
                SystemName = provider.SystemName,
                Target = name.ToString(),
                Step = statement.Name,
                IsTransient = SnowflakeErrors.IsTransient(error),
            };
        }
    }

    /// <summary>A table as it stood, to be put behind FROM or JOIN in a query of the host's own: <c>"BUSINESS"."DIM_CUSTOMER" AT(TIMESTAMP => ...)</c>.</summary>
    /// <param name="table">A table.</param>
    /// <param name="point">The moment.</param>
    public static string FromAsOf(this LoadTarget table, TimePoint point)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(point);
        return SnowflakeTimeTravelSql.From(table.Name, point).ToString();
    }

    /// <summary>
    /// Brings back the table of the model that was dropped last, as it was then; within its retention, and while no other table has its name. The ledger stayed: what was loaded into the
    /// table is known to have been.
    /// </summary>
    /// <param name="warehouse">A warehouse on Snowflake.</param>
    /// <param name="table">A table of the model.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WarehouseException">The warehouse is of another engine, the name is taken, nothing is kept of the table, or a right is missing. Nothing was changed.</exception>
    public static Task UndropAsync(this IWarehouse warehouse, LoadTarget table, CancellationToken cancellationToken = default) => Of(warehouse).UndropAsync(Own(warehouse, table), cancellationToken);

    /// <summary>Runs a script of definitions, such as <see cref="SnowflakeAutomation"/> makes, statement by statement; each commits by itself.</summary>
    /// <param name="warehouse">A warehouse on Snowflake.</param>
    /// <param name="script">The script.</param>
    /// <param name="cancellationToken">Gives up; what was done stays.</param>
    /// <exception cref="WarehouseException">The warehouse is of another engine, or a statement failed; the message says which.</exception>
    public static Task RunAsync(this IWarehouse warehouse, SqlScript script, CancellationToken cancellationToken = default)
    {
        SnowflakeTimeTravel runner = Of(warehouse);
        ArgumentNullException.ThrowIfNull(script);
        return runner.RunAsync(script, cancellationToken);
    }

    private static SnowflakeTimeTravel Of(IWarehouse warehouse, [CallerMemberName] string method = "") => new(Provider(warehouse, method), warehouse.Model);

    private static SnowflakeProvider Provider(IWarehouse warehouse, [CallerMemberName] string method = "")
    {
        ArgumentNullException.ThrowIfNull(warehouse);
        if (warehouse is WarehouseClient { Provider: SnowflakeProvider provider })
            return provider;
        throw new WarehouseException($"{method} is what Snowflake can do, and this warehouse ({warehouse.GetType().Name}) is on {warehouse.SystemName}. Nothing was changed.") { SystemName = warehouse.SystemName };
    }

    private static QualifiedName Own(IWarehouse warehouse, LoadTarget table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return warehouse.Model.Contains(table) ? table.Name : throw new ArgumentException($"{table.Name} is no table of the model '{warehouse.Model.Name}'.", nameof(table));
    }
}
