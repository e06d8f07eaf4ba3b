using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What a batch into a dimension does to one of its mini-dimensions.</summary>
/// <param name="Profile">The mini-dimension and its history.</param>
/// <param name="Merge">The same batch into the history of assignments.</param>
/// <param name="Holders">The facts that carry its keys.</param>
internal sealed record ProfilePlan(ProfileHistory Profile, ScdMergePlan Merge, IReadOnlyList<ProfileHolder> Holders);

/// <summary>A fact's column that holds keys of a mini-dimension.</summary>
/// <param name="Fact">The fact.</param>
/// <param name="KeyColumn">The column.</param>
/// <param name="MemberKeyColumn">The fact's key of the member whose combination it is.</param>
/// <param name="AsOf">The column with the time at which the combination was looked up.</param>
internal sealed record ProfileHolder(Fact Fact, Identifier KeyColumn, Identifier MemberKeyColumn, SourceColumn AsOf)
{
    public static IReadOnlyList<ProfileHolder> Of(DimensionalModel model, Dimension dimension, ProfileHistory profile) =>
    [
        .. from fact in model.Facts
           from link in fact.MiniDimensions
           where link.Dimension == profile.Mini && link.Member.Dimension == dimension
           select new ProfileHolder(fact, link.KeyColumn, link.Member.KeyColumn, link.Member.AsOf!),
    ];
}
