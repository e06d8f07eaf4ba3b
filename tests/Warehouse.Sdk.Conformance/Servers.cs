using System.Net;
using System.Net.Sockets;

namespace Warehouse.Sdk.Conformance;

/// <summary>What tests need whose server is a process of its own.</summary>
public static class Servers
{
    /// <summary>Skips the test for a reason that says what is missing.</summary>
    /// <exception cref="InvalidOperationException"><c>CI</c> says that no server may be missing.</exception>
    public static void SkipUnlessInCI(string reason)
    {
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException($"CI is set, and there no server may be missing. {reason}");
        Assert.Skip(reason);
    }

    /// <summary>A port of the loopback address that nobody listens at now.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
