using System.Data;

namespace Warehouse.Sdk.Conformance;

/// <summary>From the stage into the warehouse; what stages themselves promise is in <see cref="StageClientTests"/>.</summary>
public abstract class StageTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
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

    private sealed record Row(int Id, string? Word, decimal? Price, double? Level, bool? Flag, DateTime? Moment, Guid? Token, byte[]? Bytes, DateOnly? Day);
}
