using System.Globalization;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Containers;

namespace Warehouse.Sdk.S3.Testing;

/// <summary>A MinIO server in a container, where a Docker daemon answers.</summary>
internal static class MinioContainer
{
    private const string Image = "minio/minio:RELEASE.2025-04-22T22-12-26Z";
    private const ushort Port = 9000;

    public const string AccessKey = "testaccesskey";
    public const string SecretKey = "testsecretkey0123456789";

    public static async Task<Uri?> StartAsync()
    {
        if (!await Task.Run(DaemonAnswers))
            return null;
        IContainer container = new ContainerBuilder(Image)
            .WithEnvironment("MINIO_ROOT_USER", AccessKey)
            .WithEnvironment("MINIO_ROOT_PASSWORD", SecretKey)
            .WithCommand("server", "/data")
            .WithPortBinding(Port, assignRandomHostPort: true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilHttpRequestIsSucceeded(request => request.ForPath("/minio/health/ready").ForPort(Port)))
            .Build();
        await container.StartAsync();
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{container.Hostname}:{container.GetMappedPublicPort(Port)}"));
    }

    // The client is often installed where no daemon runs; it says so at once, where starting a container would wait.
    private static bool DaemonAnswers()
    {
        try
        {
            Programs.Run("docker", "version", "--format", "{{.Server.Version}}");
            return true;
        }
        catch (Exception error) when (error is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return false;
        }
    }
}
