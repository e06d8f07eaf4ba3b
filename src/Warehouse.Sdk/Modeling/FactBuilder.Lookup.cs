using System.Reflection;

namespace Warehouse.Sdk;

public sealed partial class FactBuilder<TRow>
{
    private readonly Dictionary<string, (BeforeFirstVersion BeforeFirst, InGap InGap, bool KeepKey)> _lookups = [];

    /// <summary>Says how a link to a versioned dimension is looked up where the member has no version at the row's own time.</summary>
    /// <param name="role">The link's role: that given to <c>Dimension</c>, or the dimension's name without <c>dim_</c>.</param>
    /// <param name="beforeFirst">Of rows older than the member's first version. The default is <see cref="BeforeFirstVersion.FirstVersion"/>.</param>
    /// <param name="inGap">Of rows from a time at which the member was gone. The default is <see cref="InGap.LastKnown"/>.</param>
    /// <param name="keepKey">
    /// Keeps the natural key on the fact, so that a member that arrives, or begins earlier, after its facts were loaded as unknown (-1) takes them
    /// over in its own load. The default is <see langword="false"/>; the policies that link to unknown need it and keep it in any case.
    /// </param>
    public FactBuilder<TRow> Lookup(string role, BeforeFirstVersion beforeFirst = BeforeFirstVersion.FirstVersion, InGap inGap = InGap.LastKnown, bool keepKey = false)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(role);
        Problems.Expect(
            _lookups.TryAdd(role, (beforeFirst, inGap, keepKey || beforeFirst == BeforeFirstVersion.Unknown || inGap == InGap.Unknown)),
            Name,
            $"the lookup of {role} is declared twice");
        return this;
    }

    private DimensionLink WithLookup(DimensionLink link)
    {
        if (!_lookups.TryGetValue(link.Role, out var lookup))
            return link;
        Problems.Expect(
            link.AsOf is not null || (lookup.BeforeFirst == BeforeFirstVersion.FirstVersion && lookup.InGap == InGap.LastKnown),
            $"{Name}.{link.KeyColumn}",
            "its lookup has rules for times, but the link has none; add asOf: x => x.Time");
        return link with { BeforeFirst = lookup.BeforeFirst, InGap = lookup.InGap, KeepsKey = lookup.KeepKey };
    }

    private IEnumerable<PropertyInfo> KeptKeys() => _dimensions
        .Where(link => _lookups.GetValueOrDefault(RoleOf(link.Dimension, link.Role)).KeepKey)
        .SelectMany(link => link.Key);

    private void ValidateLookups(FactDefinition definition)
    {
        foreach (string role in _lookups.Keys.Where(role => !definition.Dimensions.Any(link => link.Role == role)))
            Problems.Add(Name, $"it has a lookup of {role}, but no link of that role");
    }
}
