using System.Data.Common;
using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Clones tables and brings dropped ones back, with errors that say what is there by then.</summary>
internal sealed class SnowflakeTimeTravel(SnowflakeProvider provider, DimensionalModel model)
{
    private static readonly Dictionary<string, object?> NoParameters = [];

    public async Task<IReadOnlyList<QualifiedName>> CloneAsync(IReadOnlyList<(QualifiedName From, QualifiedName Into)> tables, CloneOptions options, CancellationToken cancellationToken)
    {
        if (tables.Select(table => table.Into).FirstOrDefault(into => model.Schemas.Any(own => own.Name == into)) is var taken && model.Schemas.Any(own => own.Name == taken))
            throw new ArgumentException($"{taken} is a table of the model '{model.Name}'; a clone in its place would not agree with the ledger. Give the clone another schema or name.");
        if (tables.GroupBy(table => table.Into).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"{string.Join(" and ", twice.Select(table => table.From))} would both be cloned into {twice.Key}. Clone them one by one, under names of their own.");
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            List<QualifiedName> cloned = [];
            string step = "read-tables";
            try
            {
                var rows = await session.QueryAsync(SnowflakeTimeTravelSql.ReadTables(tables.SelectMany(table => new[] { table.From, table.Into })), NoParameters, cancellationToken).ConfigureAwait(false);
                Dictionary<QualifiedName, bool> there = rows
                    .GroupBy(row => new QualifiedName(Text(row, "schema_name"), Text(row, "table_name")))
                    .ToDictionary(same => same.Key, same => same.Any(row => Text(row, "is_transient") == "YES"));
                Expect(tables, options, there);
                bool hasSchema = (await session.QueryAsync(SnowflakeTimeTravelSql.ReadSchema(tables[0].Into.Schema), NoParameters, cancellationToken).ConfigureAwait(false)).Count > 0;
                SqlScript script = SnowflakeTimeTravelSql.Clone([.. tables.Select(table => (table.From, table.Into, there[table.From]))], makesSchema: !hasSchema, options);
                foreach (SqlStatement statement in script.Statements)
                {
                    step = statement.Name;
                    await session.ExecuteAsync(statement, NoParameters, cancellationToken).ConfigureAwait(false);
                    if (statement.Name == "clone-table")
                        cloned.Add(tables[cloned.Count].Into);
                }

                return cloned;
            }
            catch (DbException error)
            {
                QualifiedName at = tables[Math.Min(cloned.Count, tables.Count - 1)].From;
                throw new WarehouseException(
                    $"{at} could not be cloned{(options.AsOf is { } point ? $" as it stood {point.InWords}" : string.Empty)}: {provider.Dialect.Explain(error)} {(cloned.Count == 0 ? "Nothing was cloned." : $"There are clones of {cloned.Count} tables by now: {string.Join(", ", cloned)}.")}",
                    error)
                {
                    SystemName = provider.SystemName,
                    Target = at.ToString(),
                    Step = step,
                    IsTransient = SnowflakeErrors.IsTransient(error),
                };
            }
        }
    }

    public async Task UndropAsync(QualifiedName table, CancellationToken cancellationToken)
    {
        SqlStatement statement = SnowflakeTimeTravelSql.Undrop(table);
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                await session.ExecuteAsync(statement, NoParameters, cancellationToken).ConfigureAwait(false);
            }
            catch (DbException error)
            {
                string reason = SnowflakeErrors.Code(error) switch
                {
                    SnowflakeErrors.Exists => "a table of the name is there. Nothing was changed. Rename that one first (ALTER TABLE ... RENAME TO ...), then bring this one back.",
                    SnowflakeErrors.Missing => "Snowflake has no dropped table of the name: it was not dropped, or longer ago than its retention, or the role does not own it. Nothing was changed.",
                    _ => $"{provider.Dialect.Explain(error)} Nothing was changed.",
                };
                throw new WarehouseException($"{table} could not be brought back: {reason}", error) { SystemName = provider.SystemName, Target = table.ToString(), Step = statement.Name, IsTransient = SnowflakeErrors.IsTransient(error) };
            }
        }
    }

    /// <summary>Runs statements of which each commits by itself.</summary>
    public async Task RunAsync(SqlScript script, CancellationToken cancellationToken)
    {
        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            int done = 0;
            foreach (SqlStatement statement in script.Statements)
            {
                try
                {
                    await session.ExecuteAsync(statement, NoParameters, cancellationToken).ConfigureAwait(false);
                    done++;
                }
                catch (DbException error)
                {
                    throw new WarehouseException(
                        FormattableString.Invariant($"The script '{script.Title}' failed at its statement {done + 1} of {script.Statements.Count}, '{statement.Name}': {provider.Dialect.Explain(error)} ")
                        + (done == 0 ? "Nothing was done." : "What came before it is done; each of its statements may run again."),
                        error)
                    {
                        SystemName = provider.SystemName,
                        Target = script.Title,
                        Step = statement.Name,
                        IsTransient = SnowflakeErrors.IsTransient(error),
                    };
                }
            }
        }
    }

    private void Expect(IReadOnlyList<(QualifiedName From, QualifiedName Into)> tables, CloneOptions options, Dictionary<QualifiedName, bool> there)
    {
        QualifiedName[] missing = [.. tables.Select(table => table.From).Where(name => !there.ContainsKey(name))];
        if (missing.Length > 0)
            throw new WarehouseException($"{string.Join(", ", missing)} cannot be cloned: Snowflake has no such table, or the role does not see it. Nothing was cloned. Deploy the model first.") { SystemName = provider.SystemName, Target = missing[0].ToString(), Step = "read-tables" };
        QualifiedName[] taken = [.. tables.Select(table => table.Into).Where(there.ContainsKey)];
        if (taken.Length > 0 && !options.Replace)
            throw new WarehouseException($"{string.Join(", ", taken)} cannot be cloned into: the name is taken. Nothing was cloned. Give the clones another schema or name, drop what is there, or allow it to be replaced with new CloneOptions {{ Replace = true }}.") { SystemName = provider.SystemName, Target = taken[0].ToString(), Step = "read-tables" };
    }

    private static string Text(IReadOnlyDictionary<string, object?> row, string column) => Convert.ToString(row[column], CultureInfo.InvariantCulture) ?? string.Empty;
}
