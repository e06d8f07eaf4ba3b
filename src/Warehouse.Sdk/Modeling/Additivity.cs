namespace Warehouse.Sdk;

/// <summary>Over which dimensions a measure may be summed (Kimball, "Additive, Semi-Additive, Non-Additive Facts").</summary>
public enum Additivity
{
    /// <summary>Over all dimensions.</summary>
    Additive,

    /// <summary>Over all dimensions but time: balances and stock levels.</summary>
    SemiAdditive,

    /// <summary>Over none: ratios and unit prices.</summary>
    NonAdditive,
}
