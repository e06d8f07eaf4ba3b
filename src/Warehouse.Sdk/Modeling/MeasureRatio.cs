using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A quotient of two columns of the same row.</summary>
internal sealed record MeasureRatio(Column Column, Identifier Numerator, Identifier Denominator, ZeroDenominator WhenZero)
{
    public static MeasureRatio Of(string name, Identifier numerator, Identifier denominator, ZeroDenominator whenZero) => new(
        new Column(name, ColumnType.Double) { Comment = $"{numerator} / {denominator}; {(whenZero == ZeroDenominator.Zero ? "0" : "NULL")} when that is 0. Not additive." },
        numerator,
        denominator,
        whenZero);
}
