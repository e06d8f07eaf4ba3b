using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>The private tables of a load: made or found before its transaction, and filled in it.</summary>
internal sealed partial class SnowflakeSession
{
    private readonly SnowflakeWorkNames _names = new();
    private readonly SnowflakeWorkTables _tables = connections.TablesOf(connection);
    private readonly Dictionary<(string Name, string Definition), string> _prepared = [];
    private bool _isPrepared;

    public async Task PrepareAsync(IReadOnlyList<SqlScript> scripts, CancellationToken cancellationToken)
    {
        _names.Clear();
        _tables.Limit();
        _isPrepared = true;
        foreach (SqlStatement statement in scripts.SelectMany(script => script.Statements))
        {
            if (SnowflakeWorkTable.Of(statement) is { } table)
                await PrepareAsync(table, mayBeLeftOut: statement.OnlyIf is not null, cancellationToken).ConfigureAwait(false);
        }

        _names.Clear();
    }

    /// <param name="table">A table that the load is going to need.</param>
    /// <param name="mayBeLeftOut">The statement that fills it may not run, and others read it nevertheless.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task PrepareAsync(SnowflakeWorkTable table, bool mayBeLeftOut, CancellationToken cancellationToken)
    {
        var key = Key(table);
        if (_tables.Find(key) is not { } physical)
        {
            await MakeAsync(table, key, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (_tables.IsUsed(physical) && (mayBeLeftOut || table.Query.Length == 0))
        {
            await RunAsync((table with { Name = physical }).Clear(), cancellationToken).ConfigureAwait(false);
            _tables.Empty(physical);
        }

        _prepared[key] = physical;
        _names.Set(table.Name, physical);
    }

    private async Task<string> MakeAsync(SnowflakeWorkTable table, (string Name, string Definition) key, CancellationToken cancellationToken)
    {
        string physical = _tables.NameFor(key);
        await RunAsync(_names.Resolve((table with { Name = physical }).CreateEmpty()), cancellationToken).ConfigureAwait(false);
        _tables.Add(key, physical);
        _prepared[key] = physical;
        _names.Set(table.Name, physical);
        return physical;
    }

    private async Task<long> FillAsync(SnowflakeWorkTable table, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        string query = _names.Resolve(table.Query);
        var key = Key(table);
        if (_prepared.TryGetValue(key, out string? physical))
        {
            _names.Set(table.Name, physical);
        }
        else
        {
            await LeaveAsync(cancellationToken).ConfigureAwait(false);
            physical = await MakeAsync(table, key, cancellationToken).ConfigureAwait(false);
        }

        await EnterAsync(cancellationToken).ConfigureAwait(false);
        SnowflakeWorkTable made = table with { Name = physical, Query = query };
        bool isUsed = _tables.IsUsed(physical);
        if (isUsed && query.Length == 0)
            await RunAsync(made.Clear(), cancellationToken).ConfigureAwait(false);
        _tables.Use(physical);
        return query.Length == 0 ? 0 : await RunAsync(isUsed ? made.Refill() : made.Fill(), parameters, ReadCountsAsync, cancellationToken).ConfigureAwait(false);
    }

    private (string Name, string Definition) Key(SnowflakeWorkTable table) => (table.Name, _names.Resolve(table.Definition + table.Query));
}
