using System.Data.Common;
using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>A named internal stage promises what a folder does, but for what it refuses.</summary>
public sealed class SnowflakeStageClientTests : StageClientTests, IAsyncDisposable
{
    private readonly StagedAccount _account = new();

    protected override int PartSize => 128 * 1024;

    protected override bool PutsIfAbsent => false;

    protected override bool Holds(string path) => path.IndexOfAny(['*', '?', '~', '\'', '"', '\\']) < 0 && !path.StartsWith('.');

    public ValueTask DisposeAsync() => _account.DisposeAsync();

    protected override Task<IStageClient> OpenAsync() => Task.FromResult<IStageClient>(_account.Open(SnowflakeStage.Internal("files", "inbox")));

    protected override Task<int> CountUnfinishedAsync() => Task.FromResult(_account.CountWaiting());

    [Fact]
    public async Task Every_kind_of_stage_and_a_folder_of_one_keeps_files()
    {
        foreach (SnowflakeStage where in new[] { SnowflakeStage.User, SnowflakeStage.Table("files", "orders"), SnowflakeStage.Internal("files", "encrypted"), SnowflakeStage.Internal("files", "Mixed Names"), SnowflakeStage.User.In("shop/day 1") })
        {
            SnowflakeStageClient stage = _account.Open(where);

            StagedFile put = await stage.PutAsync("run1/a.csv", Content("0123456789"));
            await stage.PutAsync("run10/a.csv", Content("b"));
            await stage.PutAsync("run1.csv", Content("c"));
            StagedFile found = (await stage.FindAsync("run1/a.csv"))!;
            StagedFile again = await stage.PutAsync("run1/a.csv", Content("0123456789"));

            (put.Length, put.HasExactLength, found.Length, found.HasExactLength).Should().Be((10, true, where.ToString().Contains("Mixed", StringComparison.Ordinal) ? 10 : 16, false), "{0}", where);
            put.Version.Should().Be(found.Version);
            (again.Version == put.Version).Should().Be(where.ToString().Contains("Mixed", StringComparison.Ordinal), "what the client encrypts is never the same twice");
            (await ReadAsync(stage, "run1/a.csv")).Should().Be("0123456789");
            (await stage.ListAsync("run1/").ToListAsync()).Select(file => file.Path).Should().Equal("run1/a.csv");
            await stage.DeleteManyAsync(["run1/a.csv", "run1.csv"]);
            (await stage.ListAsync().ToListAsync()).Select(file => file.Path).Should().Equal("run10/a.csv");
            (await ReadAsync(_account.Open(where), "run10/a.csv")).Should().Be("b");
        }

        (await ListAsync(_account.Open(SnowflakeStage.User))).Should().Equal("run10/a.csv 16", "shop/day 1/run10/a.csv 16");
    }

    [Fact]
    public async Task Of_files_that_begin_or_end_alike_one_is_meant()
    {
        IStageClient stage = await OpenAsync();
        foreach (string path in new[] { "a.csv", "x/a.csv", "a.csv.gz", "a.csv/a.csv2", "xa.csv", "aXcsv" })
            await stage.PutAsync(path.Replace("a.csv/", "a/", StringComparison.Ordinal), Content(path));

        (await ReadAsync(stage, "a.csv")).Should().Be("a.csv");
        await stage.DeleteAsync("a.csv");
        (await ListAsync(stage)).Should().Equal("a.csv.gz 8", "a/a.csv2 12", "aXcsv 5", "x/a.csv 7", "xa.csv 6");
    }

    [Fact]
    public async Task A_folder_that_is_called_as_the_stage_is_does_not_lose_a_file_of_the_same_name()
    {
        IStageClient stage = await OpenAsync();
        await stage.PutAsync("a.csv", Content("a"));
        await stage.PutAsync("inbox/a.csv", Content("b"));

        (await Assert.ThrowsAsync<WarehouseStageException>(() => stage.DeleteAsync("a.csv"))).Failure.Should().Be(StageFailure.NotSupported);
        (await Assert.ThrowsAsync<WarehouseStageException>(() => stage.OpenReadAsync("a.csv"))).Message.Should().Contain("no pattern tells it from 'inbox/a.csv' for sure");
        (await ReadAsync(stage, "inbox/a.csv")).Should().Be("b");
        await stage.DeleteAsync("inbox/a.csv");
        await stage.DeleteAsync("a.csv");
        (await ListAsync(stage)).Should().BeEmpty();
    }

    [Fact]
    public async Task Every_path_in_a_statement_ends_with_a_slash_and_no_transfer_is_asynchronous()
    {
        IStageClient stage = await OpenAsync();
        await stage.PutAsync("run 1/a.csv", Content("a"));
        await stage.CopyAsync("run 1/a.csv", "b.csv");
        await stage.ListAsync("run 1/a").ToListAsync();
        await stage.DeleteAsync("run 1/a.csv");

        string[] statements = [.. _account.Account.Statements.Select(statement => statement.Text).Where(text => text.Contains('@', StringComparison.Ordinal))];
        statements.Select(text => text[..text.IndexOf(' ', StringComparison.Ordinal)]).Distinct().Should().BeEquivalentTo("PUT", "GET", "LIST", "REMOVE");
        foreach (string text in statements)
            text[text.IndexOf("'@", StringComparison.Ordinal)..].Split('\'')[1].Should().EndWith("/", text);
        statements.Where(text => text.Contains(" PATTERN ", StringComparison.Ordinal)).Should().OnlyContain(text => text.Contains("'(.*/)?(", StringComparison.Ordinal) || text.Contains("'(inbox/)?(", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_transfer_that_fails_is_done_again_as_a_whole()
    {
        IStageClient stage = await OpenAsync();
        int puts = 0;
        _account.Account.FailPut = _ => ++puts < 3 ? "the connection was reset." : null;
        await stage.PutAsync("a.csv", Content("a"));
        puts.Should().Be(3);

        _account.Account.FailPut = _ => "the connection was reset.";
        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("a.csv", Content("new")));

        error.Should().BeEquivalentTo(new { Failure = StageFailure.Unreachable, Path = "a.csv", IsTransient = true });
        error.Message.Should().Be($"The file 'a.csv' on the stage '{stage.Location}' could not be written: the driver reports ERROR, the connection was reset, 3 times. Try again later.");
        (await ReadAsync(stage, "a.csv")).Should().Be("a");
        (await CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public async Task A_token_that_has_expired_is_replaced_by_another_session()
    {
        IStageClient stage = await OpenAsync();
        await stage.PutAsync("a.csv", Content("a"));
        int expired = 0;
        _account.Account.BeforeStatement = text =>
        {
            if (text.StartsWith("PUT", StringComparison.Ordinal) && ++expired == 1)
                throw new SnowflakeEmulatorException(390114, "08001", "Authentication token has expired. The user must authenticate again.");
        };

        await stage.PutAsync("b.csv", Content("b"));
        _account.Account.BeforeStatement = text =>
        {
            if (text.StartsWith("PUT", StringComparison.Ordinal))
                throw new SnowflakeEmulatorException(390114, "08001", "Authentication token has expired. The user must authenticate again.");
        };
        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("c.csv", Content("c")));
        _account.Account.BeforeStatement = null;

        error.Should().BeEquivalentTo(new { Failure = StageFailure.Unreachable, IsTransient = true });
        error.Message.Should().Contain("The session's token has expired (390114)");
        error.InnerException.Should().BeAssignableTo<DbException>();
        (await ListAsync(stage)).Should().Equal("a.csv 1", "b.csv 1");
    }

    [Theory]
    [InlineData("READ", "READ on the stage.")]
    [InlineData("WRITE", "READ and WRITE on the stage.")]
    public async Task A_privilege_that_is_missing_is_named(string privilege, string named)
    {
        IStageClient stage = await OpenAsync();
        await stage.PutAsync("a.csv", Content("a"));
        _account.Account.Revoke($"{privilege} ON STAGE FILES.INBOX");

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => privilege == "READ" ? (Task)stage.FindAsync("a.csv") : stage.PutAsync("a.csv", Content("b")));

        error.Should().BeEquivalentTo(new { Failure = StageFailure.AccessDenied, Path = "a.csv", IsTransient = false });
        error.Message.Should().Contain("Insufficient privileges to operate on stage 'INBOX'").And.EndWith("the role needs " + named);
    }

    [Fact]
    public async Task A_stage_that_is_not_there_is_told()
    {
        SnowflakeStageClient stage = _account.Open(SnowflakeStage.Internal("files", "nowhere"));

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("a.csv", Content("a")));

        error.Failure.Should().Be(StageFailure.LocationMissing);
        error.Message.Should().StartWith("The file 'a.csv' on the stage '@\"FILES\".\"NOWHERE\"/' could not be written: Snowflake reports an object that is not there, or a privilege that the role lacks");
    }

    [Fact]
    public async Task A_temporary_folder_that_cannot_be_written_or_that_the_driver_misreads_is_told()
    {
        using var folder = new ScratchFolder();
        string file = folder.Write("file", "x"u8.ToArray());
        SnowflakeStageClient stage = _account.Open(SnowflakeStage.User, file);

        var error = await Assert.ThrowsAsync<WarehouseStageException>(() => stage.PutAsync("a.csv", Content("a")));
        error.Message.Should().Contain("could not be written").And.Contain($"the temporary folder {file}").And.EndWith("name another one in SnowflakeOptions.TemporaryFolder.");
        var misread = await Assert.ThrowsAsync<WarehouseStageException>(() => _account.Open(SnowflakeStage.User, folder.Of("a~b")).PutAsync("a.csv", Content("a")));
        misread.Message.Should().Contain("takes '~' for the home folder");
    }

    [Fact]
    public async Task What_a_killed_process_left_is_swept()
    {
        IStageClient stage = await OpenAsync();
        string left = Directory.CreateDirectory(Path.Combine(_account.Waiting, Guid.NewGuid().ToString("N"))).FullName;
        Directory.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddHours(-2));

        (await stage.SweepAsync(TimeSpan.FromHours(3))).Should().Be(0);
        (await stage.SweepAsync(TimeSpan.FromHours(1))).Should().Be(1);
        (await CountUnfinishedAsync()).Should().Be(0);
    }

    [Fact]
    public void Names_that_a_path_cannot_follow_are_refused()
    {
        foreach (string name in new[] { "a/b", "a'b", "a\"b", "a%b", "" })
            Assert.ThrowsAny<ArgumentException>(() => SnowflakeStage.Internal("files", name));
        Assert.Throws<ArgumentException>(() => SnowflakeStage.User.In("../other"));
        Assert.Throws<ArgumentException>(() => _account.Open(SnowflakeStage.External("files", "bucket")));
        Assert.Throws<ArgumentException>(() => new SnowflakeExternalStageClient(_account.Open(SnowflakeStage.User), SnowflakeStage.User));
        (SnowflakeStage.Table("files", "orders").ToString(), SnowflakeStage.Internal("Files", "in box").ToString()).Should().Be(("@\"FILES\".%\"ORDERS\"/", "@\"Files\".\"in box\"/"));
    }
}
