namespace Warehouse.Sdk.Snowflake;

/// <summary>How a dynamic table is refreshed.</summary>
public enum RefreshMode
{
    /// <summary>As Snowflake chooses when the table is made.</summary>
    Auto,

    /// <summary>By what has changed; refused by Snowflake where the query does not allow it.</summary>
    Incremental,

    /// <summary>As a whole.</summary>
    Full,
}
