using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Benchmarks.Facts;

/// <summary>
/// A source table of sales, five dimensions and a date, and the fact in two copies: ours, and that of the other side. Customer and product are versioned;
/// one member in ten has a second version. Sales lie within one year.
/// </summary>
internal sealed class SaleWarehouse : IAsyncDisposable
{
    /// <summary>What somebody would write who trusts the batch: each row with the version valid at its time, or unknown.</summary>
    public const string InsertByHand = """
        INSERT INTO hand_sale (date_key, customer_key, product_key, store_key, channel_key, promotion_key, sale_id, sold_at, quantity, amount, load_id)
        SELECT coalesce(d.date_key, -1), coalesce(c.customer_key, -1), coalesce(p.product_key, -1), coalesce(s.store_key, -1), coalesce(h.channel_key, -1), coalesce(m.promotion_key, -1),
               src.sale_id, src.sold_at, src.quantity, src.amount, 1
        FROM source_sale AS src
        LEFT JOIN business.dim_date AS d ON d.date = CAST(src.sold_at AS date)
        LEFT JOIN business.dim_customer AS c ON c.id = src.customer_id AND src.sold_at >= c.valid_from AND src.sold_at < coalesce(c.valid_to, CAST('9999-12-31' AS timestamp))
        LEFT JOIN business.dim_product AS p ON p.id = src.product_id AND src.sold_at >= p.valid_from AND src.sold_at < coalesce(p.valid_to, CAST('9999-12-31' AS timestamp))
        LEFT JOIN business.dim_store AS s ON s.id = src.store_id
        LEFT JOIN business.dim_channel AS h ON h.id = src.channel_id
        LEFT JOIN business.dim_promotion AS m ON m.id = src.promotion_id
        """;

    private const int Customers = 100_000, Products = 20_000;

    private static readonly string[] SmallDimensions = ["dim_store", "dim_channel", "dim_promotion"];

    private static readonly DateTime Begin = new(2025, 1, 1);

    private SaleWarehouse(Engine engine, int rows)
    {
        (Engine, Rows) = (engine, rows);
        var model = DimensionalModel.Create("sales", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2025, 1, 1), new DateOnly(2025, 12, 31));
            Customer = Versioned(builder, "dim_customer");
            Product = Versioned(builder, "dim_product");
            Small = [.. SmallDimensions.Select(name => builder.Dimension<SmallMemberRow>(name, d => d.NaturalKey(row => row.Id).Type1(row => row.Label)))];
            Sale = builder.Fact<SaleRow>("fact_sale", f => f
                .Grain("one sale", row => row.SaleId)
                .Date(date, row => row.SoldAt)
                .Dimension(Customer, row => row.CustomerId, asOf: row => row.SoldAt)
                .Dimension(Product, row => row.ProductId, asOf: row => row.SoldAt)
                .Dimension(Small[0], row => row.StoreId)
                .Dimension(Small[1], row => row.ChannelId)
                .Dimension(Small[2], row => row.PromotionId)
                .Measure(row => row.Quantity)
                .Measure(row => row.Amount));
        });
        Warehouse = new WarehouseClient(engine.Provider, model);
    }

    public Engine Engine { get; }

    public WarehouseClient Warehouse { get; }

    public int Rows { get; }

    public Fact<SaleRow> Sale { get; private set; } = null!;

    private Dimension<MemberRow> Customer { get; set; } = null!;

    private Dimension<MemberRow> Product { get; set; } = null!;

    private Dimension<SmallMemberRow>[] Small { get; set; } = [];

    public static async Task<SaleWarehouse> InPostgresAsync(int rows) => await OpenAsync(await Engine.PostgresAsync(), rows);

    public static async Task<SaleWarehouse> InDuckDbAsync(int rows) => await OpenAsync(await Engine.DuckDbAsync(), rows);

    /// <summary>So many sales, numbered from a first one on.</summary>
    public Task MakeSalesAsync(string table, long first, int rows) => Engine.ExecuteAsync(FormattableString.Invariant($"""
        CREATE TABLE {table} AS
        SELECT CAST(id AS bigint) AS sale_id,
               CAST('{Begin:yyyy-MM-dd}' AS timestamp) + (id % 31536000) * INTERVAL '1' second AS sold_at,
               CAST(CAST(id AS bigint) * 7919 % {Customers + 100} AS bigint) AS customer_id,
               CAST(CAST(id AS bigint) * 104729 % {Products} AS bigint) AS product_id,
               CAST(id % 500 AS integer) AS store_id,
               CAST(id % 8 AS integer) AS channel_id,
               CAST(id % 200 AS integer) AS promotion_id,
               CAST(id % 9 AS integer) AS quantity,
               CAST(id % 1000 AS decimal(18,4)) AS amount
        FROM generate_series({first}, {first + rows - 1}) AS number(id)
        """));

    /// <summary>Neither copy of the fact has a row.</summary>
    public async Task EmptyAsync()
    {
        await Engine.ExecuteAsync("TRUNCATE business.fact_sale");
        await Engine.ExecuteAsync("TRUNCATE hand_sale");
    }

    public Task<LoadReport> LoadAsync() => Warehouse.LoadAsync(Sale, Source.Query("SELECT * FROM source_sale"));

    /// <summary>All rows by all of their columns but the load's number.</summary>
    public async Task<string> DigestAsync(string table)
    {
        const string Values = "concat_ws('|', date_key, customer_key, product_key, store_key, channel_key, promotion_key, sale_id, sold_at, quantity, amount)";
        return (await Warehouse.QueryAsync<string>($"SELECT concat(count(*), ' rows, ', {Engine.DigestOf(Values)}) FROM {table}"))[0];
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    private static Task<SaleWarehouse> OpenAsync(Engine engine, int rows) => engine.WithAsync(() => new SaleWarehouse(engine, rows), sales => sales.BeginAsync());

    private static Dimension<MemberRow> Versioned(DimensionalModelBuilder builder, string name)
        => builder.Dimension<MemberRow>(name, d => d.NaturalKey(row => row.Id).Type2(row => row.Label).EffectiveFrom(row => row.ChangedAt));

    private async Task BeginAsync()
    {
        await Warehouse.DeployAsync();
        await LoadMembersAsync(Customer, Customers);
        await LoadMembersAsync(Product, Products);
        foreach (Dimension<SmallMemberRow> dimension in Small)
            await Warehouse.LoadAsync(dimension, Enumerable.Range(0, 500).Select(id => new SmallMemberRow(id, $"member {id}")));
        await MakeSalesAsync("source_sale", 1, Rows);
        await Engine.ExecuteAsync(Engine.IsDuckDb ? "CREATE TABLE hand_sale AS SELECT * FROM business.fact_sale" : "CREATE TABLE hand_sale (LIKE business.fact_sale INCLUDING ALL)");
        await Engine.ExecuteAsync("ANALYZE");
    }

    private async Task LoadMembersAsync(Dimension<MemberRow> dimension, int members)
    {
        await Warehouse.LoadAsync(dimension, Enumerable.Range(0, members).Select(id => new MemberRow(id, $"member {id}", Begin)));
        await Warehouse.LoadAsync(dimension, Enumerable.Range(0, members / 10).Select(id => new MemberRow(id * 10, $"member {id} later", Begin.AddDays(180))));
    }
}
