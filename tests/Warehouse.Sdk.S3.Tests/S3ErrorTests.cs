using System.Net;
using Amazon.Runtime;
using Warehouse.Sdk.Conformance;
using static Warehouse.Sdk.S3.Tests.Network;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>Each kind of trouble has its own clear error, and what may pass is tried again.</summary>
public sealed class S3ErrorTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wrong_credentials_are_told_without_telling_them(bool isUserKnown)
    {
        await using S3Place place = await S3Place.CreateAsync();
        const string Secret = "not-the-secret-0123456789";
        string user = isUserKnown ? place.Server.AccessKey : "nobody";
        S3StageClient stage = place.Open(options => options.Credentials = new BasicAWSCredentials(user, Secret));

        foreach (Func<Task> use in Uses(stage))
        {
            var error = (await Assert.ThrowsAnyAsync<WarehouseStageException>(use));
            error.Should().BeEquivalentTo(new { Failure = StageFailure.AccessDenied, IsTransient = false, Target = stage.Location });
            error.ToString().Should().NotContain(Secret).And.NotContain(place.Server.SecretKey);
            error.Message.Should().Contain("refuses the credentials").And.Contain("403").And.Contain("Check");
        }
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_told()
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient stage = place.Open(options => options.Bucket = "there-is-no-such-bucket");

        foreach (Func<Task> use in Uses(stage))
        {
            var error = await Assert.ThrowsAsync<WarehouseStageException>(use);
            error.Failure.Should().Be(StageFailure.LocationMissing);
            error.Message.Should().Contain("there is no bucket 'there-is-no-such-bucket' (404 NoSuchBucket").And.Contain("Create it, or correct S3StageOptions.Bucket");
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told()
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient stage = place.Open(options =>
        {
            options.ServiceUrl = new Uri("http://127.0.0.1:1");
            options.RetryTimeout = TimeSpan.Zero;
        });

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.FindAsync("a"));

        error.Should().BeEquivalentTo(new { Failure = StageFailure.Unreachable, IsTransient = true, Path = "a" });
        error.Message.Should().StartWith($"The file 'a' on the stage '{stage.Location}' could not be looked up: the server http://127.0.0.1:1 cannot be reached").And.EndWith("Nothing was changed. Run it again later.");
    }

    [Fact]
    public async Task Missing_credentials_are_told()
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient stage = place.Open(options =>
        {
            options.Credentials = new Nobody();
            options.RetryTimeout = TimeSpan.Zero;
        });

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.FindAsync("a"));

        error.Failure.Should().Be(StageFailure.AccessDenied);
        error.Message.Should().Be($"The file 'a' on the stage '{stage.Location}' could not be looked up: no credentials were found (Failed to resolve AWS credentials. There are none). Nothing was changed. Check the credentials: by default the AWS SDK takes them from the environment, a profile, the container or the instance.");
    }

    [Fact]
    public void A_region_that_nobody_knows_is_told()
    {
        // A machine may have one; then it is taken.
        if (Amazon.Runtime.FallbackRegionFactory.GetRegionEndpoint() is not null)
        {
            using var found = new S3StageClient(new S3StageOptions { Bucket = "b" });
            found.Location.Should().Be("s3://b");
            return;
        }

        var error = Assert.Throws<WarehouseStageException>(() => new S3StageClient(new S3StageOptions { Bucket = "b" }));

        error.Failure.Should().Be(StageFailure.WrongRegion);
        error.Message.Should().StartWith("The stage 's3://b' has no region, and the AWS SDK finds none").And.EndWith("Set S3StageOptions.Region or AWS_REGION, or S3StageOptions.ServiceUrl for a store that is not AWS.");
    }

    [Theory]
    [InlineData(301, "PermanentRedirect", StageFailure.WrongRegion, "Set S3StageOptions.Region to the bucket's region.")]
    [InlineData(400, "AuthorizationHeaderMalformed", StageFailure.WrongRegion, "Set S3StageOptions.Region to the bucket's region.")]
    [InlineData(403, "RequestTimeTooSkewed", StageFailure.ClockSkew, "Set the clock of this machine.")]
    [InlineData(403, "AccessDenied", StageFailure.AccessDenied, "Check what the credentials allow on this bucket")]
    [InlineData(400, "XAmzContentSHA256Mismatch", StageFailure.ChecksumMismatch, "Run it again.")]
    [InlineData(400, "BadDigest", StageFailure.ChecksumMismatch, "Run it again.")]
    [InlineData(503, "SlowDown", StageFailure.Throttled, "Run it again later.")]
    [InlineData(500, "InternalError", StageFailure.Throttled, "Run it again later.")]
    [InlineData(507, "QuotaExceeded", StageFailure.Full, "Make room there.")]
    [InlineData(400, "EntityTooLarge", StageFailure.Other, "The inner exception tells more.")]
    public async Task What_a_server_answers_is_told_by_its_kind(int status, string code, StageFailure failure, string advice)
    {
        await using S3Place place = await S3Place.CreateAsync();
        var network = new Network().On(_ => true, request => Error((HttpStatusCode)status, code, request));
        S3StageClient stage = place.Open(options =>
        {
            options.Intercept = network.Between;
            options.RetryTimeout = TimeSpan.Zero;
        });

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("a", new MemoryStream([1, 2, 3])));

        error.Should().BeEquivalentTo(new { Failure = failure, Path = "a" });
        error.Message.Should().StartWith($"The file 'a' on the stage '{stage.Location}' could not be written: ").And.Contain($"{status} {code}").And.Contain("The stage is as it was.").And.Contain(advice);
        error.InnerException.Should().BeAssignableTo<AmazonServiceException>();
    }

    [Fact]
    public async Task A_write_that_nobody_answers_may_have_been_done_and_is_told_so()
    {
        await using S3Place place = await S3Place.CreateAsync();
        await place.Open().PutAsync("a", new MemoryStream([1]));
        byte[] large = new byte[S3StageOptions.SmallestPartSize + 1];
        const string Harmless = "is not known; doing it again does no harm. Run it again later.", Claimed = "is not known: look it up before another try, which would only find that it is there. Run it again later.";

        await ExpectAsync("small", stage => stage.PutAsync("small", new MemoryStream([1])), "Whether it was written " + Harmless);
        await ExpectAsync("large", stage => stage.PutAsync("large", new DribblingStream(large)), "Whether it was written " + Harmless);
        await ExpectAsync("claim", stage => stage.PutIfAbsentAsync("claim", new MemoryStream([1])), "Whether it was written " + Claimed);
        await ExpectAsync("copy", stage => stage.CopyAsync("a", "copy"), "Whether it was copied " + Harmless);

        async Task ExpectAsync(string path, Func<S3StageClient, Task> write, string told)
        {
            // The request that writes arrives, and from then on nothing is answered.
            Network network = new Network().LoseAnswers(request => IsPut(request) || IsComplete(request), times: 1);
            network.On(_ => network.Disturbed > 0, _ => throw new HttpRequestException("The connection was lost.", new IOException("reset")));
            S3StageClient stage = place.Open(options =>
            {
                options.PartSize = S3StageOptions.SmallestPartSize;
                options.Intercept = network.Between;
                options.RetryTimeout = TimeSpan.Zero;
            });

            var error = await Assert.ThrowsAsync<WarehouseStageException>(() => write(stage));

            error.Should().BeEquivalentTo(new { Failure = StageFailure.Unreachable, IsTransient = true });
            error.Message.Should().Contain(told).And.NotContain("as it was");
            (await place.Open().ExistsAsync(path)).Should().BeTrue("it was done");
        }
    }

    [Theory]
    [InlineData("503")]
    [InlineData("500")]
    [InlineData("lost")]
    [InlineData("cancelled by nobody")]
    public async Task What_may_pass_is_tried_again(string trouble)
    {
        await using S3Place place = await S3Place.CreateAsync();
        // More often than the SDK itself tries again.
        var network = new Network().On(_ => true, request => trouble switch
        {
            "503" => Error(HttpStatusCode.ServiceUnavailable, "SlowDown", request),
            "500" => Error(HttpStatusCode.InternalServerError, "InternalError", request),
            "lost" => throw new HttpRequestException("The connection was lost.", new IOException("reset")),
            _ => throw new TaskCanceledException("A task was canceled."),
        }, times: 4);
        S3StageClient stage = place.Open(options => options.Intercept = network.Between);

        await stage.PutAsync("a", new MemoryStream([1, 2, 3]));

        (await stage.FindAsync("a"))!.Length.Should().Be(3);
        network.Requests.Should().BeGreaterThan(5);
    }

    [Fact]
    public async Task Who_gives_up_does_not_wait_for_a_server_that_may_recover()
    {
        await using S3Place place = await S3Place.CreateAsync();
        using var cancellation = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
        var network = new Network().On(_ => true, request => Error(HttpStatusCode.ServiceUnavailable, "SlowDown", request));
        S3StageClient stage = place.Open(options => options.Intercept = network.Between);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.PutAsync("a", new MemoryStream([1, 2, 3]), cancellation.Token));
    }

    [Fact]
    public async Task A_store_that_cannot_put_conditionally_is_told()
    {
        await using S3Place place = await S3Place.CreateAsync();
        var network = new Network().On(request => request.Headers.IfNoneMatch.Count > 0, request => Error(HttpStatusCode.NotImplemented, "NotImplemented", request));
        S3StageClient stage = place.Open(options => options.Intercept = network.Between);

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutIfAbsentAsync("a", new MemoryStream([1])));

        error.Failure.Should().Be(StageFailure.NotSupported);
        (await stage.ExistsAsync("a")).Should().BeFalse();
    }

    private sealed class Nobody : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => throw new AmazonClientException("Failed to resolve AWS credentials.\nThere are none.");
    }

    private static Func<Task>[] Uses(S3StageClient stage) =>
    [
        () => stage.PutAsync("a", new MemoryStream([1, 2, 3])),
        () => stage.PutAsync("a", new DribblingStream(new byte[S3StageOptions.DefaultPartSize + 1])),
        () => stage.PutIfAbsentAsync("a", new MemoryStream([1, 2, 3])),
        () => stage.OpenReadAsync("a"),
        () => stage.FindAsync("a"),
        () => stage.ListAsync().ToListAsync().AsTask(),
        () => stage.CopyAsync("a", "b"),
        () => stage.DeleteAsync("a"),
        () => stage.DeleteManyAsync(["a", "b"]),
        () => stage.SweepAsync(TimeSpan.FromDays(1)),
    ];
}
