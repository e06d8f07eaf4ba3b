namespace Warehouse.Sdk.Snowflake;

/// <summary>A file of rows on its way: what the manifest says of it, and what LIST and COPY have to find.</summary>
internal sealed record SnowflakePart(string File, long Rows, long Length)
{
    public string Name => Path.GetFileName(File);
}
