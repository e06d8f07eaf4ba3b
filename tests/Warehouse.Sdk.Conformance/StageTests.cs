using System.Data;
using System.Text;

namespace Warehouse.Sdk.Conformance;

/// <summary>The stage that is a folder: a file is there as a whole or not at all.</summary>
public abstract class StageTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task Files_are_put_read_listed_and_deleted()
    {
        using var folder = new ScratchFolder();
        var stage = new LocalStageClient(folder.Path);

        StagedFile put = await stage.PutAsync("day 1/b.csv", Content("bb"));
        await stage.PutAsync("day 1/a.csv", Content("a"));
        await stage.PutAsync("other.csv", Content("ccc"));

        put.Should().Be(new StagedFile("day 1/b.csv", 2) { Sha256 = "3b64db95cb55c763391c707108489ae18b4112d783300de38e033b4c98c3deaf" });
        (await ListAsync(stage)).Should().Equal("day 1/a.csv 1", "day 1/b.csv 2", "other.csv 3");
        (await ListAsync(stage, "day 1/")).Should().Equal("day 1/a.csv 1", "day 1/b.csv 2");
        (await ReadAsync(stage, "day 1/a.csv")).Should().Be("a");
        (await stage.ExistsAsync("other.csv")).Should().BeTrue();
        await stage.DeleteAsync("other.csv");
        await stage.DeleteAsync("other.csv");
        (await stage.ExistsAsync("other.csv")).Should().BeFalse();
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_empty()
    {
        using var folder = new ScratchFolder();
        var stage = new LocalStageClient(folder.Of("later"));

        (await ListAsync(stage)).Should().BeEmpty();
        (await stage.ExistsAsync("a.csv")).Should().BeFalse();
        var missing = await Assert.ThrowsAsync<WarehouseLoadException>(() => stage.OpenReadAsync("a.csv"));
        missing.Message.Should().Be($"There is no file 'a.csv' on the stage '{folder.Of("later")}'. Nothing was loaded. List the stage to see what is there.");
    }

    [Fact]
    public async Task A_folder_may_be_written_with_a_separator_at_its_end()
    {
        using var folder = new ScratchFolder();
        var stage = new LocalStageClient(folder.Path + Path.DirectorySeparatorChar);

        await stage.PutAsync("a.csv", Content("a"));

        (await ListAsync(stage)).Should().Equal("a.csv 1");
    }

    [Fact]
    public async Task An_overwritten_file_is_the_old_or_the_new_one_whole()
    {
        using var folder = new ScratchFolder();
        var stage = new LocalStageClient(folder.Path);
        await stage.PutAsync("a.csv", Content("old"));

        Stream reader = await stage.OpenReadAsync("a.csv");
        await stage.PutAsync("a.csv", Content("the new one"));

        using (var text = new StreamReader(reader))
            (await text.ReadToEndAsync()).Should().Be("old", "who reads keeps reading what was there");
        (await ReadAsync(stage, "a.csv")).Should().Be("the new one");
    }

    [Fact]
    public async Task A_stream_that_fails_leaves_what_was_there()
    {
        using var folder = new ScratchFolder();
        var stage = new LocalStageClient(folder.Path);
        await stage.PutAsync("a.csv", Content("old"));

        await Assert.ThrowsAsync<IOException>(() => stage.PutAsync("a.csv", new FailingStream()));
        await Assert.ThrowsAsync<IOException>(() => stage.PutAsync("b.csv", new FailingStream()));

        (await ReadAsync(stage, "a.csv")).Should().Be("old");
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Should().ContainSingle();
    }

    [Fact]
    public async Task A_cancelled_put_leaves_nothing()
    {
        using var folder = new ScratchFolder();
        var stage = new LocalStageClient(folder.Path);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => stage.PutAsync("a.csv", Content("a"), new CancellationToken(canceled: true)));

        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Theory]
    [InlineData("../a.csv")]
    [InlineData("day/../../a.csv")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("day/")]
    public async Task Paths_out_of_the_stage_are_refused(string path)
    {
        using var folder = new ScratchFolder();
        Directory.CreateDirectory(folder.Of("stage-other"));
        var stage = new LocalStageClient(folder.Of("stage"));

        await Assert.ThrowsAsync<ArgumentException>(() => stage.PutAsync(path, Content("a")));
        await Assert.ThrowsAsync<ArgumentException>(() => stage.OpenReadAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => stage.ExistsAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => stage.DeleteAsync(path));
        await Assert.ThrowsAsync<ArgumentException>(() => stage.PutAsync("../stage-other/a.csv", Content("a")));
        Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Should().BeEmpty();
    }

    [Fact]
    public async Task Rows_put_on_the_stage_are_loaded_back_as_they_were()
    {
        ZoneTable<Row> table = null!;
        var model = DimensionalModel.Create("staged", builder => table = builder.Landing<Row>("staged"));
        await using IWarehouse warehouse = await store.OpenAsync(model);
        using var data = new DataTable();
        foreach (var (name, type) in new[] { ("id", typeof(int)), ("word", typeof(string)), ("price", typeof(decimal)), ("level", typeof(double)), ("flag", typeof(bool)), ("moment", typeof(DateTime)), ("token", typeof(Guid)), ("bytes", typeof(byte[])), ("day", typeof(DateOnly)) })
            data.Columns.Add(name, type);
        var moment = new DateTime(2024, 2, 3, 4, 5, 6).AddTicks(1_234_560);
        data.Rows.Add(1, "", 1.25m, 0.1, true, moment, Guid.AllBitsSet, new byte[] { 0xFB, 0xFF, 0xFE, 1 }, new DateOnly(2024, 2, 3));
        data.Rows.Add(2, DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value, DBNull.Value);
        data.Rows.Add(3, "a \"quoted\",\r\nword", -0.5m, double.MaxValue, false, DateTime.MinValue, Guid.Empty, new byte[] { 0 }, DateOnly.MaxValue);
        string path = $"{Guid.NewGuid():N}.csv";

        using (DataTableReader reader = data.CreateDataReader())
            (await warehouse.Stage.PutRowsAsync(path, reader)).Path.Should().Be(path);
        await warehouse.LoadAsync(table, Source.StagedCsv(path));

        (await warehouse.QueryAsync<string>("SELECT word FROM landing.staged WHERE id = 3")).Should().Equal("a \"quoted\",\r\nword");
        await warehouse.ExpectAsync("SELECT id, word IS NULL AS no_word, price, level, flag, moment, token, bytes, day FROM landing.staged ORDER BY id", $"""
            id | no_word | price   | level                   | flag  | moment                     | token                                | bytes    | day
            1  | false   | 1.2500  | 0.1                     | true  | 2024-02-03 04:05:06.123456 | ffffffff-ffff-ffff-ffff-ffffffffffff | fbfffe01 | 2024-02-03
            2  | true    | NULL    | NULL                    | NULL  | NULL                       | NULL                                 | NULL     | NULL
            3  | false   | -0.5000 | 1.7976931348623157E+308 | false | 0001-01-01                 | 00000000-0000-0000-0000-000000000000 | 00       | 9999-12-31
            """);
    }

    private static MemoryStream Content(string text) => new(Encoding.UTF8.GetBytes(text));

    private static async Task<string> ReadAsync(LocalStageClient stage, string path)
    {
        using var text = new StreamReader(await stage.OpenReadAsync(path));
        return await text.ReadToEndAsync();
    }

    private static async Task<List<string>> ListAsync(LocalStageClient stage, string prefix = "")
    {
        List<string> files = [];
        await foreach (StagedFile file in stage.ListAsync(prefix))
            files.Add(FormattableString.Invariant($"{file.Path} {file.Length}"));
        return files;
    }

    private sealed record Row(int Id, string? Word, decimal? Price, double? Level, bool? Flag, DateTime? Moment, Guid? Token, byte[]? Bytes, DateOnly? Day);

    private sealed class FailingStream : MemoryStream
    {
        private bool _isRead;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_isRead)
                throw new IOException("the line broke");
            _isRead = true;
            return ValueTask.FromResult(10);
        }
    }
}
