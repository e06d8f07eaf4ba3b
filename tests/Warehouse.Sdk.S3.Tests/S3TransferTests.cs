using System.Net;
using System.Security.Cryptography;
using Amazon.S3.Model;
using Warehouse.Sdk.Conformance;
using static Warehouse.Sdk.S3.Tests.Network;

namespace Warehouse.Sdk.S3.Tests;

/// <summary>Bytes on their way, over a network that loses answers and breaks off.</summary>
public sealed class S3TransferTests
{
    private const int PartSize = S3StageOptions.SmallestPartSize;

    [Fact]
    public async Task A_last_answer_that_is_lost_is_found_out()
    {
        await using S3Place place = await S3Place.CreateAsync();
        byte[] bytes = RandomBytes(PartSize + 1);
        var network = new Network().LoseAnswers(IsComplete);
        S3StageClient stage = Open(place, network);

        StagedFile put = await stage.PutAsync("a", new DribblingStream(bytes));

        network.Disturbed.Should().BePositive();
        (await ReadAsync(stage, put)).Should().Equal(bytes);
        (await place.CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_claim_whose_answer_was_lost_is_ours()
    {
        await using S3Place place = await S3Place.CreateAsync();
        var network = new Network().LoseAnswers(IsPut, times: 1);
        S3StageClient stage = Open(place, network);

        StagedFile? mine = await stage.PutIfAbsentAsync("a", new MemoryStream([1]));
        StagedFile? other = await stage.PutIfAbsentAsync("a", new MemoryStream([2]));

        network.Disturbed.Should().BePositive();
        mine.Should().NotBeNull();
        other.Should().BeNull();
        (await ReadAsync(stage, mine!)).Should().Equal(1);
    }

    [Fact]
    public async Task A_part_that_fails_for_good_leaves_nothing()
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient stage = Open(place, new Network().On(request => IsPart(request) && request.RequestUri!.Query.Contains("partNumber=3", StringComparison.Ordinal), request => Error(HttpStatusCode.Forbidden, "AccessDenied", request)));

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("a", new DribblingStream(RandomBytes(6 * PartSize))));

        error.Failure.Should().Be(StageFailure.AccessDenied);
        error.Message.Should().NotContain("SweepAsync");
        (await stage.ExistsAsync("a")).Should().BeFalse();
        (await place.CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task An_abort_that_fails_too_is_told_and_swept()
    {
        await using S3Place place = await S3Place.CreateAsync();
        var network = new Network()
            .On(request => IsPart(request) && request.RequestUri!.Query.Contains("partNumber=2", StringComparison.Ordinal), request => Error(HttpStatusCode.Forbidden, "AccessDenied", request))
            .On(IsAbort, request => Error(HttpStatusCode.Forbidden, "AccessDenied", request), times: 1);
        S3StageClient stage = Open(place, network);

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("a", new DribblingStream(RandomBytes(2 * PartSize))));

        error.Failure.Should().Be(StageFailure.AccessDenied);
        error.Message.Should().EndWith("The parts that were sent could not be removed either (WarehouseStageException): they are never read, but take space until SweepAsync or a lifecycle rule of the bucket removes them.");
        (await stage.ListAsync().ToListAsync()).Should().BeEmpty();
        (await place.CountUnfinishedAsync()).Should().Be(1);
        (await stage.SweepAsync(TimeSpan.FromHours(1))).Should().Be(0, "it is young");
        (await stage.SweepAsync(TimeSpan.Zero)).Should().Be(1);
        (await place.CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Uploads_of_others_are_not_swept()
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient stage = place.Open();
        string key = $"{place.Prefix}-of-others/a";
        string upload = (await place.Server.Client.InitiateMultipartUploadAsync(place.Bucket, key)).UploadId;

        (await stage.SweepAsync(TimeSpan.Zero)).Should().Be(0);

        await place.Server.Client.AbortMultipartUploadAsync(place.Bucket, key, upload);
    }

    [Fact]
    public async Task An_upload_swept_in_the_middle_is_told()
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient stage = place.Open(options => options.PartSize = PartSize);

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("a", new DribblingStream(RandomBytes((2 * PartSize) + 5), then: () => stage.SweepAsync(TimeSpan.Zero).GetAwaiter().GetResult())));

        error.Should().BeEquivalentTo(new { Failure = StageFailure.Other, Path = "a", Target = stage.Location });
        error.Message.Should().Be($"The file 'a' on the stage '{stage.Location}' could not be written: its unfinished upload was removed by somebody else, such as by SweepAsync with too short a time. The stage is as it was. Run it again.");
        (await stage.ExistsAsync("a")).Should().BeFalse();
        (await place.CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_read_on()
    {
        await using S3Place place = await S3Place.CreateAsync();
        byte[] bytes = RandomBytes((4 * PartSize) + 77);
        StagedFile put = await place.Open().PutAsync("a", new MemoryStream(bytes));
        var network = new Network();
        S3StageClient stage = place.Open(options =>
        {
            options.PartSize = PartSize;
            options.Intercept = server => network.Between(new BreakingHandler(server, after: 1_000_003, times: 5));
        });

        (await ReadAsync(stage, put)).Should().Equal(bytes);
        network.Requests.Should().BeInRange(9, 10, "of five parts five answers broke off, unless one was of the last part, which is short");
    }

    [Fact]
    public async Task The_checksum_of_a_large_file_is_taken_if_it_is_wanted()
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient stage = place.Open(options =>
        {
            options.PartSize = PartSize;
            options.ChecksumFiles = true;
        });
        byte[] bytes = RandomBytes((2 * PartSize) + 5);
        using var folder = new ScratchFolder();
        string file = folder.Write("a", bytes);

        StagedFile put = await stage.PutFileAsync("a", file);

        put.Sha256.Should().Be(Convert.ToHexStringLower(SHA256.HashData(bytes)));
        (await ReadAsync(stage, put)).Should().Equal(bytes);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_file_that_ends_early_is_the_callers_error(bool ifAbsent)
    {
        await using S3Place place = await S3Place.CreateAsync();
        int sent = 0;
        var network = new Network().On(request => ifAbsent ? IsPut(request) : IsPart(request) && request.RequestUri!.Query.Contains("partNumber=3", StringComparison.Ordinal), _ =>
        {
            Interlocked.Increment(ref sent);
            return null;
        });
        S3StageClient stage = Open(place, network);
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.partial");
        await File.WriteAllBytesAsync(file, RandomBytes(3 * PartSize));
        try
        {
            await using var content = new ShrinkingFile(file);

            var error = await Assert.ThrowsAsync<IOException>(async () => _ = ifAbsent ? await stage.PutIfAbsentAsync("a", content) : await stage.PutAsync("a", content));

            error.Message.Should().Be("The file became shorter while it was read.");
            sent.Should().Be(1, "sending it again does not make it longer");
        }
        finally
        {
            File.Delete(file);
        }

        (await stage.ExistsAsync("a")).Should().BeFalse();
        (await place.CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_file_too_large_for_one_copy_is_copied_in_parts()
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient stage = place.Open(options =>
        {
            options.PartSize = PartSize;
            options.LargestSingleCopy = PartSize;
        });
        byte[] bytes = RandomBytes((2 * PartSize) + 3);
        await stage.PutAsync("a + b ü", new MemoryStream(bytes));

        StagedFile copy = await stage.CopyAsync("a + b ü", "copies/a + b ü");

        (await ReadAsync(stage, copy)).Should().Equal(bytes);
        (await place.CountUnfinishedAsync()).Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_last_answer_to_a_copy_in_parts_that_is_lost_is_found_out(bool isRepetitionAnswered)
    {
        await using S3Place place = await S3Place.CreateAsync();
        byte[] bytes = RandomBytes((2 * PartSize) + 3);
        await place.Open().PutAsync("a", new MemoryStream(bytes));
        var network = new Network().LoseAnswers(IsComplete, times: isRepetitionAnswered ? 1 : int.MaxValue).On(IsComplete, request => Error(HttpStatusCode.NotFound, "NoSuchUpload", request));
        var heard = new HeardEvents();
        S3StageClient stage = OpenForCopies(place, network, heard);

        StagedFile copy = await stage.CopyAsync("a", "b");

        network.Disturbed.Should().BePositive();
        (await ReadAsync(stage, copy)).Should().Equal(bytes);
        copy.Version.Should().NotBeNull().And.Be((await stage.FindAsync("b"))!.Version);
        heard.Should().NotContain(one => one.Name == "AbortFailed");
        (await place.CountUnfinishedAsync()).Should().Be(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_in_parts_swept_in_the_middle_is_told(bool isSent)
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient sweeper = place.Open();
        await sweeper.PutAsync("a", new MemoryStream(RandomBytes((2 * PartSize) + 3)));
        var network = new Network().On(isSent ? IsComplete : IsPart, request =>
        {
            sweeper.SweepAsync(TimeSpan.Zero).GetAwaiter().GetResult().Should().Be(1);
            // Ceph has an internal error when the last request comes too late.
            return isSent ? Error(HttpStatusCode.NotFound, "NoSuchUpload", request) : null;
        }, times: 1);
        var heard = new HeardEvents();
        S3StageClient stage = OpenForCopies(place, network, heard);

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.CopyAsync("a", "b"));

        error.Should().BeEquivalentTo(new { Failure = StageFailure.Other, Path = "a", Target = stage.Location });
        error.Message.Should().Be($"The file 'a' on the stage '{stage.Location}' could not be copied: its unfinished upload was removed by somebody else, such as by SweepAsync with too short a time. The stage is as it was. Run it again.");
        heard.Should().NotContain(one => one.Name == "AbortFailed", "there is nothing to abort any more");
        (await stage.ExistsAsync("b")).Should().BeFalse();
    }

    [Fact]
    public async Task A_copy_in_parts_whose_abort_fails_too_is_told_and_swept()
    {
        await using S3Place place = await S3Place.CreateAsync();
        await place.Open().PutAsync("a", new MemoryStream(RandomBytes((2 * PartSize) + 3)));
        var network = new Network()
            .On(IsPart, request => Error(HttpStatusCode.Forbidden, "AccessDenied", request))
            .On(IsAbort, request => Error(HttpStatusCode.Forbidden, "AccessDenied", request), times: 1);
        var heard = new HeardEvents();
        S3StageClient stage = OpenForCopies(place, network, heard);

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.CopyAsync("a", "b"));

        error.Should().BeEquivalentTo(new { Failure = StageFailure.AccessDenied, Path = "a" });
        error.Message.Should().EndWith("The parts that were sent could not be removed either (WarehouseStageException): they are never read, but take space until SweepAsync or a lifecycle rule of the bucket removes them.");
        heard.Should().ContainSingle(one => one.Name == "AbortFailed").Which.Message.Should().StartWith($"{stage.Location}: the unfinished upload of b could not be aborted");
        (await stage.SweepAsync(TimeSpan.Zero)).Should().Be(1);
    }

    [Fact]
    public async Task Anybody_reads_a_presigned_file_for_a_time()
    {
        await using S3Place place = await S3Place.CreateAsync();
        S3StageClient stage = place.Open();
        await stage.PutAsync("a + b ü", new MemoryStream([1, 2, 3]));
        using var anybody = new HttpClient();

        Uri address = await stage.PresignGetAsync("a + b ü", TimeSpan.FromMinutes(1));

        (await anybody.GetByteArrayAsync(address)).Should().Equal(1, 2, 3);
        address.ToString().Should().NotContain(place.Server.SecretKey);
        Uri tampered = new(address.ToString().Replace("X-Amz-Expires=60", "X-Amz-Expires=6000", StringComparison.Ordinal));
        tampered.Should().NotBe(address);
        (await anybody.GetAsync(tampered)).StatusCode.Should().Be(HttpStatusCode.Forbidden);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => stage.PresignGetAsync("a", TimeSpan.Zero));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => stage.PresignGetAsync("a", TimeSpan.FromDays(8)));
    }

    [Fact]
    public async Task More_files_than_a_page_holds_are_listed_and_deleted()
    {
        await using S3Place place = await S3Place.CreateAsync();
        string[] paths = [.. Enumerable.Range(0, 1050).Select(i => $"page {i / 500}/part-{i:00000}+.csv")];
        var network = new Network();
        S3StageClient stage = Open(place, network);
        await Parallel.ForEachAsync(paths, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (path, token) => await stage.PutAsync(path, new MemoryStream([1]), token));
        await place.Server.Client.PutObjectAsync(new PutObjectRequest { BucketName = place.Bucket, Key = $"{place.Prefix}/folder/", ContentBody = string.Empty });
        int before = network.Requests;

        List<StagedFile> listed = await stage.ListAsync().ToListAsync();
        network.Requests.Should().Be(before + 2, "a page has a thousand files");
        listed.Select(file => file.Path).Should().Equal(paths, "and the mark of a folder is none");
        (await stage.ListAsync("page 1/").ToListAsync()).Should().HaveCount(500);

        (await stage.DeleteManyAsync(stage.ListAsync().Select(file => file.Path))).Should().Be(1050);
        (await stage.ListAsync().ToListAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Files_that_cannot_be_deleted_are_named()
    {
        await using S3Place place = await S3Place.CreateAsync();
        var network = new Network().On(request => request.Method == HttpMethod.Post, request => new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new StringContent($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><DeleteResult><Error><Key>{place.Prefix}/b</Key><Code>AccessDenied</Code><Message>Access Denied.</Message></Error></DeleteResult>"),
        });
        S3StageClient stage = Open(place, network);

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.DeleteManyAsync(["a", "b", "c"]));

        error.Message.Should().Be($"1 of 3 files could not be deleted from the stage '{stage.Location}'; the first is 'b': AccessDenied (Access Denied). All others are deleted. Delete them again when that is mended; the exception's Undeleted names them.");
        error.Undeleted.Should().Equal(new UndeletedFile("b", StageFailure.AccessDenied, "AccessDenied (Access Denied)"));
        network.Requests.Should().Be(1, "asking again gives no right");
    }

    [Fact]
    public async Task Throttled_deletes_are_tried_again()
    {
        await using S3Place place = await S3Place.CreateAsync();
        var network = new Network().On(request => request.Method == HttpMethod.Post, request => new HttpResponseMessage(HttpStatusCode.OK)
        {
            RequestMessage = request,
            Content = new StringContent($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><DeleteResult><Error><Key>{place.Prefix}/b</Key><Code>SlowDown</Code><Message></Message></Error></DeleteResult>"),
        }, times: 1);
        S3StageClient stage = Open(place, network);
        await stage.PutAsync("b", new MemoryStream([1]));

        (await stage.DeleteManyAsync(["b"])).Should().Be(1);

        network.Disturbed.Should().BePositive();
        (await stage.ExistsAsync("b")).Should().BeFalse();
    }

    private static S3StageClient Open(S3Place place, Network network) => place.Open(options =>
    {
        options.PartSize = PartSize;
        options.Intercept = network.Between;
        options.RetryTimeout = TimeSpan.FromSeconds(2);
    });

    private static S3StageClient OpenForCopies(S3Place place, Network network, HeardEvents heard) => place.Open(options =>
    {
        options.PartSize = PartSize;
        options.LargestSingleCopy = PartSize;
        options.Parallelism = 1;
        options.Intercept = network.Between;
        options.RetryTimeout = TimeSpan.FromSeconds(2);
    }, heard);

    private static byte[] RandomBytes(int length) => RandomNumberGenerator.GetBytes(length);

    private static async Task<byte[]> ReadAsync(S3StageClient stage, StagedFile file)
    {
        await using Stream content = await stage.OpenReadAsync(file);
        using var bytes = new MemoryStream();
        await content.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    // Somebody truncates it once its length is known.
    private sealed class ShrinkingFile(string path) : FileStream(path, FileMode.Open, FileAccess.ReadWrite)
    {
        private readonly long _length = new FileInfo(path).Length;
        private int _asked;

        public override long Length
        {
            get
            {
                if (++_asked == 2)
                    SetLength(2 * PartSize);
                return _length;
            }
        }
    }

    private sealed class BreakingHandler(HttpMessageHandler server, int after, int times) : DelegatingHandler(server)
    {
        private int _left = times;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (request.Method == HttpMethod.Get && Interlocked.Decrement(ref _left) >= 0)
            {
                HttpContent whole = response.Content;
                response.Content = new StreamContent(new BreakingStream(await whole.ReadAsStreamAsync(cancellationToken), after));
                foreach (var (name, values) in whole.Headers)
                    response.Content.Headers.TryAddWithoutValidation(name, values);
            }

            return response;
        }
    }

    private sealed class BreakingStream(Stream content, int after) : Stream
    {
        private int _left = after;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_left == 0)
                throw new HttpIOException(HttpRequestError.ResponseEnded, "The response ended prematurely.");
            int read = await content.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
            _left -= read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
