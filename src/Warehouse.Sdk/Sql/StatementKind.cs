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

    /// <summary>Runs it and keeps every row it returns as a finding: <c>table_name, member, keys, detail</c> and, in every row alike, the number <c>found</c> in all.</summary>
    Finding,

    /// <summary>As <see cref="Finding"/>, of something that violates no rule.</summary>
    Information,
}
