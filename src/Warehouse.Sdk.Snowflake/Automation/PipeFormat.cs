namespace Warehouse.Sdk.Snowflake;

/// <summary>The form of files that a pipe loads.</summary>
public enum PipeFormat
{
    /// <summary>
    /// Text with commas and double quotes, as RFC 4180 has it. Its columns are those of the table's row, in their order: nothing compares them with a header, and a line with too few of them
    /// ends in NULL, one with too many loses the rest.
    /// </summary>
    Csv,

    /// <summary>A JSON object to each line; columns are found by their names, or by their paths where the model gives one.</summary>
    Json,

    /// <summary>Columns are found by their names.</summary>
    Parquet,
}
