using Microsoft.Extensions.Options;

namespace Warehouse.Sdk.S3;

/// <summary>Finds every wrong setting before the host takes its first request.</summary>
internal sealed class S3StageOptionsValidator : IValidateOptions<S3StageOptions>
{
    public ValidateOptionsResult Validate(string? name, S3StageOptions options)
    {
        string which = string.IsNullOrEmpty(name) ? "The S3 stage" : $"The S3 stage '{name}'";
        return options.Problems() is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems.Select(problem => $"{which}: {problem}")) : ValidateOptionsResult.Success;
    }
}
