namespace Warehouse.Sdk;

/// <summary>What a deployment may do to what is stored.</summary>
public sealed record DeployOptions
{
    /// <summary>
    /// Lets an attribute of type 2 or 6 become one of type 0, 1 or 3 although its dimension has history: versions that no longer differ are merged into
    /// the first of them, facts and bridges get its key, the attribute gets one value per member, and the versions are numbered anew, all in the
    /// deployment's own transaction. What the history told of the attribute is lost. The default is <see langword="false"/>: such a model is refused.
    /// </summary>
    public bool CollapseHistory { get; init; }

    internal static DeployOptions Default { get; } = new();
}
