namespace Warehouse.Sdk;

/// <summary>Settings of a stage that is a folder.</summary>
public sealed class LocalStageOptions
{
    /// <summary>The folder; created when the first file is put. The default is <c>stage</c> in the current folder.</summary>
    public string Folder { get; set; } = "stage";
}
