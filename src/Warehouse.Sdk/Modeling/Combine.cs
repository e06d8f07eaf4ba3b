namespace Warehouse.Sdk;

/// <summary>
/// What becomes of a measure when several rows of a batch meet one grain. The batch has to hold all rows of the grains it touches: what is stored
/// is replaced by the combined row, not added to.
/// </summary>
public enum Combine
{
    /// <summary>Nothing: several different rows of one grain are an error, or the last by sequence wins. The default.</summary>
    None,

    /// <summary>The sum; NULL when all are NULL.</summary>
    Sum,

    /// <summary>The mean of those that are not NULL. The column is a decimal or a floating point number.</summary>
    Average,

    /// <summary>The least.</summary>
    Minimum,

    /// <summary>The greatest.</summary>
    Maximum,

    /// <summary>How many are not NULL. The column is a whole number, whatever the property is.</summary>
    Count,

    /// <summary>How many are true, of a property that is true or false. The column is a whole number.</summary>
    CountTrue,

    /// <summary>The value of the row that is least by the given column; ties go to the earlier line.</summary>
    First,

    /// <summary>The value of the row that is greatest by the given column; ties go to the later line.</summary>
    Last,
}
