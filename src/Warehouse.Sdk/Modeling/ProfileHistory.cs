using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A mini-dimension of a dimension, and which of its combinations each member had when.</summary>
/// <param name="Mini">The mini-dimension.</param>
/// <param name="Assignment">
/// The history of assignments: natural key, combination and interval. It is a dimension with one attribute of type 2, kept by the rules that the
/// dimension itself is kept by, so that a late fact finds the combination of its own time and a late event corrects those of facts.
/// </param>
/// <param name="CurrentKey">The dimension's column with the member's current combination (type 5), or <see langword="null"/>.</param>
/// <param name="Combination">What it is made from in a batch of the dimension.</param>
internal sealed record ProfileHistory(CombinationDimension Mini, Dimension Assignment, Column? CurrentKey, Combination Combination)
{
    public Identifier Key => Mini.SurrogateKey;
}
