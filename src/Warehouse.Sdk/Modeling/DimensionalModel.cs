using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>What the warehouse is: its tables in all three zones, validated as a whole. Immutable.</summary>
public sealed class DimensionalModel
{
    private readonly Dictionary<QualifiedName, LoadTarget> _byName;

    internal DimensionalModel(string name, ModelConventions conventions, IReadOnlyList<LoadTarget> tables)
    {
        Name = name;
        Conventions = conventions;
        Tables = [.. tables];
        _byName = Tables.ToDictionary(table => table.Name);
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>Its names and habits.</summary>
    public ModelConventions Conventions { get; }

    /// <summary>All tables in the order they were defined.</summary>
    public IReadOnlyList<LoadTarget> Tables { get; }

    /// <summary>The dimensions, without date dimensions.</summary>
    public IEnumerable<Dimension> Dimensions => Tables.OfType<Dimension>();

    /// <summary>The date dimensions.</summary>
    public IEnumerable<DateDimension> DateDimensions => Tables.OfType<DateDimension>();

    /// <summary>The mini- and junk dimensions, which the loads of others fill.</summary>
    public IEnumerable<CombinationDimension> CombinationDimensions => Tables.OfType<CombinationDimension>();

    /// <summary>The facts.</summary>
    public IEnumerable<Fact> Facts => Tables.OfType<Fact>();

    /// <summary>The aggregates of facts.</summary>
    public IEnumerable<AggregateFact> Aggregates => Tables.OfType<AggregateFact>();

    /// <summary>The bridges.</summary>
    public IEnumerable<Bridge> Bridges => Tables.OfType<Bridge>();

    /// <summary>Every table of the database that the model needs, those that dimensions and facts keep beside them included.</summary>
    internal IEnumerable<TableSchema> Schemas => Tables.Select(table => table.Schema)
        .Concat(Dimensions.SelectMany(dimension => new[] { dimension.History, dimension.Events }).Concat(Facts.SelectMany(fact => new[] { fact.Events, fact.Deletions })).OfType<TableSchema>());

    /// <summary>Builds a model in place.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="define">Defines the tables.</param>
    /// <exception cref="WarehouseModelException">Something is wrong with it; all problems are listed.</exception>
    public static DimensionalModel Create(string name, Action<DimensionalModelBuilder> define)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(define);
        var builder = new DimensionalModelBuilder(name);
        define(builder);
        return builder.Build();
    }

    /// <summary>Builds a model written as a class.</summary>
    /// <param name="definition">The class.</param>
    /// <exception cref="WarehouseModelException">Something is wrong with it; all problems are listed.</exception>
    public static DimensionalModel Create(IDimensionalModelDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return Create(definition.GetType().Name, definition.Define);
    }

    /// <summary>The dimension that keeps a history of combinations; null for any other dimension.</summary>
    internal Dimension? OwnerOf(Dimension assignment) => Dimensions.FirstOrDefault(owner => owner.Definition.Profiles.Any(profile => profile.Assignment == assignment));

    /// <summary>True when the table is one of this model.</summary>
    /// <param name="table">The table.</param>
    public bool Contains(LoadTarget table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return _byName.TryGetValue(table.Name, out LoadTarget? own) && ReferenceEquals(own, table);
    }

    /// <summary>A digest of everything that decides the tables, to tell whether a database was deployed from this model.</summary>
    internal string Hash()
    {
        var text = new StringBuilder();
        foreach (TableSchema table in Schemas)
            text.AppendLine(CultureInfo.InvariantCulture, $"{table.Name}: {string.Join(", ", table.Columns.Select(column => $"{column.Name} {column.Type} {column.IsNullable}"))}; {string.Join(", ", table.PrimaryKey)}");
        foreach (TableSchema table in Schemas.Where(table => !table.Physical.IsEmpty))
            text.AppendLine(CultureInfo.InvariantCulture, $"{table.Name}: {string.Join(", ", table.Physical.InWords().Concat(table.Physical.Tags.Select(tag => tag.Value)))}");
        // Types decide no column of their own, but what the columns mean.
        foreach (Dimension dimension in Dimensions)
            text.AppendLine(FormattableString.Invariant($"{dimension.Name}: {string.Join(", ", dimension.Attributes.Select(attribute => $"{attribute.Name} {attribute.Type}"))}"));
        foreach (DateDimension date in DateDimensions)
            text.AppendLine(FormattableString.Invariant($"{date.Name}: {date.From:yyyy-MM-dd} {date.To:yyyy-MM-dd} {date.FiscalStartMonth}"));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
