namespace Warehouse.Sdk;

public sealed partial class DimensionalModelBuilder
{
    /// <summary>A mini-dimension, filled by the loads of the dimension it is given to (<see cref="DimensionBuilder{TRow}.MiniDimension"/>).</summary>
    /// <param name="name">The table's name, by custom <c>dim_x_profile</c>.</param>
    /// <param name="define">The attributes whose combinations it holds.</param>
    /// <typeparam name="TRow">The source row of that dimension.</typeparam>
    public MiniDimension<TRow> MiniDimension<TRow>(string name, Action<CombinationBuilder<TRow>> define)
    {
        ArgumentNullException.ThrowIfNull(define);
        var builder = new CombinationBuilder<TRow>(name, _conventions, _problems);
        define(builder);
        return Add(builder.BuildMini());
    }

    /// <summary>A junk dimension, filled by the loads of the facts it is given to (<see cref="FactBuilder{TRow}.JunkDimension"/>).</summary>
    /// <param name="name">The table's name, by custom <c>dim_x_flags</c>.</param>
    /// <param name="define">The flags and texts whose combinations it holds.</param>
    /// <typeparam name="TRow">The source row of those facts.</typeparam>
    public JunkDimension<TRow> JunkDimension<TRow>(string name, Action<CombinationBuilder<TRow>> define)
    {
        ArgumentNullException.ThrowIfNull(define);
        var builder = new CombinationBuilder<TRow>(name, _conventions, _problems);
        define(builder);
        return Add(builder.BuildJunk());
    }

    private void ExpectOneOwner()
    {
        foreach (CombinationDimension mini in _tables.OfType<CombinationDimension>().Where(table => table.IsMini))
        {
            string[] owners = [.. _tables.OfType<Dimension>().Where(dimension => dimension.MiniDimensions.Contains(mini)).Select(dimension => dimension.Name.Name.Value)];
            _problems.Expect(owners.Length > 0, mini.Name.Name.Value, "no dimension has it, so nothing would fill it; add MiniDimension(...) to the dimension it belongs to");
            _problems.Expect(owners.Length <= 1, mini.Name.Name.Value, $"it belongs to {string.Join(" and ", owners)}; a mini-dimension has one dimension, give each its own");
        }

        foreach (CombinationDimension junk in _tables.OfType<CombinationDimension>().Where(table => !table.IsMini))
            _problems.Expect(_tables.OfType<Fact>().Any(fact => fact.JunkDimensions.Any(link => link.Dimension == junk)), junk.Name.Name.Value, "no fact has it, so nothing would fill it; add JunkDimension(...) to the fact it belongs to");
    }
}
