using System.Net;
using System.Text;
using Amazon.Runtime;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>What goes over the wire in each mode; no server here takes the trailers of the first, so one that answers as AWS documents it stands in for it.</summary>
public sealed class S3ChecksumTests
{
    [Fact]
    public async Task Checksums_travel_with_every_part_and_are_told_again_at_the_end()
    {
        var server = new RecordingServer();
        using var stage = new S3StageClient(Options(server, S3ChecksumMode.WhenSupported));

        await stage.PutAsync("a", new MemoryStream(new byte[(2 * S3StageOptions.SmallestPartSize) + 1]));
        await stage.PutAsync("b", new MemoryStream([1, 2, 3]));

        server.Requests[0].Should().Contain("POST /bucket/a?uploads").And.Contain("x-amz-checksum-algorithm: CRC32");
        server.Requests.Where(request => request.Contains("partNumber=", StringComparison.Ordinal)).Should().HaveCount(3).And.OnlyContain(request => request.Contains("x-amz-trailer: x-amz-checksum-crc32", StringComparison.Ordinal));
        server.Requests[4].Should().Contain("<PartNumber>1</PartNumber>").And.Contain("<ChecksumCRC32>AAAAAA==</ChecksumCRC32>").And.Contain("x-amz-mp-object-size: 10485761");
        server.Requests[5].Should().Contain("PUT /bucket/b").And.Contain("x-amz-trailer: x-amz-checksum-crc32");
    }

    [Fact]
    public async Task Stores_that_know_no_trailers_get_none()
    {
        var server = new RecordingServer();
        using var stage = new S3StageClient(Options(server, S3ChecksumMode.Automatic));

        await stage.PutAsync("a", new MemoryStream(new byte[S3StageOptions.SmallestPartSize + 1]));
        await stage.PutAsync("b", new MemoryStream([1, 2, 3]));

        server.Requests.Should().HaveCount(5).And.OnlyContain(request => !request.Contains("x-amz-checksum", StringComparison.Ordinal));
        server.Requests.Where(request => request.StartsWith("PUT", StringComparison.Ordinal)).Should().HaveCount(3)
            .And.OnlyContain(request => request.Contains("x-amz-content-sha256: STREAMING-AWS4-HMAC-SHA256-PAYLOAD", StringComparison.OrdinalIgnoreCase), "the signature of each chunk guards the bytes");
    }

    private static S3StageOptions Options(RecordingServer server, S3ChecksumMode mode) => new()
    {
        Bucket = "bucket",
        ServiceUrl = new Uri("http://store.invalid"),
        Credentials = new BasicAWSCredentials("user", "secret"),
        PartSize = S3StageOptions.SmallestPartSize,
        Parallelism = 1,
        ChecksumMode = mode,
        Intercept = _ => server,
    };

    private sealed class RecordingServer : HttpMessageHandler
    {
        public List<string> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string headers = string.Join('\n', request.Headers.Select(header => $"{header.Key.ToLowerInvariant()}: {string.Join(',', header.Value)}"));
            byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken);
            Requests.Add($"{request.Method} {request.RequestUri!.PathAndQuery}\n{headers}\n{(body.Length < 10_000 ? Encoding.UTF8.GetString(body) : string.Empty)}");
            var response = new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request };
            response.Headers.TryAddWithoutValidation("ETag", "\"0123456789abcdef0123456789abcdef\"");
            if (headers.Contains("x-amz-trailer", StringComparison.Ordinal))
                response.Headers.Add("x-amz-checksum-crc32", "AAAAAA==");
            if (request.Method == HttpMethod.Post)
            {
                response.Content = new StringContent(request.RequestUri.Query.Contains("uploads", StringComparison.Ordinal)
                    ? "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
                    : "<CompleteMultipartUploadResult><ETag>\"0123456789abcdef0123456789abcdef-3\"</ETag></CompleteMultipartUploadResult>");
            }

            return response;
        }
    }
}
