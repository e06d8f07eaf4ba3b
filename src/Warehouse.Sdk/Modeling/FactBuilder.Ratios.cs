using System.Linq.Expressions;
using System.Reflection;

namespace Warehouse.Sdk;

public sealed partial class FactBuilder<TRow>
{
    private readonly List<(string Name, PropertyInfo Numerator, PropertyInfo Denominator, ZeroDenominator WhenZero)> _ratios = [];

    /// <summary>
    /// Adds a quotient of two measures, worked out from what the row stores of them, after several source rows of one grain were combined: a double,
    /// non-additive. It is in no way summed; over more rows, divide the sums of the two (Kimball, "Additive, Semi-Additive, and Non-Additive Facts").
    /// </summary>
    /// <param name="name">The column.</param>
    /// <param name="numerator">A measure of the fact.</param>
    /// <param name="denominator">A measure of the fact.</param>
    /// <param name="whenZero">What it is when the denominator is 0. The default is NULL.</param>
    /// <remarks>For transaction facts; a periodic snapshot has <see cref="PeriodicSnapshotBuilder{TRow}.Ratio"/>.</remarks>
    public FactBuilder<TRow> Ratio(
        string name, Expression<Func<TRow, object?>> numerator, Expression<Func<TRow, object?>> denominator, ZeroDenominator whenZero = ZeroDenominator.Null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _ratios.Add((name, Use(numerator), Use(denominator), whenZero));
        return this;
    }

    private List<MeasureRatio> BuildRatios(IReadOnlyList<Measure> measures, Corrections corrections)
    {
        Problems.Expect(_ratios.Count == 0 || BuiltKind is null, Name, "it is a snapshot; a periodic one has ratios of its own, PeriodicSnapshot(... p => p.Ratio(...)), an accumulating one has none");
        Problems.Expect(_ratios.Count == 0 || corrections == Sdk.Corrections.Update, Name, "it corrects by reversal, and a ratio is not additive: a negative row takes nothing back; use Corrections.Update, or leave Ratio(...) out");
        List<MeasureRatio> ratios = [];
        foreach (var (name, numerator, denominator, whenZero) in _ratios)
        {
            Measure? Of(PropertyInfo property)
            {
                int index = _measures.FindIndex(measure => measure.Property.Name == property.Name);
                Problems.Expect(index >= 0, Name, $"the ratio {name} is of {property.Name}, which is no measure; add Measure(x => x.{property.Name})");
                return index < 0 ? null : measures[index];
            }

            if (Of(numerator) is { } above && Of(denominator) is { } below)
                ratios.Add(MeasureRatio.Of(name, above.Column.Name, below.Column.Name, whenZero));
        }

        return ratios;
    }
}
