using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>A table of the model and what has to hold for all of its rows. Holds no SQL.</summary>
public sealed record VerifyPlan
{
    /// <summary>The most findings that are listed of one rule and table.</summary>
    public const int MostFindings = 100;

    internal VerifyPlan(LoadTarget target, DimensionalModel model)
    {
        Target = target;
        Assigned = model.Dimensions.SelectMany(dimension => dimension.Definition.Profiles).FirstOrDefault(profile => ReferenceEquals(profile.Assignment, target));
        FactKeys = [.. from fact in model.Facts
                       from link in fact.Dimensions
                       where ReferenceEquals(link.Dimension, target)
                       select (fact.Name, link.KeyColumn)];
    }

    /// <summary>The table.</summary>
    public LoadTarget Target { get; }

    /// <summary>Of a dimension: the facts that link to it, and by which of their columns; of a placeholder both its keys are one.</summary>
    public IReadOnlyList<(QualifiedName Fact, Identifier KeyColumn)> FactKeys { get; }

    /// <summary>The columns that no two rows share: the grain of a fact, group and member of a bridge, the key of a clean table. Dimensions have rules of their own.</summary>
    public IReadOnlyList<Identifier> Grain => Target is Dimension ? [] : Target.Schema.PrimaryKey;

    /// <summary>Of a history of assignments: what it assigns.</summary>
    internal ProfileHistory? Assigned { get; }

    internal ModelConventions Names => Target.Conventions;

    /// <summary>A change of any of these is what makes a version.</summary>
    internal static IEnumerable<DimensionAttribute> Versioning(Dimension dimension) => dimension.Attributes.Where(attribute => attribute.IsTracked);

    /// <summary>The columns that hold one value on all versions of a member.</summary>
    internal static IReadOnlyList<Identifier> SharedByVersions(Dimension dimension)
    {
        bool isOverwrittenEverywhere = dimension.Definition.OverwriteScope == OverwriteScope.AllVersions;
        return
        [
            .. dimension.Attributes
                .Where(attribute => attribute.Type == ScdType.Type0 || (isOverwrittenEverywhere && attribute.Type is ScdType.Type1 or ScdType.Type3))
                .Select(attribute => attribute.Name),
            .. dimension.Definition.CurrentKeys.Select(column => column.Name),
            .. isOverwrittenEverywhere ? dimension.Attributes.Select(attribute => attribute.Previous?.Name).OfType<Identifier>() : [],
            .. dimension.Attributes.Select(attribute => attribute.Current?.Name).OfType<Identifier>(),
            .. dimension.DurableKey is { } durableKey ? [durableKey] : Array.Empty<Identifier>(),
        ];
    }

    /// <summary>Whether members may end, so that a gap says something. With a mark for deletion a version says it instead.</summary>
    internal static bool MembersMayEnd(Dimension dimension)
        => !dimension.Definition.TracksDeletion && (dimension.Definition.Operation is not null || dimension.Definition.WhenAbsent == Absent.Expire);
}
