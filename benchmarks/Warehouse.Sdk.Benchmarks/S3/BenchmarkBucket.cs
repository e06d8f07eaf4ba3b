using System.Security.Cryptography;
using Amazon.S3;
using Warehouse.Sdk.S3;
using Warehouse.Sdk.S3.Testing;

namespace Warehouse.Sdk.Benchmarks.S3;

/// <summary>A bucket of the tests' server, the stage in it, and a file to move there and back.</summary>
internal sealed class BenchmarkBucket : IDisposable
{
    private const int BytesPerRow = 1000;

    private readonly string _folder = Directory.CreateTempSubdirectory("warehouse-sdk-s3-").FullName;

    private BenchmarkBucket(S3Server server, string name, S3StageClient stage)
    {
        Client = server.Client;
        Name = name;
        Stage = stage;
    }

    public IAmazonS3 Client { get; }

    public string Name { get; }

    public S3StageClient Stage { get; }

    public string File => Path.Combine(_folder, "file");

    public static async Task<BenchmarkBucket> CreateAsync()
    {
        S3Server server = await S3Server.SharedAsync();
        string name = await server.CreateBucketAsync();
        var options = new S3StageOptions();
        server.Configure(options, name);
        return new BenchmarkBucket(server, name, new S3StageClient(options));
    }

    public async Task WriteFileAsync(int rows)
    {
        await using FileStream file = System.IO.File.Create(File);
        byte[] block = RandomNumberGenerator.GetBytes(1_000_000);
        for (long left = (long)rows * BytesPerRow; left > 0; left -= block.Length)
        {
            BitConverter.TryWriteBytes(block, left);
            await file.WriteAsync(block.AsMemory(0, (int)Math.Min(left, block.Length)));
        }
    }

    /// <summary>Length and checksum of an object, read past the stage.</summary>
    public async Task<string> DigestAsync(string key)
    {
        using var response = await Client.GetObjectAsync(Name, key);
        return $"{response.ContentLength} bytes, {Convert.ToHexStringLower(await SHA256.HashDataAsync(response.ResponseStream))}";
    }

    public void Dispose()
    {
        Stage.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
