namespace Warehouse.Sdk;

/// <summary>A file that could not be deleted.</summary>
/// <param name="Path">Its path on the stage.</param>
/// <param name="Failure">Why.</param>
/// <param name="Reason">What the stage said about it.</param>
public sealed record UndeletedFile(string Path, StageFailure Failure, string Reason);
