namespace Warehouse.Sdk.Sql;

/// <summary>What the runner does with a statement's result.</summary>
public enum StatementKind
{
    /// <summary>Runs it; the number of rows it touched is kept under <see cref="SqlStatement.Counter"/> when that is set.</summary>
    Execute,

    /// <summary>Runs it and keeps every column of its one row as a counter of that name.</summary>
    Count,

    /// <summary>Runs it and keeps every column of its one row as a parameter for later statements: a bound that is read once.</summary>
    Bind,

    /// <summary>Runs it; any row it returns is a violation, and the load is rolled back with these rows named.</summary>
    Guard,
}
