using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>A quotient of two columns of the same row.</summary>
internal sealed record MeasureRatio(Column Column, Identifier Numerator, Identifier Denominator, ZeroDenominator WhenZero);
