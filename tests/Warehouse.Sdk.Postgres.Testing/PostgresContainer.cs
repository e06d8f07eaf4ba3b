using System.ComponentModel;
using Testcontainers.PostgreSql;

namespace Warehouse.Sdk.Postgres.Testing;

/// <summary>A server in a container, where a Docker daemon answers.</summary>
internal static class PostgresContainer
{
    private const string Image = "postgres:17";

    public static async Task<string?> StartAsync()
    {
        if (!await Task.Run(DaemonAnswers))
            return null;
        PostgreSqlContainer container = new PostgreSqlBuilder(Image)
            .WithCommand("-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off", "-c", $"timezone={PostgresServer.TimeZone}", "-c", $"datestyle={PostgresServer.DateStyle}")
            .Build();
        await container.StartAsync();
        return container.GetConnectionString();
    }

    // The client is often installed where no daemon runs; it says so at once, where starting a container would wait.
    private static bool DaemonAnswers()
    {
        try
        {
            PostgresBinaries.Run(Path.GetTempPath(), ["docker", "version", "--format", "{{.Server.Version}}"]);
            return true;
        }
        catch (Exception error) when (error is Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }
}
