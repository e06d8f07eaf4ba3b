namespace Warehouse.Sdk.Snowflake;

/// <summary>A stage client whose files Snowflake itself can reach.</summary>
internal interface ISnowflakeFiles
{
    /// <summary>Where Snowflake finds them: the client's paths are below it.</summary>
    SnowflakeStage Stage { get; }
}
