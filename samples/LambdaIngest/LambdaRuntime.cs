using System.Globalization;
using System.Net;
using System.Net.Http.Json;

namespace LambdaIngest;

/// <summary>
/// The loop of a custom runtime: takes an invocation, handles it, answers it: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
/// </summary>
public sealed class LambdaRuntime : IDisposable
{
    private const string Version = "2018-06-01";

    // What is left of an invocation's time to say that it ran out.
    private static readonly TimeSpan Reserve = TimeSpan.FromMilliseconds(500);

    private readonly HttpClient _service;

    /// <param name="address">Host and port, as AWS_LAMBDA_RUNTIME_API has them.</param>
    public LambdaRuntime(string address)
        // The next invocation may be hours away.
        => _service = new HttpClient { BaseAddress = new Uri($"http://{address}/{Version}/runtime/"), Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Handles invocations until it is cancelled, or the service has ended.</summary>
    public async Task RunAsync(Func<string, CancellationToken, Task<string>> handle, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handle);
        while (!cancellationToken.IsCancellationRequested)
        {
            using HttpResponseMessage next = await _service.GetAsync("invocation/next", cancellationToken);
            if (next.StatusCode == HttpStatusCode.Gone)
                return;
            next.EnsureSuccessStatusCode();
            string id = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").Single();
            string json = await next.Content.ReadAsStringAsync(cancellationToken);
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (TimeLeft(next) is { } left)
                deadline.CancelAfter(left);
            try
            {
                string answer = await handle(json, deadline.Token);
                await PostAsync($"invocation/{id}/response", new StringContent(answer, System.Text.Encoding.UTF8, "application/json"), cancellationToken);
            }
            catch (Exception error) when (!cancellationToken.IsCancellationRequested)
            {
                await FailAsync($"invocation/{id}/error", error, cancellationToken);
            }
        }
    }

    /// <summary>Tells that the function could not start.</summary>
    public Task FailToStartAsync(Exception error) => FailAsync("init/error", error, CancellationToken.None);

    public void Dispose() => _service.Dispose();

    private static TimeSpan? TimeLeft(HttpResponseMessage next)
    {
        if (!next.Headers.TryGetValues("Lambda-Runtime-Deadline-Ms", out IEnumerable<string>? values))
            return null;
        DateTimeOffset deadline = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(values.Single(), CultureInfo.InvariantCulture));
        TimeSpan left = deadline - TimeProvider.System.GetUtcNow() - Reserve;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private Task FailAsync(string path, Exception error, CancellationToken cancellationToken)
    {
        Console.Error.WriteLine(error);
        var content = JsonContent.Create(new { errorMessage = error.Message, errorType = error.GetType().Name, stackTrace = Array.Empty<string>() });
        content.Headers.Add("Lambda-Runtime-Function-Error-Type", error.GetType().Name);
        return PostAsync(path, content, cancellationToken);
    }

    private async Task PostAsync(string path, HttpContent content, CancellationToken cancellationToken)
    {
        using (content)
        using (HttpResponseMessage answer = await _service.PostAsync(path, content, cancellationToken))
            answer.EnsureSuccessStatusCode();
    }
}
