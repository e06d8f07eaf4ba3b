using System.Data.Common;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Conformance;

/// <summary>An engine that calls back before every call of a session, so that a test can let it fail there.</summary>
internal sealed class HookedProvider(IWarehouseProvider inner) : IWarehouseProvider
{
    /// <summary>Takes the number of the call, from 1; set anew, counting starts again.</summary>
    public Action<int>? BeforeCall
    {
        get;
        set
        {
            field = value;
            Calls = 0;
        }
    }

    /// <summary>Runs before a commit.</summary>
    public Action? BeforeCommit { get; set; }

    /// <summary>Runs after a commit that succeeded, before the load hears of it.</summary>
    public Action? AfterCommit { get; set; }

    public int Calls { get; private set; }

    public string SystemName => inner.SystemName;

    public string Database => inner.Database;

    public ISqlDialect Dialect => inner.Dialect;

    public async Task<IWarehouseSession> OpenSessionAsync(CancellationToken cancellationToken) => new Session(await inner.OpenSessionAsync(cancellationToken), this);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private void Call() => BeforeCall?.Invoke(++Calls);

    private sealed class Session(IWarehouseSession session, HookedProvider provider) : IWarehouseSession
    {
        public DbConnection Connection => session.Connection;

        public Task PrepareAsync(IReadOnlyList<SqlScript> scripts, CancellationToken cancellationToken) => Hooked().PrepareAsync(scripts, cancellationToken);

        public Task BeginAsync(IReadOnlyCollection<string> targets, CancellationToken cancellationToken) => Hooked().BeginAsync(targets, cancellationToken);

        public Task BeginReadAsync(CancellationToken cancellationToken) => Hooked().BeginReadAsync(cancellationToken);

        public async Task CommitAsync(CancellationToken cancellationToken)
        {
            IWarehouseSession hooked = Hooked();
            provider.BeforeCommit?.Invoke();
            await hooked.CommitAsync(cancellationToken);
            provider.AfterCommit?.Invoke();
        }

        public Task RollbackAsync() => session.RollbackAsync();

        public Task<long> ExecuteAsync(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
            => Hooked().ExecuteAsync(statement, parameters, cancellationToken);

        public Task<IReadOnlyList<IReadOnlyDictionary<string, object?>>> QueryAsync(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, CancellationToken cancellationToken)
            => Hooked().QueryAsync(statement, parameters, cancellationToken);

        public Task<IReadOnlyList<TRow>> QueryAsync<TRow>(SqlStatement statement, IReadOnlyDictionary<string, object?> parameters, Func<DbDataReader, IEnumerable<TRow>> read, CancellationToken cancellationToken)
            => Hooked().QueryAsync(statement, parameters, read, cancellationToken);
        public Task<long> StageAsync<TRow>(LoadTarget target, RowFeed<TRow> feed, RejectedRows rejects, CancellationToken cancellationToken)
            => Hooked().StageAsync(target, feed, rejects, cancellationToken);

        public Task AppendAsync<TRow>(QualifiedName table, RowFeed<TRow> feed, CancellationToken cancellationToken)
            => Hooked().AppendAsync(table, feed, cancellationToken);

        public bool IsTransient(DbException error) => session.IsTransient(error);

        public ValueTask DisposeAsync() => session.DisposeAsync();

        private IWarehouseSession Hooked()
        {
            provider.Call();
            return session;
        }
    }
}

/// <summary>What a driver would throw.</summary>
internal sealed class InjectedException() : DbException("injected");
