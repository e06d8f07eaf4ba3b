using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk;

/// <summary>Erases what is known of members: of all that are named, and the ledger's row about it, in one transaction.</summary>
internal sealed class PurgeRunner(IWarehouseProvider provider, DimensionalModel model, MemberRunner members)
{
    public Task<LoadReport> RunAsync(Dimension dimension, IReadOnlyList<IReadOnlyList<object>> naturalKeys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(naturalKeys);
        members.ExpectOwn(dimension);
        if (model.OwnerOf(dimension) is { } owner)
            throw new ArgumentException($"{dimension.Name} is kept by {owner.Name}; purge members there.", nameof(dimension));
        var plan = new PurgePlan(model, dimension);
        var change = new MemberChange("Purging members", "purge", provider.Dialect.Purge(plan), [.. plan.HoldingTables]);
        return members.RunAsync(dimension, change, [.. naturalKeys.Select(key => NaturalKeyValues.Bind(dimension, key ?? throw new ArgumentNullException(nameof(naturalKeys))))], cancellationToken);
    }
}
