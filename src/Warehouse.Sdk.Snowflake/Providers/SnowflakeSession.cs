using System.Data.Common;
using System.Globalization;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>
/// One session and its transaction. DDL would commit it: private tables are made before it begins and only filled in it; what else is DDL, of a
/// deployment or of a landing table that follows its files, ends the transaction before and lets another begin, with the targets held again.
/// </summary>
internal sealed partial class SnowflakeSession(DbConnection connection, SnowflakeOptions options, SnowflakeConnections connections, SnowflakeTargets locks) : IWarehouseSession
{
    private readonly Dictionary<string, long> _taken = new(StringComparer.Ordinal);
    private readonly List<string> _uploaded = [];
    private string[] _targets = [];
    private bool _isOpen;
    private bool _isLogicallyOpen;
    private bool _hasWritten;
    private bool _hasFailed;
    private bool _isLost;
    private string? _tag;
    private long? _taggedLoad;

    public DbConnection Connection => connection;

    public async Task BeginAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken)
    {
        // One order for all, so that two loads never wait for each other in a circle.
        _targets = [.. targets.Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.OrdinalIgnoreCase)];
        foreach (string target in _targets.Where(target => !locks.IsKnown(target)))
        {
            await RunAsync(SnowflakeTargets.Create(target).Text, cancellationToken).ConfigureAwait(false);
            await RunAsync(SnowflakeTargets.Begin(target).Text, cancellationToken).ConfigureAwait(false);
            locks.Know(target);
        }

        _taggedLoad = null;
        await TagAsync(SnowflakeQueryTag.Of(options.Pipeline, string.Join(", ", _targets)), cancellationToken).ConfigureAwait(false);
        _isLogicallyOpen = true;
        (_hasWritten, _hasFailed) = (false, false);
        _taken.Clear();
        await EnterAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task BeginReadAsync(CancellationToken cancellationToken)
    {
        _targets = [];
        _isLogicallyOpen = true;
        await EnterAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_isLogicallyOpen)
            throw new InvalidOperationException("No transaction was begun.");
        // Snowflake would commit what came before a statement that failed.
        if (_hasFailed)
            throw new InvalidOperationException("A statement of the transaction failed; it can only be rolled back.");
        if (_isOpen)
            await RunAsync("COMMIT", CancellationToken.None).ConfigureAwait(false);
        (_isOpen, _isLogicallyOpen) = (false, false);
        await RemoveUploadsAsync().ConfigureAwait(false);
    }

    public async Task RollbackAsync()
    {
        bool isOpen = _isOpen;
        if (_hasFailed)
            _tables.Forget();
        (_isOpen, _isLogicallyOpen) = (false, false);
        if (isOpen)
        {
            try
            {
                await RunAsync("ROLLBACK", CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error) when (error is DbException or InvalidOperationException)
            {
                // The session is lost, and its transaction with it; the failure that led here is the one to tell.
                _hasFailed = true;
                _isLost = true;
            }
        }

        await RemoveUploadsAsync().ConfigureAwait(false);
    }

    public async Task<long> ExecuteAsync(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        await TagAsync(parameters, cancellationToken).ConfigureAwait(false);
        if (SnowflakeWorkTable.Of(statement) is { } table)
            return await FillAsync(table, parameters, cancellationToken).ConfigureAwait(false);
        // It stays for the next load, which begins with an empty one.
        if (SnowflakeWorkTable.IsDrop(statement))
            return 0;
        if (IsDdl(statement.Text))
        {
            await DefineAsync(statement.Text, cancellationToken).ConfigureAwait(false);
            return 0;
        }

        await EnterAsync(cancellationToken).ConfigureAwait(false);
        string text = _names.Resolve(statement.Text);
        if (SnowflakeWorkTable.AddedTo(text) is { } grown)
            _tables.Use(grown);
        long touched = await RunAsync(text, parameters, ReadCountsAsync, cancellationToken).ConfigureAwait(false);
        _hasWritten |= touched > 0;
        return touched;
    }

    public async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> QueryAsync(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        if (SnowflakeDialect.IsDescription(statement))
            return await RunAsync(statement.Text, parameters, (reader, _) => Task.FromResult(Columns(reader)), cancellationToken).ConfigureAwait(false);
        return await RunAsync(_names.Resolve(statement.Text), parameters, ReadAllAsync, cancellationToken).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<TRow>> QueryAsync<TRow>(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, Func<DbDataReader, IEnumerable<TRow>> read, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        return await RunAsync<IReadOnlyList<TRow>>(_names.Resolve(statement.Text), parameters, (reader, _) => Task.FromResult<IReadOnlyList<TRow>>([.. read(new LogicalNameReader(reader))]), cancellationToken).ConfigureAwait(false);
    }

    public bool IsTransient(DbException error) => SnowflakeErrors.IsTransient(error);

    public async ValueTask DisposeAsync()
    {
        await RollbackAsync().ConfigureAwait(false);
        if (_tag is not null && !_isLost)
        {
            try
            {
                await TagAsync(tag: null, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception error) when (error is DbException or InvalidOperationException)
            {
                _isLost = true;
            }
        }

        await connections.ReturnAsync(connection, isSound: !_isLost).ConfigureAwait(false);
    }

    /// <summary>Once the load has its number, its statements carry it.</summary>
    private async Task TagAsync(IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
    {
        if (_targets.Length == 0 || !parameters.TryGetValue("load_id", out object? value) || value is not long load || load == _taggedLoad)
            return;
        _taggedLoad = load;
        await TagAsync(SnowflakeQueryTag.Of(options.Pipeline, parameters.GetValueOrDefault("target") as string ?? string.Join(", ", _targets), load), cancellationToken).ConfigureAwait(false);
    }

    /// <param name="tag">The tag; null for that of a session without a load.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private async Task TagAsync(string? tag, CancellationToken cancellationToken)
    {
        await RunAsync(SnowflakeQueryTag.Set(tag ?? SnowflakeQueryTag.Of(options.Pipeline)), cancellationToken).ConfigureAwait(false);
        _tag = tag;
    }

    private static bool IsDdl(string text)
        => text.StartsWith("CREATE ", StringComparison.Ordinal) || text.StartsWith("ALTER ", StringComparison.Ordinal) || text.StartsWith("DROP ", StringComparison.Ordinal) || text.StartsWith("COMMENT ", StringComparison.Ordinal) || text.StartsWith("UNDROP ", StringComparison.Ordinal);

    private async Task DefineAsync(string text, CancellationToken cancellationToken)
    {
        await LeaveAsync(cancellationToken).ConfigureAwait(false);
        await RunAsync(text, cancellationToken).ConfigureAwait(false);
        connections.ForgetTables();
    }

    /// <summary>Ends the transaction before DDL does; the next statement lets another begin.</summary>
    private async Task LeaveAsync(CancellationToken cancellationToken)
    {
        if (!_isOpen)
            return;
        if (_isPrepared && _hasWritten)
            throw new InvalidOperationException("A table would have to be made in the middle of a load.");
        await RunAsync("COMMIT", cancellationToken).ConfigureAwait(false);
        _isOpen = false;
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (_isOpen || !_isLogicallyOpen)
            return;
        await RunAsync("BEGIN", cancellationToken).ConfigureAwait(false);
        _isOpen = true;
        foreach (string target in _targets)
            await HoldAsync(target, cancellationToken).ConfigureAwait(false);
    }

    private async Task HoldAsync(string target, CancellationToken cancellationToken)
    {
        try
        {
            await RunAsync(SnowflakeTargets.Take(target).Text, cancellationToken).ConfigureAwait(false);
        }
        catch (DbException error) when (SnowflakeErrors.Code(error) == SnowflakeErrors.LockTimeout)
        {
            throw Concurrency(target, FormattableString.Invariant($"{target} has been held by another load for {options.LockTimeout.TotalSeconds:0.###} seconds. Nothing was changed. Wait for it, or allow more time in SnowflakeOptions.LockTimeout."), error);
        }

        long taken = Convert.ToInt64((await RunAsync(SnowflakeTargets.Read(target).Text, new Dictionary<string, object?>(), ReadAllAsync, cancellationToken).ConfigureAwait(false))[0]["taken"], CultureInfo.InvariantCulture);
        if (_taken.TryGetValue(target, out long before) && taken != before + 1)
            throw Concurrency(target, $"Another load of {target} came between, while a table was changed. Nothing was loaded. Run it again.", null);
        _taken[target] = taken;
    }

    private static WarehouseConcurrencyException Concurrency(string target, string message, DbException? error) => new(message, error) { SystemName = SnowflakeProvider.Name, Target = target };

    private Task<long> RunAsync(string text, CancellationToken cancellationToken) => RunAsync(text, new Dictionary<string, object?>(), ReadCountsAsync, cancellationToken);

    private async Task<TResult> RunAsync<TResult>(string text, IReadOnlyDictionary<string, object?> parameters, Func<DbDataReader, CancellationToken, Task<TResult>> read, CancellationToken cancellationToken)
    {
        DbCommand command = connection.CreateCommand();
        await using (command.ConfigureAwait(false))
        {
            SnowflakeBinding.Bind(command, text, parameters);
            try
            {
                DbDataReader reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                    return await read(reader, cancellationToken).ConfigureAwait(false);
            }
            catch (DbException) when (cancellationToken.IsCancellationRequested)
            {
                _hasFailed |= _isOpen;
                throw new OperationCanceledException(cancellationToken);
            }
            catch
            {
                _hasFailed |= _isOpen;
                throw;
            }
        }
    }

    // By their columns: the driver's own count ends at 2,147,483,647.
    private static async Task<long> ReadCountsAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        const string Counted = "number of rows ";
        long touched = 0;
        if (reader.FieldCount > 0 && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            for (int ordinal = 0; ordinal < reader.FieldCount; ordinal++)
            {
                if (reader.GetName(ordinal).StartsWith(Counted, StringComparison.Ordinal))
                    touched += Convert.ToInt64(reader.GetValue(ordinal), CultureInfo.InvariantCulture);
            }
        }

        return touched;
    }

    private static async Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> ReadAllAsync(DbDataReader reader, CancellationToken cancellationToken)
    {
        List<IReadOnlyDictionary<string, object?>> rows = [];
        string[] names = [.. Enumerable.Range(0, reader.FieldCount).Select(ordinal => SnowflakeIdentifierRules.Logical(reader.GetName(ordinal)))];
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            Dictionary<string, object?> row = [];
            for (int ordinal = 0; ordinal < names.Length; ordinal++)
                row[names[ordinal]] = await reader.IsDBNullAsync(ordinal, cancellationToken).ConfigureAwait(false) ? null : ValueOf(reader, ordinal);
            rows.Add(row);
        }

        return rows;
    }

    // A day comes as an instant, and only the column's type tells the two apart.
    private static object ValueOf(DbDataReader reader, int ordinal) => reader.GetValue(ordinal) is DateTime day && string.Equals(reader.GetDataTypeName(ordinal), "DATE", StringComparison.OrdinalIgnoreCase)
        ? DateOnly.FromDateTime(day)
        : reader.GetValue(ordinal);

    private static IReadOnlyList<IReadOnlyDictionary<string, object?>> Columns(DbDataReader reader)
        => [.. Enumerable.Range(0, reader.FieldCount).Select(ordinal => new Dictionary<string, object?> { ["column_name"] = SnowflakeIdentifierRules.Logical(reader.GetName(ordinal)) })];
}
