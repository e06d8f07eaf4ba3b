using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>Remembers the names and texts of the events it hears of.</summary>
public sealed class HeardEvents : ConcurrentQueue<(string? Name, string Message)>, ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
        => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Enqueue((eventId.Name, formatter(state, exception)));
}
