using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Snowflake;

/// <summary>Where a pipe takes its files from.</summary>
public sealed record PipeOptions
{
    /// <summary>The stage: a named internal one, or an external one, over a bucket that tells Snowflake of new files.</summary>
    public required QualifiedName Stage { get; init; }

    /// <summary>The folder of the stage in which the files arrive, such as <c>orders/</c>; by default all of it. A path is a prefix, so it is made to end with a slash.</summary>
    public string Path { get; init; } = string.Empty;

    /// <summary>The form of the files. The default is CSV.</summary>
    public PipeFormat Format { get; init; }

    /// <summary>Lines before the first row of a CSV file. The default is 1, its header, which is passed over and not looked at.</summary>
    public int SkippedLines { get; init; } = 1;

    /// <summary>The pipe's name. The default is the table's, with <c>_pipe</c>, in its schema.</summary>
    public QualifiedName? Name { get; init; }

    /// <summary>The topic of Amazon SNS that tells of new files, where the bucket's events go through one.</summary>
    public string? NotificationTopic { get; init; }

    /// <summary>The notification integration that tells of new files: on Azure and Google Cloud.</summary>
    public Identifier? NotificationIntegration { get; init; }

    /// <summary>The notification integration that is told of files which could not be loaded.</summary>
    public Identifier? ErrorIntegration { get; init; }
}
