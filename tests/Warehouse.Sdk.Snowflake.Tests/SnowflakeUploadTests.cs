using Warehouse.Sdk.Conformance;
using Warehouse.Sdk.Snowflake.Emulator;

namespace Warehouse.Sdk.Snowflake.Tests;

/// <summary>Rows on their way up: several files at once, all of them or the load is none.</summary>
public sealed class SnowflakeUploadTests : IAsyncDisposable
{
    private readonly StagedAccount _account = new();
    private ZoneTable<Order> _orders = null!;

    public ValueTask DisposeAsync() => _account.DisposeAsync();

    [Fact]
    public async Task Part_files_go_up_over_several_sessions_while_the_next_is_written_and_no_more_wait_than_there_are_sessions()
    {
        await using IWarehouse warehouse = await OpenAsync();
        int most = 0, parts = 0, atOnce = 0, mostAtOnce = 0;
        Lock gate = new();
        using var both = new ManualResetEventSlim();
        _account.Account.FailPut = _ =>
        {
            lock (gate)
            {
                parts++;
                mostAtOnce = Math.Max(mostAtOnce, ++atOnce);
                most = Math.Max(most, Directory.EnumerateFiles(_account.Of("temporary"), "part_*", SearchOption.AllDirectories).Count());
                if (atOnce > 1)
                    both.Set();
            }

            // The first is held up until there is another one beside it.
            both.Wait(TimeSpan.FromSeconds(20));
            lock (gate)
                atOnce--;
            return null;
        };

        LoadReport report = await warehouse.LoadAsync(_orders, Rows(200_000));

        report.Counts.Inserted.Should().Be(200_000);
        parts.Should().BeGreaterThan(4);
        mostAtOnce.Should().BeInRange(2, 3);
        most.Should().BeLessThanOrEqualTo(4, "three sessions, and the one that is being written");
        await warehouse.ExpectAsync("SELECT count(*) AS total, count(DISTINCT id) AS ids FROM landing.orders", "total | ids\n200000 | 200000");
        Puts().Select(statement => statement.Session).Distinct().Count().Should().BeInRange(2, 3);
        _account.Account.ImplicitCommits.Should().BeEmpty();
        Files().Should().BeEmpty("what went up is removed");
    }

    [Fact]
    public async Task A_file_that_cannot_be_sent_ends_the_load_and_the_next_run_recovers()
    {
        await using IWarehouse warehouse = await OpenAsync();
        int sent = 0;
        _account.Account.FailPut = path => path.EndsWith("00002.csv.gz", StringComparison.Ordinal) ? "the bucket is away." : Interlocked.Increment(ref sent) < 0 ? "" : null;

        var error = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.LoadAsync(_orders, Rows(200_000)));
        _account.Account.FailPut = null;

        error.Message.Should().StartWith("part_00002.csv.gz could not be uploaded to @~/warehouse_sdk/").And.EndWith("the driver reports ERROR, the bucket is away, 3 times. The load was rolled back. Run it again.");
        error.IsTransient.Should().BeTrue();
        sent.Should().BeLessThan(20, "the load ends soon after");
        await warehouse.ExpectAsync("SELECT count(*) AS total FROM landing.orders", "total\n0");
        Files().Should().BeEmpty();
        Directory.EnumerateFiles(_account.Of("temporary"), "part_*", SearchOption.AllDirectories).Should().BeEmpty();
        (await warehouse.LoadAsync(_orders, Rows(3))).Counts.Inserted.Should().Be(3);
    }

    [Fact]
    public async Task A_token_that_expires_while_a_file_goes_up_is_replaced()
    {
        await using IWarehouse warehouse = await OpenAsync();
        int expired = 0;
        _account.Account.BeforeStatement = text =>
        {
            if (text.StartsWith("PUT", StringComparison.Ordinal) && Interlocked.Increment(ref expired) == 1)
                throw new SnowflakeEmulatorException(390114, "08001", "Authentication token has expired. The user must authenticate again.");
        };

        (await warehouse.LoadAsync(_orders, Rows(3))).Counts.Inserted.Should().Be(3);
        _account.Account.BeforeStatement = text =>
        {
            if (text.StartsWith("PUT", StringComparison.Ordinal))
                throw new SnowflakeEmulatorException(390114, "08001", "Authentication token has expired. The user must authenticate again.");
        };
        var error = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.LoadAsync(_orders, Rows(3)));
        _account.Account.BeforeStatement = null;

        error.Message.Should().Contain("The session's token has expired (390114)");
        error.IsTransient.Should().BeTrue();
        await warehouse.ExpectAsync("SELECT count(*) AS total FROM landing.orders", "total\n3");
    }

    [Theory]
    [InlineData("READ ON STAGE FILES.INBOX")]
    [InlineData("WRITE ON STAGE FILES.INBOX")]
    public async Task A_privilege_on_the_stage_that_is_missing_ends_the_load(string privilege)
    {
        await using IWarehouse warehouse = await OpenAsync(options => options.Stage = "@\"FILES\".\"INBOX\"");
        await warehouse.LoadAsync(_orders, Rows(3));
        _account.Account.Revoke(privilege);

        var error = await Assert.ThrowsAnyAsync<WarehouseException>(() => warehouse.LoadAsync(_orders, Rows(3)));
        _account.Account.Grant(privilege);

        error.Message.Should().Contain("Insufficient privileges to operate on stage 'INBOX'");
        (await warehouse.LoadAsync(_orders, Rows(2))).Counts.Inserted.Should().Be(2);
        await warehouse.ExpectAsync("SELECT count(*) AS total FROM landing.orders", "total\n5");
    }

    [Fact]
    public async Task A_file_beside_those_of_the_manifest_and_one_that_is_cut_off_end_the_load()
    {
        await using IWarehouse warehouse = await OpenAsync();
        string stray = _account.Of("stray.csv.gz");
        File.WriteAllText(stray, "stray");
        _account.Account.BeforeStatement = text =>
        {
            if (text.StartsWith("LIST", StringComparison.Ordinal))
                File.Copy(stray, Path.Combine(Directory.EnumerateFiles(_account.Account.StageFolder, "part_*", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!).First(), "stray.csv.gz"));
        };
        (await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_orders, Rows(3)))).Message.Should().Contain("holds 'stray.csv.gz', which is not in its manifest");

        _account.Account.BeforeStatement = text =>
        {
            if (text.StartsWith("LIST", StringComparison.Ordinal))
                File.WriteAllBytes(Directory.EnumerateFiles(_account.Account.StageFolder, "part_*", SearchOption.AllDirectories).First(), new byte[3]);
        };
        (await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_orders, Rows(3)))).Message.Should().MatchRegex(@"part_00001\.csv\.gz was sent to .* with \d+ bytes, and LIST says 16\.");

        _account.Account.BeforeStatement = text =>
        {
            if (text.StartsWith("LIST", StringComparison.Ordinal))
                File.Delete(Directory.EnumerateFiles(_account.Account.StageFolder, "part_*", SearchOption.AllDirectories).First());
        };
        (await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_orders, Rows(3)))).Message.Should().Contain("LIST does not have it");
        _account.Account.BeforeStatement = null;
        await warehouse.ExpectAsync("SELECT count(*) AS total FROM landing.orders", "total\n0");
        Files().Should().BeEmpty();
    }

    [Theory]
    [InlineData("PARTIALLY_LOADED", "COPY reports part_00001.csv.gz as PARTIALLY_LOADED.")]
    [InlineData("LOADED", "part_00001.csv.gz was written with 3 rows, and COPY reports 2 of them loaded.")]
    public async Task A_file_that_is_loaded_in_part_ends_the_load(string status, string message)
    {
        await using IWarehouse warehouse = await OpenAsync();
        _account.Account.ReportCopy = (_, row) => [row[0], status, row[2], 2L, .. row[4..]];

        var error = await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.LoadAsync(_orders, Rows(3)));
        _account.Account.ReportCopy = null;

        error.Message.Should().StartWith(message);
        await warehouse.ExpectAsync("SELECT count(*) AS total FROM landing.orders", "total\n0");
    }

    [Fact]
    public async Task A_temporary_folder_that_cannot_be_written_ends_the_load()
    {
        string file = _account.Of("file");
        File.WriteAllText(file, "x");
        await using IWarehouse warehouse = await OpenAsync(options => options.TemporaryFolder = file);

        var error = await Assert.ThrowsAsync<WarehouseException>(() => warehouse.LoadAsync(_orders, Rows(3)));

        error.Message.Should().StartWith($"Rows cannot wait in {file}").And.EndWith("The load was rolled back. Make room there, or name another folder in SnowflakeOptions.TemporaryFolder.");
        await warehouse.ExpectAsync("SELECT count(*) AS total FROM landing.orders", "total\n0");
        SnowflakeLocalFolder.Unwritable("there", new IOException("No space left on device", 28)).Message.Should().Contain("there is no space left");
    }

    [Fact]
    public async Task Statements_of_a_load_carry_its_pipeline_table_and_number_and_no_other_does()
    {
        await using IWarehouse warehouse = await OpenAsync(options => options.Pipeline = "it's nightly");
        _account.Account.ForgetStatements();

        LoadReport report = await warehouse.LoadAsync(_orders, Rows(3));
        await warehouse.QueryAsync<long>("SELECT count(*) FROM landing.orders");

        string[] tags = [.. _account.Account.Statements.Where(statement => statement.Text.StartsWith("ALTER SESSION SET QUERY_TAG", StringComparison.Ordinal)).Select(statement => statement.Text["ALTER SESSION SET QUERY_TAG = ".Length..])];
        string load = FormattableString.Invariant($"\"load\":{report.LoadId}");
        tags.Should().HaveCount(3);
        tags[0].Should().Contain("\"target\":\"landing.orders\"").And.NotContain("load\":");
        tags[1].Should().Contain(load).And.Contain("\\\\u0027s nightly");
        tags[2].Should().NotContain("target");
        List<EmulatedStatement> all = [.. _account.Account.Statements];
        int begun = all.FindIndex(statement => statement.Text.Contains(load, StringComparison.Ordinal));
        all.FindIndex(statement => statement.Text == "BEGIN").Should().BeGreaterThan(all.FindIndex(statement => statement.Text.Contains("landing.orders\"", StringComparison.Ordinal)));
        all.FindIndex(statement => statement.Text.StartsWith("COPY", StringComparison.Ordinal)).Should().BeGreaterThan(begun);
        _account.Account.ImplicitCommits.Should().BeEmpty();
    }

    private async Task<IWarehouse> OpenAsync(Action<SnowflakeOptions>? configure = null)
        => await _account.OpenAsync(DimensionalModel.Create("uploads", builder => _orders = builder.Landing<Order>("orders")), new LocalStageClient(_account.Of("stage")), options =>
        {
            (options.PartSize, options.UploadSessions) = (100_000, 3);
            configure?.Invoke(options);
        });

    private IEnumerable<EmulatedStatement> Puts() => _account.Account.Statements.Where(statement => statement.Text.StartsWith("PUT", StringComparison.Ordinal));

    private IEnumerable<string> Files() => Directory.Exists(_account.Account.StageFolder) ? Directory.EnumerateFiles(_account.Account.StageFolder, "part_*", SearchOption.AllDirectories) : [];

    private static LoadSource Rows(int count) => Source.Rows(Enumerable.Range(1, count).Select(id => new Order(id, $"{id * 7919L:x}{id * 104729L:x}")));

    private sealed record Order(int Id, string Word);
}
