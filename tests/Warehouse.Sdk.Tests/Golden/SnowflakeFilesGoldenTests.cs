using System.Text.RegularExpressions;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Snowflake;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>The full text of what moves, reads and provisions files, which no dialect renders.</summary>
public sealed class SnowflakeFilesGoldenTests
{
    private const string Folder = "snowflake-files";
    private const string Hostile = "it's \\ \"x\"; DROP TABLE t; --/a.csv";

    private static readonly ZoneTable Target = Landing();

    [Fact]
    public void Files_are_read_in_place()
    {
        CsvFormat format = CsvFormat.Default with { Delimiter = '\t', Quote = '\'', EmptyIsNull = true };
        Identifier[] fields = ["amount", "id", "other", .. Target.SourceColumns.Select(column => column.Name).Where(name => name != "amount" && name != "id" && name != "missing")];
        var shape = new SnowflakeForeignShape(1, format, fields, [.. Target.SourceColumns.Where(column => fields.Contains(column.Name)).Select(column => new SnowflakeForeignColumn(column, Array.IndexOf(fields, column.Name) + 1))], new HashSet<Identifier> { "missing" });
        SnowflakeStage stage = SnowflakeStage.Internal("files", "In Box").In("day 1");

        GoldenFile.Expect(Folder, "files_in_place", new SqlScript("files in place",
        [
            .. SnowflakeDialect.Instance.Stage(new StagePlan(Target) { IsReadByEngine = true }).Statements,
            SnowflakeForeignSql.Copy(Target, stage, ["a.csv", Hostile], format),
            SnowflakeForeignSql.Headers(Target),
            SnowflakeForeignSql.Count,
            SnowflakeForeignSql.NameFiles(2),
            SnowflakeForeignSql.FindProblems(Target, shape),
            SnowflakeForeignSql.StageRows(Target, shape),
            SnowflakeForeignSql.ReadProblems,
        ]).ToString());
    }

    [Fact]
    public void Files_are_moved_one_by_one()
    {
        SnowflakeStage stage = SnowflakeStage.Internal("files", "In Box").In("day 1");
        SnowflakeStage table = SnowflakeStage.Table("shop", "orders");

        GoldenFile.Expect(Folder, "single_files", string.Join("\n\n",
        [
            SnowflakeFilesSql.Put(stage, "a+b/c.csv", "/tmp/it's here/c.csv"),
            SnowflakeFilesSql.Put(SnowflakeStage.User, "c.csv", "C:\\temp\\c.csv"),
            SnowflakeFilesSql.Get(stage, "a+b/c.csv", "in box/", "/tmp/x"),
            SnowflakeFilesSql.Get(table, "c.csv", string.Empty, "/tmp/x"),
            SnowflakeFilesSql.Find(stage, [Hostile]),
            SnowflakeFilesSql.List(stage, "a+b/c"),
            SnowflakeFilesSql.List(SnowflakeStage.User, string.Empty),
            SnowflakeFilesSql.Remove(stage, ["a+b/c.csv", "a+b/ü [1] (2) {3}|4^5$.csv"], "in box/"),
            SnowflakeCopySql.List(SnowflakeCopySql.Folder("@~", "warehouse_sdk/run")),
            SnowflakeQueryTag.Set(SnowflakeQueryTag.Of("it's \"nightly\"\\", "business.sales", 42)),
        ]) + "\n");
    }

    [Fact]
    public void What_loads_find_is_provisioned()
        => GoldenFile.Expect(Folder, "provisioning", new SnowflakeProvisioning()
            .Schema("a \"quoted\" schema")
            .StorageIntegration("it's; \"x\"", new SnowflakeS3Access("arn:aws-us-gov:iam::1:role/it's", "s3://landing/a b/") { Blocked = ["s3://landing/a b/c/"] })
            .ExternalStage("landing", "shop", "s3://landing/a b/", "it's; \"x\"")
            .InternalStage("landing", "Mixed", encryptsOnServer: false)
            .FileFormat("landing", "tabs", CsvFormat.Default with { Delimiter = '\t', Quote = '\'', HasHeader = false, Compression = Compression.Zstd })
            .Script);

    [Theory]
    [InlineData("files_in_place")]
    [InlineData("single_files")]
    public void Every_path_of_a_stage_ends_with_a_slash(string file)
    {
        // A text constant, with quotes that are doubled and characters behind a backslash.
        string[] paths = [.. Regex.Matches(File.ReadAllText(Path.Combine(GoldenFile.Folder, Folder, file + ".sql")), @"'@((?:[^'\\]|''|\\.)*)'").Select(path => path.Groups[1].Value)];

        paths.Should().NotBeEmpty().And.OnlyContain(path => path.EndsWith('/'));
    }

    private static ZoneTable<Row> Landing()
    {
        ZoneTable<Row> table = null!;
        DimensionalModel.Create("files", model => table = model.Landing<Row>("foreign", t => t
            .Column(row => row.Amount, ColumnType.Decimal(18, 2)).Column(row => row.Code, ColumnType.Char(3)).Column(row => row.Word, ColumnType.Varchar(10)).Column(row => row.Document, ColumnType.Json).Column(row => row.Instant, ColumnType.TimestampTz)));
        return table;
    }

    private sealed record Row(int Id, short Small, long Large, bool Flag, decimal Amount, double Ratio, string Text, string Word, string Code, DateOnly Day, DateTime Moment, DateTimeOffset Instant, TimeOnly TimeOf, Guid Token, string Document, byte[] Bytes, string Missing);
}
