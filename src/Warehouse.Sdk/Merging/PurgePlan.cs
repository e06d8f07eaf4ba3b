namespace Warehouse.Sdk.Providers;

/// <summary>Members of a dimension that are to be erased. Holds no SQL.</summary>
public sealed record PurgePlan
{
    internal PurgePlan(DimensionalModel model, Dimension dimension)
    {
        Dimension = dimension;
        Holders = [.. KeyHolder.Of(model, dimension)];
        Profiles = [.. dimension.Definition.Profiles.Select(profile => (profile, ProfileHolder.Of(model, dimension, profile)))];
    }

    /// <summary>The dimension.</summary>
    public Dimension Dimension { get; }

    /// <summary>Where keys of its versions stand outside it.</summary>
    internal IReadOnlyList<KeyHolder> Holders { get; }

    /// <summary>Its mini-dimensions, and the facts that carry their keys.</summary>
    internal IReadOnlyList<(ProfileHistory Profile, IReadOnlyList<ProfileHolder> Holders)> Profiles { get; }

    /// <summary>The names under which rows of its members were rejected.</summary>
    internal IEnumerable<string> Targets => Profiles.Select(profile => profile.Profile.Assignment.Name.ToString()).Prepend(Dimension.Name.ToString());

    internal IEnumerable<string> HoldingTables => Holders.Select(holder => holder.Table.Name.ToString())
        .Concat(Profiles.SelectMany(profile => profile.Holders).Select(holder => holder.Fact.Name.ToString()))
        .Distinct();
}
