namespace Warehouse.Sdk;

public sealed partial class FactBuilder<TRow>
{
    private readonly List<(CombinationDimension Mini, string? Role)> _minis = [];
    private readonly List<JunkDimension<TRow>> _junk = [];

    /// <summary>
    /// Carries the key of the combination that a member had at the fact's own time, beside the member's own key. A late event of the member corrects
    /// both, in its transaction. A member that is not known, or of which no row has come yet, has unknown (-1).
    /// </summary>
    /// <param name="profile">The mini-dimension of a dimension that the fact links to with <c>asOf</c>.</param>
    /// <param name="role">The role of that link; needed when the dimension plays several. The key column is then <c>role_key</c>.</param>
    /// <typeparam name="TMember">The source row of that dimension.</typeparam>
    public FactBuilder<TRow> MiniDimension<TMember>(MiniDimension<TMember> profile, string? role = null)
    {
        ArgumentNullException.ThrowIfNull(profile);
        _minis.Add((profile, role));
        return this;
    }

    /// <summary>
    /// Carries the key of the combination that the row's flags make; they are not on the fact. Combinations not seen before get their row in the
    /// fact's transaction.
    /// </summary>
    /// <param name="junk">The junk dimension, of the same source row. Facts of one source row may share it.</param>
    public FactBuilder<TRow> JunkDimension(JunkDimension<TRow> junk)
    {
        ArgumentNullException.ThrowIfNull(junk);
        Use(junk.Parts.Select(part => part.Property));
        _junk.Add(junk);
        return this;
    }

    private List<MiniDimensionLink> BuildMinis(IReadOnlyList<DimensionLink> links)
    {
        List<MiniDimensionLink> built = [];
        foreach (var (mini, role) in _minis)
        {
            string place = $"{Name}.{mini.SurrogateKey}";
            DimensionLink[] members = [.. links.Where(link => link.Dimension.MiniDimensions.Contains(mini) && (role is null || link.Role == role))];
            if (members is not [{ } member])
            {
                Problems.Add(place, members.Length == 0
                    ? $"it links to no dimension that has {mini.Name.Name}{(role is null ? string.Empty : $" in the role {role}")}; add Dimension(...) of the dimension with that mini-dimension"
                    : $"the dimension of {mini.Name.Name} plays the roles {string.Join(" and ", members.Select(link => link.Role))}; say which (role: \"...\")");
                continue;
            }

            Problems.Expect(member.AsOf is not null, place, $"combinations change over time; say at which time that of {member.Dimension.Name} is looked up (asOf: x => x.Time)");
            if (member.AsOf is not null)
                built.Add(new MiniDimensionLink(mini, member, role is null ? mini.SurrogateKey : $"{role}_{mini.SurrogateKey.Value}"));
        }

        return built;
    }

    private IReadOnlyList<JunkDimensionLink> BuildJunk(RowShape rows)
    {
        foreach (JunkDimension<TRow> junk in _junk)
            junk.ExpectSources(rows, Problems, Name);
        return [.. _junk.Select(junk => new JunkDimensionLink(junk, [.. junk.In(rows).Parts.Select(part => part.Source)], junk.SurrogateKey))];
    }
}
