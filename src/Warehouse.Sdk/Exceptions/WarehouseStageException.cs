namespace Warehouse.Sdk;

/// <summary>Something a stage could not do. A file that was to be put is then as it was before: the old one whole, or none.</summary>
public sealed class WarehouseStageException : WarehouseException
{
    /// <summary>Creates the error.</summary>
    /// <param name="failure">Why.</param>
    /// <param name="message">The message.</param>
    /// <param name="innerException">The error of the file system or of the client, if there is one.</param>
    public WarehouseStageException(StageFailure failure, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Failure = failure;
        IsTransient = failure is StageFailure.ClockSkew or StageFailure.Throttled or StageFailure.Unreachable or StageFailure.ChecksumMismatch;
    }

    /// <summary>Why.</summary>
    public StageFailure Failure { get; }

    /// <summary>The path of the file concerned, if it was one.</summary>
    public string? Path { get; init; }

    /// <summary>The files that <see cref="IStageClient.DeleteManyAsync"/> could not delete, with the reasons; at most the first 100.</summary>
    public IReadOnlyList<UndeletedFile> Undeleted { get; init; } = [];
}
