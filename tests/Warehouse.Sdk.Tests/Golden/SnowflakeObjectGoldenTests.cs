using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Snowflake;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>The full text of what only Snowflake has: physical options of tables, and objects that are no tables.</summary>
public sealed class SnowflakeObjectGoldenTests
{
    [Fact]
    public void Tables_are_created_with_their_options()
    {
        DimensionalModel model = Kept(p => p.ClusterBy("city", "id").Retention(7).Tag("cost_center", "bi").Tag("governance.Owner", "it's me"));

        Expect("deploy_physical_options", SnowflakeDialect.Instance.Deploy(new DeployPlan(model) { MissingTables = [.. model.Schemas], MissingColumns = [] }));
    }

    [Fact]
    public void Changed_options_are_altered()
    {
        DimensionalModel model = Kept(p => p.ClusterBy("city").Retention(30).Tag("governance.cost_center", "bi"));
        IReadOnlyList<TableSchema> tables = [.. model.Schemas];
        SqlStatement read = SnowflakeDialect.Instance.ReadOptions(model, tables)!;
        IReadOnlyList<OptionChange> changes = SnowflakeDialect.Instance.CompareOptions(tables,
        [
            Row("dim_place", "cluster_by", "LINEAR(ID, \"CITY\")"),
            Row("dim_place", "retention", "1"),
            Row("place", "transient", "YES", schema: "landing"),
            Row("place", "retention", "0", schema: "landing"),
            Row("dim_place", "tag governance.cost_center", "sales"),
            Row("dim_place", "tag governance.owner", "me", isNoted: true),
        ]);

        SqlScript script = SnowflakeDialect.Instance.Deploy(new DeployPlan(model) { MissingTables = [], MissingColumns = [], ChangedOptions = changes });
        Expect("deploy_changed_options", script with { Statements = [read, .. script.Statements] });
    }

    [Fact]
    public void Options_that_the_model_no_longer_has_are_taken_off()
    {
        DimensionalModel model = Kept(null);
        IReadOnlyList<OptionChange> changes = SnowflakeDialect.Instance.CompareOptions([.. model.Schemas],
        [
            Row("dim_place", "cluster_by", "LINEAR(id)"),
            Row("dim_place", "retention", "7"),
            Row("dim_place", "cluster_by", "id", isNoted: true),
            Row("dim_place", "retention", "7", isNoted: true),
            Row("dim_place", "tag governance.owner", "me", isNoted: true),
        ]);

        Expect("deploy_options_gone", SnowflakeDialect.Instance.Deploy(new DeployPlan(model) { MissingTables = [], MissingColumns = [], ChangedOptions = changes }));
    }

    [Fact]
    public void Tables_are_cloned_read_as_they_stood_and_brought_back()
    {
        TimePoint point = TimePoint.At(new DateTimeOffset(2026, 3, 1, 13, 30, 0, 123, TimeSpan.FromHours(1)).AddMicroseconds(456));
        var table = new QualifiedName("business", "dim_place");
        (QualifiedName, QualifiedName, bool)[] tables = [(table, new QualifiedName("Sand \"box\"", "dim_place"), false), (new QualifiedName("landing", "place"), new QualifiedName("Sand \"box\"", "place"), true)];

        Expect("clone", new SqlScript("clone",
        [
            SnowflakeTimeTravelSql.ReadTables([table]),
            SnowflakeTimeTravelSql.ReadSchema("Sand \"box\""),
            .. SnowflakeTimeTravelSql.Clone(tables, makesSchema: true, new CloneOptions { AsOf = point }).Statements,
            .. SnowflakeTimeTravelSql.Clone([tables[0]], makesSchema: false, new CloneOptions { Replace = true }).Statements,
            SnowflakeTimeTravelSql.Read(table, point),
            SnowflakeTimeTravelSql.Read(table, TimePoint.AtStatement("01a2b3c4-0000-1111-0000-222233334444")),
            SnowflakeTimeTravelSql.Read(table, TimePoint.BeforeStatement("01a2b3c4-0000-1111-0000-222233334444")),
            SnowflakeTimeTravelSql.Undrop(table),
        ]));
    }

    [Fact]
    public void Pipes_load_files_of_each_form()
    {
        ZoneTable landing = null!;
        _ = DimensionalModel.Create("kept", model => landing = model.Landing<Shipment>("shipment", t => t.FromPath(row => row.City, "to.addresses[0].city")));
        var stage = new QualifiedName("landing", "In box");

        Expect("pipes", new SqlScript("pipes",
        [
            .. SnowflakeAutomation.Pipe(landing, new PipeOptions { Stage = stage, Path = "/2026/orders/" }).Statements,
            .. SnowflakeAutomation.Pipe(landing, new PipeOptions { Stage = stage, Format = PipeFormat.Json, Name = new QualifiedName("ops", "it's a pipe"), NotificationTopic = "arn:aws:sns:eu-west-1:1:it's", ErrorIntegration = "loading_errors" }).Statements,
            .. SnowflakeAutomation.Pipe(landing, new PipeOptions { Stage = stage, Format = PipeFormat.Parquet, NotificationIntegration = "azure_events" }).Statements,
        ]));
    }

    [Fact]
    public void Tasks_merge_the_new_rows_of_a_landing_table()
    {
        ZoneTable landing = null!, kept = null!;
        Dimension dimension = null!;
        DimensionalModel model = DimensionalModel.Create("kept", builder =>
        {
            builder.Conventions(names => names with { OpenEnd = OpenEnd.FarFuture });
            landing = builder.Landing<Told>("place");
            kept = builder.Enterprise<Told>("place", t => t.Key(row => row.Country, row => row.Id));
            dimension = builder.Dimension<Told>("dim_place", d => d.NaturalKey(row => row.Country, row => row.Id).Type1(row => row.City).EffectiveFrom(row => row.At).Sequence(row => row.Number));
        });

        Expect("task_into_enterprise", SnowflakeAutomation.Upsert(model, landing, kept, new UpsertTaskOptions { Warehouse = "loading", LatestBy = "at", Starts = true }));
        Expect("task_into_dimension", SnowflakeAutomation.Upsert(model, landing, dimension, new UpsertTaskOptions { Warehouse = "Load \"WH\"", Every = TimeSpan.FromHours(2), TaskName = new QualifiedName("ops", "places") }));
    }

    [Fact]
    public void Dynamic_tables_are_made_of_aggregates_and_current_versions()
    {
        Dimension dimension = null!;
        AggregateFact aggregate = null!;
        _ = DimensionalModel.Create("kept", model =>
        {
            DateDimension date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 12, 31));
            var place = model.Dimension<Told>("dim_place", d => d.NaturalKey(row => row.Id).Type2(row => row.City).EffectiveFrom(row => row.At).DurableKey().Ignore(row => new { row.Number, row.Country }));
            dimension = place;
            var fact = model.Fact<Sale>("fact_sale", f => f.Grain("one sale", row => row.Id).Date(date, row => row.At).Dimension(place, row => row.PlaceId, asOf: row => row.At).Measure(row => row.Amount));
            aggregate = model.Aggregate("agg_sale", fact, a => a.Grain("one city in one month").Date("", day => day.YearMonth).Attributes(place, row => row.City).Sum(row => row.Amount));
        });

        Expect("dynamic_tables", new SqlScript("dynamic tables",
        [
            .. SnowflakeAutomation.DynamicTable(aggregate, new DynamicTableOptions { Name = new QualifiedName("business", "agg_sale_live"), Warehouse = "loading", TargetLag = TimeSpan.FromHours(1) }).Statements,
            .. SnowflakeAutomation.DynamicTable(dimension, new DynamicTableOptions { Name = new QualifiedName("business", "dim_place_live"), Warehouse = "loading", TargetLag = TimeSpan.FromSeconds(90), Refresh = RefreshMode.Incremental }).Statements,
            .. SnowflakeAutomation.DynamicTable(dimension, new DynamicTableOptions { Name = new QualifiedName("business", "dim_place_full"), Warehouse = "loading", Refresh = RefreshMode.Full }).Statements,
        ]));
    }

    [Fact]
    public void Every_path_of_a_stage_ends_with_a_slash()
    {
        ZoneTable landing = null!;
        _ = DimensionalModel.Create("kept", model => landing = model.Landing<Place>("place"));
        foreach (string path in (string[])["", "a", "a/", "/a/b", "a b"])
        {
            SqlScript script = SnowflakeAutomation.Pipe(landing, new PipeOptions { Stage = new QualifiedName("landing", "inbox"), Path = path });
            script.ToString().Should().MatchRegex("FROM '@\"LANDING\".\"INBOX\"/([^']*/)?'", path);
        }
    }

    private static void Expect(string name, SqlScript script) => GoldenFile.Expect("snowflake_objects", name, script.ToString());

    private static Dictionary<string, object?> Row(string table, string option, string value, bool isNoted = false, string schema = "business")
        => new() { ["schema_name"] = schema, ["table_name"] = table, ["option_name"] = option, ["option_value"] = value, ["is_noted"] = isNoted };

    private static DimensionalModel Kept(Func<PhysicalBuilder, PhysicalBuilder>? options) => DimensionalModel.Create("kept", model =>
    {
        model.Dimension<Place>("dim_place", d =>
        {
            d.NaturalKey(row => row.Id).Type1(row => row.City);
            if (options is not null)
                d.Physical(p => options(p));
        });
        if (options is not null)
            model.Landing<Place>("place", t => t.Physical(p => p.Transient().Retention(0)));
    });

    private sealed record Place(int Id, string City);

    private sealed record Shipment(int Id, string City, DateTime SentAt, decimal Weight);

    private sealed record Told(string Country, int Id, string City, DateTime At, long Number);

    private sealed record Sale(int Id, int PlaceId, DateTime At, decimal Amount);
}
