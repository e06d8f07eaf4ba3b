using System.Security.Cryptography;
using System.Text;

namespace Warehouse.Sdk.Conformance;

/// <summary>What every stage promises, wherever its files are.</summary>
public abstract class StageClientTests
{
    /// <summary>How many bytes the stage under test handles at a time; lengths around it are put.</summary>
    protected abstract int PartSize { get; }

    /// <summary>Whether the stage takes the checksum of a large file of this machine.</summary>
    protected virtual bool DigestsLargeFiles => true;

    /// <summary>Whether of several puts where there is no file one succeeds; a stage that cannot promise it refuses them.</summary>
    protected virtual bool PutsIfAbsent => true;

    /// <summary>Whether the stage takes such a path; one that it cannot take it refuses.</summary>
    protected virtual bool Holds(string path) => true;

    /// <summary>Opens a stage in an empty place of its own.</summary>
    protected abstract Task<IStageClient> OpenAsync();

    /// <summary>What puts that failed or were cancelled left behind, seen from beside the stage.</summary>
    protected abstract Task<int> CountUnfinishedAsync();

    [Fact]
    public async Task Files_are_put_found_read_listed_and_deleted()
    {
        IStageClient stage = await OpenAsync();
        DateTimeOffset before = DateTimeOffset.UtcNow;

        StagedFile put = await stage.PutAsync("day 1/b.csv", Content("bb"));
        await stage.PutAsync("day 1/a.csv", Content("a"));
        await stage.PutAsync("other.csv", Content("ccc"));

        put.Should().BeEquivalentTo(new { Path = "day 1/b.csv", Length = 2L, Sha256 = "3b64db95cb55c763391c707108489ae18b4112d783300de38e033b4c98c3deaf" });
        put.LastModified.Should().BeCloseTo(before, TimeSpan.FromMinutes(1));
        StagedFile found = (await stage.FindAsync("day 1/b.csv"))!;
        found.Should().BeEquivalentTo(put, options => options.Excluding(file => file.Sha256).Excluding(file => file.LastModified).Excluding(file => file.HasExactLength));
        found.LastModified.Should().BeCloseTo(put.LastModified!.Value, TimeSpan.FromSeconds(2));
        (await ListAsync(stage)).Should().Equal("day 1/a.csv 1", "day 1/b.csv 2", "other.csv 3");
        (await ListAsync(stage, "day 1/")).Should().Equal("day 1/a.csv 1", "day 1/b.csv 2");
        (await ListAsync(stage, "day 1/b")).Should().Equal("day 1/b.csv 2");
        (await ListAsync(stage, "day 2/")).Should().BeEmpty();
        (await ReadAsync(stage, "day 1/a.csv")).Should().Be("a");
        (await stage.ExistsAsync("other.csv")).Should().BeTrue();
        await stage.DeleteAsync("other.csv");
        await stage.DeleteAsync("other.csv");
        await stage.DeleteAsync("nowhere/other.csv");
        (await stage.ExistsAsync("other.csv")).Should().BeFalse();
        (await stage.ExistsAsync("day 1")).Should().BeFalse("a part of a path is no file");
    }

    [Fact]
    public async Task An_empty_stage_has_no_files()
    {
        IStageClient stage = await OpenAsync();

        (await ListAsync(stage)).Should().BeEmpty();
        (await stage.ExistsAsync("a.csv")).Should().BeFalse();
        await stage.DeleteAsync("a.csv");
        var missing = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.OpenReadAsync("a.csv"));
        missing.Should().BeEquivalentTo(new { Failure = StageFailure.NotFound, Path = "a.csv", Target = stage.Location, IsTransient = false });
        missing.Message.Should().Be($"There is no file 'a.csv' on the stage '{stage.Location}'. Nothing was loaded. List the stage to see what is there.");
    }

    [Fact]
    public async Task Any_length_arrives_whole_whatever_the_stream_says_about_it()
    {
        IStageClient stage = await OpenAsync();
        using var folder = new ScratchFolder();
        foreach (int length in new[] { 0, 1, PartSize - 1, PartSize, PartSize + 1, (3 * PartSize) + 17 })
        {
            byte[] bytes = RandomBytes(length);
            string sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
            string file = folder.Write("content", bytes);

            List<StagedFile> put =
            [
                await stage.PutAsync("unknown", new DribblingStream(bytes)),
                await stage.PutAsync("known", new MemoryStream(bytes)),
                await stage.PutFileAsync("file", file),
            ];
            if (PutsIfAbsent)
                put.Add((await stage.PutIfAbsentAsync($"absent {length}", new DribblingStream(bytes)))!);

            foreach (StagedFile staged in put)
            {
                staged.Length.Should().Be(length);
                staged.Sha256.Should().Be(staged.Path == "file" && length > PartSize && !DigestsLargeFiles ? null : sha256);
                (await ReadBytesAsync(await stage.OpenReadAsync(staged))).Should().Equal(bytes);
            }
        }
    }

    [Fact]
    public async Task A_stream_is_read_from_its_position_on()
    {
        IStageClient stage = await OpenAsync();
        using var folder = new ScratchFolder();
        byte[] bytes = RandomBytes(PartSize + 100);
        string file = folder.Write("content", bytes);

        using (var content = new MemoryStream(bytes) { Position = 40 })
            (await stage.PutAsync("memory", content)).Length.Should().Be(bytes.Length - 40);
        using (FileStream content = File.OpenRead(file))
        {
            content.Position = 50;
            (await stage.PutAsync("file", content)).Length.Should().Be(bytes.Length - 50);
        }

        (await ReadBytesAsync(await stage.OpenReadAsync("memory"))).Should().Equal(bytes[40..]);
        (await ReadBytesAsync(await stage.OpenReadAsync("file"))).Should().Equal(bytes[50..]);
    }

    [Theory]
    [InlineData("a b/c d.csv")]
    [InlineData("a+b.csv")]
    [InlineData("a%20b%2Bc.csv")]
    [InlineData("größe/Ünïcödé/日本語.csv")]
    [InlineData("e\u0301 and \u00e9.csv")]
    [InlineData("🦆/\U0001F4A9.csv")]
    [InlineData("day=2024-01-01/part-00001.csv.gz")]
    [InlineData("a&b?c#d;e,f@g$h:i!j~k(l)*m'n.csv")]
    [InlineData(" begins and ends with a space ")]
    [InlineData("...three dots")]
    [InlineData("-rf")]
    public async Task Paths_keep_their_signs(string path)
    {
        IStageClient stage = await OpenAsync();
        if (!Holds(path))
        {
            (await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync(path, Content("a")))).Failure.Should().Be(StageFailure.NotSupported);
            (await ListAsync(stage)).Should().BeEmpty();
            return;
        }

        StagedFile put = await stage.PutAsync(path, Content("a"));
        (await stage.CopyAsync(path, "copies/" + path)).Path.Should().Be("copies/" + path);

        put.Path.Should().Be(path);
        (await ListAsync(stage)).Should().BeEquivalentTo($"copies/{path} 1", $"{path} 1");
        (await ListAsync(stage, path)).Should().Equal($"{path} 1");
        (await ReadAsync(stage, "copies/" + path)).Should().Be("a");
        (await stage.FindAsync(path))!.Version.Should().Be(put.Version);
        await stage.DeleteAsync(path);
        await stage.DeleteManyAsync(["copies/" + path]);
        (await ListAsync(stage)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("../a.csv")]
    [InlineData("day/../../a.csv")]
    [InlineData("day/../a.csv")]
    [InlineData("./a.csv")]
    [InlineData("/etc/passwd")]
    [InlineData("day//a.csv")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("day/")]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("half a character")]
    public async Task Paths_that_are_none_are_refused(string path)
    {
        IStageClient stage = await OpenAsync();
        // An attribute cannot hold one.
        if (path == "half a character")
            path = "a" + "🦆"[0];

        foreach (Func<Task> use in new Func<Task>[]
        {
            () => stage.PutAsync(path, Content("a")),
            () => stage.PutIfAbsentAsync(path, Content("a")),
            () => stage.OpenReadAsync(path),
            () => stage.FindAsync(path),
            () => stage.CopyAsync(path, "a"),
            () => stage.CopyAsync("a", path),
            () => stage.DeleteAsync(path),
            () => stage.DeleteManyAsync([path]),
        })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(use);
        }

        (await ListAsync(stage)).Should().BeEmpty();
        (await CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Files_are_listed_in_the_order_of_their_bytes()
    {
        IStageClient stage = await OpenAsync();
        string[] paths = ["B", "a b", "a-b", "a/b", "a0", "aa/a/a", "aa/a-a", "Z/1", "é", "\uE000", "\uFFFD", "🦆"];
        foreach (string path in paths)
            await stage.PutAsync(path, Content("x"));

        List<string> listed = [];
        await foreach (StagedFile file in stage.ListAsync())
            listed.Add(file.Path);

        listed.Should().Equal(paths.OrderBy(path => Convert.ToHexString(Encoding.UTF8.GetBytes(path)), StringComparer.Ordinal));
    }

    [Fact]
    public async Task Ranges_are_read()
    {
        IStageClient stage = await OpenAsync();
        byte[] bytes = RandomBytes((2 * PartSize) + 100);
        await stage.PutAsync("a", new MemoryStream(bytes));

        foreach (var (offset, length) in new (long, long?)[] { (0, 10), (10, null), (PartSize - 5, 10), (7, PartSize + 50), (bytes.Length - 3, 100), (bytes.Length, null), (bytes.Length + 5L, 3), (5, 0) })
        {
            await using Stream content = await stage.OpenReadAsync("a", new StageReadOptions { Offset = offset, Length = length });
            byte[] expected = [.. bytes.Skip((int)offset).Take((int)(length ?? int.MaxValue))];

            content.Length.Should().Be(expected.Length);
            (await ReadBytesAsync(content)).Should().Equal(expected, "from {0}, {1} bytes", offset, length);
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => stage.OpenReadAsync("a", new StageReadOptions { Offset = -1 }));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => stage.OpenReadAsync("a", new StageReadOptions { Length = -1 }));
    }

    [Fact]
    public async Task What_was_opened_can_be_repositioned()
    {
        IStageClient stage = await OpenAsync();
        byte[] bytes = RandomBytes((2 * PartSize) + 100);
        await stage.PutAsync("a", new MemoryStream(bytes));
        await using Stream content = await stage.OpenReadAsync("a");

        content.CanSeek.Should().BeTrue();
        content.Length.Should().Be(bytes.Length);
        content.Seek(-8, SeekOrigin.End);
        (await ReadAsync(content, 100)).Should().Equal(bytes[^8..]);
        content.Position = 4;
        (await ReadAsync(content, 10)).Should().Equal(bytes[4..14]);
        content.Seek(PartSize, SeekOrigin.Current);
        (await ReadAsync(content, 10)).Should().Equal(bytes[(PartSize + 14)..(PartSize + 24)]);
        content.Position.Should().Be(PartSize + 24);
        content.Position = bytes.Length + 10L;
        (await ReadAsync(content, 10)).Should().BeEmpty();
    }

    [Fact]
    public async Task After_every_move_what_stands_there_is_read_to_the_end()
    {
        IStageClient stage = await OpenAsync();
        byte[] bytes = RandomBytes((3 * PartSize) + 100);
        await stage.PutAsync("a", new MemoryStream(bytes));
        const int ToTheEnd = int.MaxValue;
        (long Position, int Count)[] moves =
        [
            (4, ToTheEnd),
            ((2 * PartSize) + 7, ToTheEnd),
            (PartSize, PartSize + 3),
            (PartSize - 1, ToTheEnd),
            (0, 10),
            (PartSize / 2, (2 * PartSize) + 5),
            (0, ToTheEnd),
            (bytes.Length + 10L, 1),
            (bytes.Length - 1, ToTheEnd),
            (1, ToTheEnd),
        ];

        foreach (int from in new[] { 0, 11 })
        {
            byte[] expected = bytes[from..];
            await using Stream content = await stage.OpenReadAsync("a", new StageReadOptions { Offset = from });
            foreach (var (position, count) in moves)
            {
                int start = (int)Math.Min(position, expected.Length), length = Math.Min(count, expected.Length - start);

                content.Position = position;
                byte[] read = await ReadAsync(content, count == ToTheEnd ? length + 1 : length);

                read.Should().HaveCount(length, "{0} bytes from {1} on were asked for", count, position);
                read.AsSpan().CommonPrefixLength(expected.AsSpan(start)).Should().Be(length, "the bytes from {0} on are asked for", position);
                content.Position.Should().Be(position + length);
            }
        }
    }

    [Fact]
    public async Task A_file_replaced_since_it_was_listed_is_not_read()
    {
        IStageClient stage = await OpenAsync();
        StagedFile put = await stage.PutAsync("a", Content("old"));
        StagedFile listed = await SingleAsync(stage.ListAsync());
        listed.Version.Should().NotBeNull().And.Be(put.Version);

        StagedFile replaced = await stage.PutAsync("a", Content("new"));

        replaced.Version.Should().NotBe(listed.Version);
        var error = await Assert.ThrowsAsync<WarehouseStageException>(async () => await ReadBytesAsync(await stage.OpenReadAsync(listed)));
        error.Should().BeEquivalentTo(new { Failure = StageFailure.Replaced, Path = "a", IsTransient = false });
        error.Message.Should().StartWith($"The file 'a' on the stage '{stage.Location}' was replaced: its version was {listed.Version} and is ");
        Encoding.UTF8.GetString(await ReadBytesAsync(await stage.OpenReadAsync(replaced))).Should().Be("new");
        await stage.DeleteAsync("a");
        (await Assert.ThrowsAsync<WarehouseStageException>(() => stage.OpenReadAsync(replaced))).Failure.Should().Be(StageFailure.NotFound);
    }

    [Fact]
    public async Task A_file_replaced_while_it_is_read_is_never_mixed()
    {
        IStageClient stage = await OpenAsync();
        byte[] old = RandomBytes(6 * PartSize);
        await stage.PutAsync("a", new MemoryStream(old));

        await using Stream content = await stage.OpenReadAsync("a");
        byte[] first = await ReadAsync(content, 10);
        await stage.PutAsync("a", new MemoryStream(RandomBytes(6 * PartSize, seed: 1)));

        first.Should().Equal(old[..10]);
        try
        {
            (await ReadBytesAsync(content)).Should().Equal(old[10..]);
        }
        catch (WarehouseStageException error)
        {
            error.Failure.Should().Be(StageFailure.Replaced);
        }
    }

    [Fact]
    public async Task Where_a_file_is_none_is_put()
    {
        IStageClient stage = await OpenAsync();
        if (!PutsIfAbsent)
        {
            (await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutIfAbsentAsync("claims/a", Content("first")))).Failure.Should().Be(StageFailure.NotSupported);
            (await ListAsync(stage)).Should().BeEmpty();
            return;
        }

        StagedFile? first = await stage.PutIfAbsentAsync("claims/a", Content("first"));
        StagedFile? second = await stage.PutIfAbsentAsync("claims/a", Content("second"));
        StagedFile? large = await stage.PutIfAbsentAsync("claims/a", new DribblingStream(RandomBytes(PartSize + 1)));

        first.Should().NotBeNull();
        second.Should().BeNull();
        large.Should().BeNull();
        (await ReadAsync(stage, "claims/a")).Should().Be("first");
        (await CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Of_many_that_put_at_once_where_there_is_none_one_does()
    {
        IStageClient stage = await OpenAsync();
        if (!PutsIfAbsent)
        {
            StageFailure[] refused = await Task.WhenAll(Enumerable.Range(0, 8).Select(async one => (await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutIfAbsentAsync("claim", Content($"claimed by {one}")))).Failure));
            refused.Should().OnlyContain(failure => failure == StageFailure.NotSupported);
            (await ListAsync(stage)).Should().BeEmpty();
            return;
        }

        for (int round = 0; round < 5; round++)
        {
            string path = $"claim {round}";
            StagedFile?[] claims = await Task.WhenAll(Enumerable.Range(0, 8).Select(one => Task.Run(() => stage.PutIfAbsentAsync(path, Content($"claimed by {one}")))));

            StagedFile claim = claims.OfType<StagedFile>().Should().ContainSingle().Subject;
            (await ReadAsync(stage, path)).Should().Be($"claimed by {Array.IndexOf(claims, claim)}");
        }
    }

    [Fact]
    public async Task Of_many_that_put_one_path_at_once_the_last_is_there_whole()
    {
        IStageClient stage = await OpenAsync();
        byte[][] contents = [.. Enumerable.Range(0, 4).Select(seed => RandomBytes(PartSize + 10, seed))];

        StagedFile[] puts = await Task.WhenAll(contents.Select(content => stage.PutAsync("a", new DribblingStream(content))));

        StagedFile there = await SingleAsync(stage.ListAsync());
        byte[] read = await ReadBytesAsync(await stage.OpenReadAsync(there));
        puts.Select(put => put.Sha256).Should().Contain(Convert.ToHexStringLower(SHA256.HashData(read)));
        (await CountUnfinishedAsync()).Should().Be(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2.5)]
    public async Task A_stream_that_fails_leaves_what_was_there(double parts)
    {
        IStageClient stage = await OpenAsync();
        await stage.PutAsync("a", Content("old"));
        byte[] before = RandomBytes((int)(parts * PartSize));

        foreach (string path in new[] { "a", "b" })
            (await Assert.ThrowsAsync<IOException>(() => stage.PutAsync(path, new DribblingStream(before, then: () => throw new IOException("the line broke"))))).Message.Should().Be("the line broke");

        (await ReadAsync(stage, "a")).Should().Be("old");
        (await ListAsync(stage)).Should().Equal("a 3");
        (await CountUnfinishedAsync()).Should().Be(0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(2.5)]
    public async Task A_put_that_is_cancelled_leaves_what_was_there(double parts)
    {
        IStageClient stage = await OpenAsync();
        await stage.PutAsync("a", Content("old"));
        using var cancellation = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.PutAsync("a", new DribblingStream(RandomBytes((int)(parts * PartSize)), then: cancellation.Cancel), cancellation.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.PutAsync("b", Content("new"), cancellation.Token));

        (await ReadAsync(stage, "a")).Should().Be("old");
        (await ListAsync(stage)).Should().Equal("a 3");
        (await CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task Files_are_copied()
    {
        IStageClient stage = await OpenAsync();
        byte[] bytes = RandomBytes(PartSize + 1);
        await stage.PutAsync("a", new MemoryStream(bytes));
        await stage.PutAsync("there", Content("old"));

        StagedFile copy = await stage.CopyAsync("a", "day 1/a");
        await stage.CopyAsync("a", "there");
        await stage.CopyAsync("a", "a");

        copy.Should().BeEquivalentTo(new { Path = "day 1/a", Length = (long)bytes.Length });
        (await ReadBytesAsync(await stage.OpenReadAsync(copy))).Should().Equal(bytes);
        (await ReadBytesAsync(await stage.OpenReadAsync("there"))).Should().Equal(bytes);
        (await ReadBytesAsync(await stage.OpenReadAsync("a"))).Should().Equal(bytes, "a file may be copied onto itself");
        var missing = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.CopyAsync("nowhere", "b"));
        missing.Should().BeEquivalentTo(new { Failure = StageFailure.NotFound, Path = "nowhere" });
        (await ListAsync(stage)).Should().HaveCount(3);
    }

    [Fact]
    public async Task Many_files_are_deleted_those_that_are_there()
    {
        IStageClient stage = await OpenAsync();
        string[] paths = [.. Enumerable.Range(0, 20).Select(i => $"many/{i}+ ü")];
        foreach (string path in paths)
            await stage.PutAsync(path, Content("x"));
        await stage.PutAsync("other", Content("x"));

        (await stage.DeleteManyAsync([.. paths, "nowhere"])).Should().Be(21);
        (await stage.DeleteManyAsync([])).Should().Be(0);

        (await ListAsync(stage)).Should().Equal("other 1");
    }

    [Fact]
    public async Task Sweeping_leaves_files_and_what_is_young()
    {
        IStageClient stage = await OpenAsync();
        await stage.PutAsync("a", Content("a"));
        var gate = new TaskCompletionSource();
        Task<StagedFile> put = stage.PutAsync("b", new DribblingStream(RandomBytes((2 * PartSize) + 5), untilThen: gate.Task));

        (await stage.SweepAsync(TimeSpan.FromDays(1))).Should().Be(0);
        gate.SetResult();
        await put;

        (await stage.SweepAsync(TimeSpan.Zero)).Should().Be(0);
        (await ListAsync(stage)).Should().Equal("a 1", FormattableString.Invariant($"b {(2 * PartSize) + 5}"));
    }

    protected static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    protected static byte[] RandomBytes(int length, int seed = 0)
    {
        byte[] bytes = new byte[length];
        new Random(length + seed).NextBytes(bytes);
        return bytes;
    }

    protected static async Task<string> ReadAsync(IStageClient stage, string path) => Encoding.UTF8.GetString(await ReadBytesAsync(await stage.OpenReadAsync(path)));

    protected static async Task<byte[]> ReadBytesAsync(Stream content)
    {
        await using (content)
        {
            using var bytes = new MemoryStream();
            await content.CopyToAsync(bytes);
            return bytes.ToArray();
        }
    }

    protected static async Task<List<string>> ListAsync(IStageClient stage, string prefix = "")
    {
        List<string> files = [];
        await foreach (StagedFile file in stage.ListAsync(prefix))
            files.Add(FormattableString.Invariant($"{file.Path} {file.Length}"));
        return files;
    }

    private static async Task<byte[]> ReadAsync(Stream content, int count)
    {
        byte[] bytes = new byte[count];
        return bytes[..await content.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false)];
    }

    private static async Task<StagedFile> SingleAsync(IAsyncEnumerable<StagedFile> files)
    {
        List<StagedFile> all = await files.ToListAsync();
        return all.Should().ContainSingle().Subject;
    }
}
