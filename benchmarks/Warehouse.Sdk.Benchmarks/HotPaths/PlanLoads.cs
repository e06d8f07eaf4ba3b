using BenchmarkDotNet.Attributes;
using Warehouse.Sdk.Benchmarks.Facts;
using Warehouse.Sdk.DuckDb;
using Warehouse.Sdk.Postgres;
using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Snowflake;

namespace Warehouse.Sdk.Benchmarks.HotPaths;

/// <summary>
/// What a load costs before its first statement: the plan and the whole text of its statements, on each engine without a server. The simplest of them, a
/// landing table's, is the baseline.
/// </summary>
[MemoryDiagnoser]
public class PlanLoads
{
    private DimensionalModel _model = null!;
    private ZoneTable<SaleRow> _landing = null!;
    private Dimension<MemberRow> _customer = null!;
    private Fact<SaleRow> _sale = null!;
    private IWarehouseProvider _provider = null!;
    private WarehouseClient _warehouse = null!;

    [Params("duckdb", "postgresql", "snowflake")]
    public string Engine { get; set; } = string.Empty;

    [GlobalSetup]
    public void Prepare()
    {
        _model = Build_the_model();
        _provider = Engine switch
        {
            "duckdb" => new DuckDbProvider(new DuckDbOptions { ConnectionString = ":memory:" }),
            "postgresql" => new PostgresProvider(new PostgresOptions { ConnectionString = "Host=localhost;Username=nobody" }),
            _ => new SnowflakeProvider(new SnowflakeOptions { ConnectionString = "account=none;user=nobody;db=NONE" }),
        };
        _warehouse = new WarehouseClient(_provider, _model);
    }

    [GlobalCleanup]
    public async Task CloseAsync() => await _warehouse.DisposeAsync();

    [Benchmark(Baseline = true)]
    public Task<int> Landing_table() => PlanAsync(_landing);

    [Benchmark]
    public Task<int> Versioned_dimension() => PlanAsync(_customer);

    [Benchmark]
    public Task<int> Fact_with_links() => PlanAsync(_sale);

    [Benchmark]
    public int Deployment()
    {
        var script = _provider.Dialect.Deploy(new DeployPlan(_model) { MissingTables = [.. _model.Schemas], MissingColumns = [] });
        return script.Statements.Sum(statement => statement.Text.Length);
    }

    [Benchmark]
    public DimensionalModel Build_the_model() => DimensionalModel.Create("sales", builder =>
    {
        DateDimension date = builder.DateDimension("dim_date", new DateOnly(2025, 1, 1), new DateOnly(2025, 12, 31));
        _landing = builder.Landing<SaleRow>("sale");
        _customer = Versioned(builder, "dim_customer");
        Dimension<MemberRow> product = Versioned(builder, "dim_product");
        _sale = builder.Fact<SaleRow>("fact_sale", f => f
            .Grain("one sale", row => row.SaleId)
            .Date(date, row => row.SoldAt)
            .Dimension(_customer, row => row.CustomerId, asOf: row => row.SoldAt, whenUnknown: UnknownMember.InferMember)
            .Dimension(product, row => row.ProductId, asOf: row => row.SoldAt)
            .Degenerate(row => row.StoreId)
            .Degenerate(row => row.ChannelId)
            .Degenerate(row => row.PromotionId)
            .Measure(row => row.Quantity)
            .Measure(row => row.Amount));
    });

    private async Task<int> PlanAsync(LoadTarget target)
    {
        LoadPlan plan = await _warehouse.PlanAsync(target, Source.Query("SELECT * FROM source"));
        return plan.ToString().Length;
    }

    private static Dimension<MemberRow> Versioned(DimensionalModelBuilder builder, string name)
        => builder.Dimension<MemberRow>(name, d => d.NaturalKey(row => row.Id).Type2(row => row.Label).EffectiveFrom(row => row.ChangedAt));
}
