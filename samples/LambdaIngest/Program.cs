using LambdaIngest;

using var runtime = new LambdaRuntime(Environment.GetEnvironmentVariable("AWS_LAMBDA_RUNTIME_API")
    ?? throw new InvalidOperationException("AWS_LAMBDA_RUNTIME_API is not set: this is the bootstrap of an AWS Lambda function, which the service starts."));
try
{
    await using IngestFunction function = await IngestFunction.StartAsync(IngestSettings.FromEnvironment());
    await runtime.RunAsync(function.HandleAsync);
    return 0;
}
catch (Exception error)
{
    await runtime.FailToStartAsync(error);
    return 1;
}
