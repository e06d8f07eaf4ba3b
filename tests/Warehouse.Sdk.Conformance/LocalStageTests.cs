using System.Text;

namespace Warehouse.Sdk.Conformance;

/// <summary>The stage that is a folder.</summary>
public abstract class LocalStageTests : StageClientTests, IDisposable
{
    private readonly ScratchFolder _folder = new();

    protected override int PartSize => 128 * 1024;

    protected override Task<IStageClient> OpenAsync() => Task.FromResult<IStageClient>(new LocalStageClient(_folder.Of("stage")));

    protected override Task<int> CountUnfinishedAsync() => Task.FromResult(Directory.EnumerateFiles(_folder.Path, "*.partial", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Count());

    [Fact]
    public async Task A_folder_may_be_written_with_a_separator_at_its_end()
    {
        var stage = new LocalStageClient(_folder.Path + Path.DirectorySeparatorChar);

        await stage.PutAsync("a.csv", Content("a"));

        (await ListAsync(stage)).Should().Equal("a.csv 1");
        stage.Location.Should().Be(_folder.Path);
    }

    [Fact]
    public async Task Who_reads_a_replaced_file_keeps_reading_what_was_there()
    {
        IStageClient stage = await OpenAsync();
        await stage.PutAsync("a.csv", Content("old"));

        Stream reader = await stage.OpenReadAsync("a.csv");
        await stage.PutAsync("a.csv", Content("the new one"));

        Encoding.UTF8.GetString(await ReadBytesAsync(reader)).Should().Be("old");
        (await ReadAsync(stage, "a.csv")).Should().Be("the new one");
    }

    [Fact]
    public async Task A_folder_beside_the_stage_is_out_of_it()
    {
        IStageClient stage = await OpenAsync();
        Directory.CreateDirectory(_folder.Of("stage-other"));

        await Assert.ThrowsAsync<ArgumentException>(() => stage.PutAsync("../stage-other/a.csv", Content("a")));
    }

    [Fact]
    public async Task Versions_of_one_length_put_one_after_the_other_differ()
    {
        IStageClient stage = await OpenAsync();
        HashSet<string> versions = [];
        for (int i = 0; i < 50; i++)
            versions.Add((await stage.PutAsync("a", Content("same"))).Version!);

        versions.Should().HaveCount(50);
        (await stage.FindAsync("a"))!.Version.Should().BeOneOf(versions);
    }

    [Fact]
    public async Task What_killed_processes_left_is_swept()
    {
        IStageClient stage = await OpenAsync();
        await stage.PutAsync("day/a", Content("a"));
        string left = Path.Combine(_folder.Of("stage"), "day", $".{Guid.NewGuid():N}.partial");
        File.WriteAllText(left, "half");
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddHours(-2));

        (await ListAsync(stage)).Should().Equal("day/a 1");
        await Assert.ThrowsAsync<ArgumentException>(() => stage.OpenReadAsync("day/" + Path.GetFileName(left)));
        (await stage.SweepAsync(TimeSpan.FromHours(3))).Should().Be(0);
        (await stage.SweepAsync(TimeSpan.FromHours(1))).Should().Be(1);
        File.Exists(left).Should().BeFalse();
        (await ListAsync(stage)).Should().Equal("day/a 1");
    }

    [Fact]
    public async Task A_file_where_a_folder_must_be_is_told()
    {
        IStageClient stage = await OpenAsync();
        await stage.PutAsync("a", Content("a"));

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("a/b", Content("b")));

        error.Should().BeEquivalentTo(new { Failure = StageFailure.Other, Path = "a/b" });
        error.Message.Should().StartWith($"The file 'a/b' on the stage '{stage.Location}' could not be written: ").And.EndWith("The stage is as it was.");
    }

    [Fact]
    public void A_full_disk_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The device that is always full is one of Linux.");
        var full = Assert.ThrowsAny<IOException>(() =>
        {
            using var device = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            device.Write("x"u8);
        });

        WarehouseStageException error = StageErrors.NotDone("here", "a", "written", full);

        error.Should().BeEquivalentTo(new { Failure = StageFailure.Full, IsTransient = false });
        error.Message.Should().Be("The file 'a' on the stage 'here' could not be written: there is no space left; make room there. The stage is as it was.");
    }

    [Fact]
    public async Task There_are_no_addresses_for_others()
    {
        IStageClient stage = await OpenAsync();

        (await Assert.ThrowsAsync<NotSupportedException>(() => stage.PresignGetAsync("a", TimeSpan.FromHours(1)))).Message.Should().StartWith($"The stage '{stage.Location}' has no addresses");
    }

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }
}
