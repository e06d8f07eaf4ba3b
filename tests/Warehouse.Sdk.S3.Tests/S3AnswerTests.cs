using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Warehouse.Sdk.Conformance;
using static Warehouse.Sdk.S3.Tests.Network;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>Answers that mean something else than they seem to, and requests that are given up before theirs is there.</summary>
public sealed class S3AnswerTests
{
    private const int PartSize = S3StageOptions.SmallestPartSize;

    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    [Theory]
    [InlineData("ConditionalRequestConflict")]
    [InlineData("OperationAborted")]
    public async Task A_claim_that_met_another_in_the_middle_is_made_again(string code)
    {
        await using S3Place place = await S3Place.CreateAsync();
        var network = new Network().On(IsPut, request => Error(HttpStatusCode.Conflict, code, request), times: 1);
        S3StageClient stage = Open(place, network);

        StagedFile? mine = await stage.PutIfAbsentAsync("a", new MemoryStream([1]));

        network.Disturbed.Should().Be(1);
        mine.Should().NotBeNull();
        (await stage.PutIfAbsentAsync("a", new MemoryStream([2]))).Should().BeNull();
    }

    [Fact]
    public async Task Who_gave_up_hears_of_that_whatever_the_server_says()
    {
        await using S3Place place = await S3Place.CreateAsync();
        CancellationTokenSource? cancellation = null;
        var network = new Network().On(_ => true, request =>
        {
            cancellation!.Cancel();
            return Error(HttpStatusCode.Forbidden, "AccessDenied", request);
        });
        S3StageClient stage = Open(place, network);

        foreach (Func<CancellationToken, Task> use in new Func<CancellationToken, Task>[]
        {
            token => stage.PutAsync("a", new MemoryStream([1]), token),
            token => stage.PutAsync("a", new DribblingStream(new byte[PartSize + 1]), token),
            token => stage.OpenReadAsync("a", token),
            token => stage.FindAsync("a", token),
            token => stage.DeleteManyAsync(new[] { "a" }.ToAsyncEnumerable(), token),
        })
        {
            using (cancellation = new CancellationTokenSource())
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => use(cancellation.Token));
        }
    }

    [Fact]
    public async Task An_upload_given_up_while_it_begins_leaves_nothing()
    {
        await using S3Place place = await S3Place.CreateAsync();
        using var cancellation = new CancellationTokenSource();
        S3StageClient stage = place.Open(options =>
        {
            options.PartSize = PartSize;
            options.Intercept = server => new GivingUp(server, cancellation);
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.PutAsync("a", new MemoryStream(RandomNumberGenerator.GetBytes(PartSize + 1)), cancellation.Token));

        cancellation.IsCancellationRequested.Should().BeTrue();
        (await place.CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_store_that_gives_another_version_than_was_asked_for_is_noticed()
    {
        await using S3Place place = await S3Place.CreateAsync();
        var network = new Network().On(request => request.Method == HttpMethod.Get, request =>
        {
            var response = new HttpResponseMessage(HttpStatusCode.PartialContent) { RequestMessage = request, Content = new ByteArrayContent([1, 2, 3]) };
            response.Content.Headers.ContentRange = new ContentRangeHeaderValue(0, 2, 3);
            response.Headers.ETag = new EntityTagHeaderValue("\"new\"");
            return response;
        });
        S3StageClient stage = Open(place, network);

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.OpenReadAsync("a", new StageReadOptions { Version = "old" }));

        error.Failure.Should().Be(StageFailure.Replaced);
        error.Message.Should().Contain("its version was old and is new now");
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(PartSize)]
    public async Task A_copy_or_an_upload_that_fails_after_its_answer_began_is_repeated(long largestSingleCopy)
    {
        await using S3Place place = await S3Place.CreateAsync();
        byte[] bytes = RandomNumberGenerator.GetBytes(PartSize + 3);
        await place.Open().PutAsync("a", new MemoryStream(bytes));
        var network = new Network()
            .On(request => request.Headers.Contains("x-amz-copy-source"), request => Error(HttpStatusCode.OK, "InternalError", request), times: 1)
            .On(IsComplete, request => Error(HttpStatusCode.OK, "InternalError", request), times: 1);
        S3StageClient stage = place.Open(options =>
        {
            options.PartSize = PartSize;
            options.LargestSingleCopy = largestSingleCopy;
            options.Intercept = network.Between;
        });

        await stage.CopyAsync("a", "b");

        network.Disturbed.Should().Be(largestSingleCopy == PartSize ? 2 : 1);
        await using Stream copy = await stage.OpenReadAsync("b");
        (await SHA256.HashDataAsync(copy)).Should().Equal(SHA256.HashData(bytes));
    }

    private static S3StageClient Open(S3Place place, Network network) => place.Open(options =>
    {
        options.PartSize = PartSize;
        options.Intercept = network.Between;
        options.RetryTimeout = TimeSpan.FromSeconds(2);
    });

    // The server has begun the upload when its client gives up.
    private sealed class GivingUp(HttpMessageHandler server, CancellationTokenSource cancellation) : DelegatingHandler(server)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (request.Method == HttpMethod.Post && request.RequestUri!.Query.Contains("uploads", StringComparison.Ordinal))
                await cancellation.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return response;
        }
    }
}
