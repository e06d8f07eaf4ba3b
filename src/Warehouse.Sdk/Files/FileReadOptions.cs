namespace Warehouse.Sdk;

/// <summary>What of a file's place becomes columns, and what a missing file means.</summary>
public sealed record FileReadOptions
{
    /// <summary>A text column of the target that takes the path of the file each row came from. Landing tables have <c>source_file</c> without it. The default is none.</summary>
    public string? FileColumn { get; init; }

    /// <summary>A whole-number column of the target that takes the line or number of each row in its file, from 1. Landing tables have <c>source_line</c> without it. The default is none.</summary>
    public string? LineColumn { get; init; }

    /// <summary>
    /// Whether the parts of a path that are written as <c>day=2024-01-01/</c> are columns. <c>%20</c> and its like are decoded;
    /// <c>__HIVE_DEFAULT_PARTITION__</c> is NULL. A column that the file has itself comes from the file. The default is <see langword="false"/>.
    /// </summary>
    public bool HivePartitions { get; init; }

    /// <summary>
    /// Names parts of the path as columns, such as <c>{region}/{year}-{month}.csv</c>; held against the end of the path. <c>*</c> stands for anything
    /// without a <c>/</c>. A file whose path does not fit fails the load. The default is none.
    /// </summary>
    public string? PathPattern { get; init; }

    /// <summary>Accepts a pattern or prefix that no file fits; the load then does nothing. The default is <see langword="false"/>: it fails, as a path written wrongly looks just the same.</summary>
    public bool AllowNoFiles { get; init; }

    internal static FileReadOptions Default { get; } = new();
}
