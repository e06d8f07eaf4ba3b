using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A fact's key of the combination that one of its members had at the fact's own time.</summary>
/// <param name="Dimension">The mini-dimension.</param>
/// <param name="Member">The link to the member, with the time.</param>
/// <param name="KeyColumn">The fact's key column.</param>
public sealed record MiniDimensionLink(CombinationDimension Dimension, DimensionLink Member, Identifier KeyColumn)
{
    internal ProfileHistory Profile => Member.Dimension.Definition.Profiles.First(profile => profile.Mini == Dimension);
}

/// <summary>A fact's key of the combination that its flags make.</summary>
/// <param name="Dimension">The junk dimension.</param>
/// <param name="Sources">The source columns that its attributes are made from, in their order.</param>
/// <param name="KeyColumn">The fact's key column.</param>
public sealed record JunkDimensionLink(CombinationDimension Dimension, IReadOnlyList<SourceColumn> Sources, Identifier KeyColumn)
{
    internal Combination Combination => new(Dimension, [.. Dimension.Parts.Zip(Sources)]);
}
