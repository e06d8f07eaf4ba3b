using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Providers;

/// <summary>The view of a dimension's open versions, and the function that gives its versions valid at an instant. Holds no SQL.</summary>
public sealed record HistoryViewPlan
{
    internal HistoryViewPlan(Dimension dimension, IReadOnlyList<Identifier> columns)
    {
        Dimension = dimension;
        Columns = columns;
        CurrentView = dimension.CurrentView ?? throw new ArgumentException($"{dimension.Name} has no history views.", nameof(dimension));
        AsOfFunction = dimension.AsOfFunction ?? throw new ArgumentException($"{dimension.Name} has no history views.", nameof(dimension));
    }

    /// <summary>The dimension.</summary>
    public Dimension Dimension { get; }

    /// <summary>The columns of its table in the order the table has them: a column that came later stands at the end, whatever the model's order.</summary>
    public IReadOnlyList<Identifier> Columns { get; }

    /// <summary>The view of open versions.</summary>
    public QualifiedName CurrentView { get; }

    /// <summary>The function of versions valid at an instant.</summary>
    public QualifiedName AsOfFunction { get; }

    internal ModelConventions Names => Dimension.Conventions;

    internal string CurrentViewComment => Dimension.DurableKey is null
        ? $"The open version of each member of {Dimension.Name}, the default members among them; a member that is gone has none."
        : $"The latest version of each member of {Dimension.Name} by its durable key, the default members among them; that of a member that is gone says so.";

    internal string AsOfFunctionComment => $"The version of each member of {Dimension.Name} that was valid at the given instant in UTC, the default members among them; a member that was gone then has none.";
}
