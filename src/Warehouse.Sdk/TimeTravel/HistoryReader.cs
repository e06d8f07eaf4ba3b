using System.Data.Common;
using Dapper;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>Reads the versions of one member.</summary>
internal sealed class HistoryReader(IWarehouseProvider provider, DimensionalModel model)
{
    public async Task<IReadOnlyList<TVersion>> ReadAsync<TVersion>(Dimension dimension, IReadOnlyList<object> naturalKey, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dimension);
        ArgumentNullException.ThrowIfNull(naturalKey);
        if (!model.Contains(dimension))
            throw new ArgumentException($"{dimension.Name} is not a table of the model '{model.Name}' this warehouse was opened with.", nameof(dimension));
        Dictionary<string, object?> key = NaturalKeyValues.Bind(dimension, naturalKey);
        SqlStatement statement = provider.Dialect.ReadHistory(dimension, VersionColumns.Of(typeof(TVersion), dimension));
        DapperMapping.Register();

        IWarehouseSession session = await provider.OpenSessionAsync(cancellationToken).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            try
            {
                await session.BeginReadAsync(cancellationToken).ConfigureAwait(false);
                return await session.QueryAsync(statement, key, reader => reader.Parse<TVersion>(), cancellationToken).ConfigureAwait(false);
            }
            catch (PlatformNotSupportedException error)
            {
                throw DapperMapping.NeedsDynamicCode(typeof(TVersion), error);
            }
            catch (DbException error)
            {
                throw new WarehouseException($"Reading the history of a member of {dimension.Name} failed: {provider.Dialect.Explain(error)} Nothing was changed. Deploy the model first if that is what is missing.", error)
                {
                    SystemName = provider.SystemName,
                    Target = dimension.Name.ToString(),
                    Step = statement.Name,
                    IsTransient = session.IsTransient(error),
                };
            }
        }
    }
}
