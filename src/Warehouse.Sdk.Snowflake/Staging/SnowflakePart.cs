namespace Warehouse.Sdk.Snowflake;

/// <summary>A file of rows on its way: what the manifest says of it, and what COPY has to find in it.</summary>
internal sealed record SnowflakePart(string File, long Rows)
{
    public string Name => Path.GetFileName(File);
}
