using System.Net;
using System.Text;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>Stands between the client and the server: remembers requests, and for some of them is a bad network or another server.</summary>
public sealed class Network
{
    private readonly List<Rule> _rules = [];
    private readonly Lock _lock = new();
    private int _requests;
    private int _disturbed;

    public int Requests => _requests;

    /// <summary>How many requests another answer was given to, or whose answer was lost after they were done: a rule that concerns none disturbs nothing.</summary>
    public int Disturbed => _disturbed;

    /// <summary>Answers some requests itself; <see langword="null"/> lets one pass.</summary>
    /// <param name="concerns">Which.</param>
    /// <param name="answer">The answer, or an exception.</param>
    /// <param name="times">How often.</param>
    public Network On(Func<HttpRequestMessage, bool> concerns, Func<HttpRequestMessage, HttpResponseMessage?> answer, int times = int.MaxValue)
    {
        _rules.Add(new Rule(concerns, answer, LosesAnswer: false) { Left = times });
        return this;
    }

    /// <summary>Lets requests reach the server and loses its answers.</summary>
    public Network LoseAnswers(Func<HttpRequestMessage, bool> concerns, int times = int.MaxValue)
    {
        _rules.Add(new Rule(concerns, _ => null, LosesAnswer: true) { Left = times });
        return this;
    }

    public HttpMessageHandler Between(HttpMessageHandler server) => new Handler(this, server);

    public static HttpResponseMessage Error(HttpStatusCode status, string code, HttpRequestMessage request) => new(status)
    {
        RequestMessage = request,
        Content = new StringContent($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{code}</Code><Message></Message><RequestId>1</RequestId></Error>", Encoding.UTF8, "application/xml"),
    };

    public static bool IsPart(HttpRequestMessage request) => request.Method == HttpMethod.Put && request.RequestUri!.Query.Contains("partNumber=", StringComparison.Ordinal);

    public static bool IsComplete(HttpRequestMessage request) => request.Method == HttpMethod.Post && request.RequestUri!.Query.Contains("uploadId=", StringComparison.Ordinal);

    public static bool IsAbort(HttpRequestMessage request) => request.Method == HttpMethod.Delete && request.RequestUri!.Query.Contains("uploadId=", StringComparison.Ordinal);

    public static bool IsPut(HttpRequestMessage request) => request.Method == HttpMethod.Put && !IsPart(request);

    private Rule? RuleFor(HttpRequestMessage request)
    {
        lock (_lock)
        {
            Interlocked.Increment(ref _requests);
            Rule? rule = _rules.FirstOrDefault(one => one.Left > 0 && one.Concerns(request));
            if (rule is not null)
                rule.Left--;
            return rule;
        }
    }

    private sealed record Rule(Func<HttpRequestMessage, bool> Concerns, Func<HttpRequestMessage, HttpResponseMessage?> Answer, bool LosesAnswer)
    {
        public int Left { get; set; }
    }

    private sealed class Handler(Network network, HttpMessageHandler server) : DelegatingHandler(server)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Rule? rule = network.RuleFor(request);
            if (rule?.Answer(request) is { } answer)
            {
                Interlocked.Increment(ref network._disturbed);
                return answer;
            }

            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (rule is not { LosesAnswer: true })
                return response;
            response.EnsureSuccessStatusCode();
            response.Dispose();
            Interlocked.Increment(ref network._disturbed);
            throw new HttpRequestException("The connection was lost.", new IOException("reset"));
        }
    }
}
