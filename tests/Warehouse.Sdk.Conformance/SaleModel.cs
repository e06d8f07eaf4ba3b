namespace Warehouse.Sdk.Conformance;

internal sealed record SaleRow(int Id, string Region, DateTime? SoldAt, int? Amount, long? Lsn = null, string? Op = null);

/// <summary>One fact of sales, grown as a test likes; January to March 2024.</summary>
internal sealed class SaleModel
{
    public SaleModel(Action<FactBuilder<SaleRow>> growth, bool byLine = false, bool combines = false)
        => Model = DimensionalModel.Create("sales", model =>
        {
            DateDimension date = model.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 3, 31));
            Sale = model.Fact<SaleRow>("fact_sale", fact =>
            {
                fact.Date(date, sale => sale.SoldAt).Degenerate(sale => sale.SoldAt!, sale => sale.Region);
                _ = combines ? fact.Measure(sale => sale.Amount, Combine.Sum) : fact.Measure(sale => sale.Amount);
                _ = byLine ? fact.GrainByLine("one line") : fact.Grain("one sale", sale => sale.Id);
                growth(fact);
            });
        });

    public const string Sales = "SELECT id, region, sold_at, amount FROM business.fact_sale ORDER BY id, amount";

    public DimensionalModel Model { get; }

    public Fact<SaleRow> Sale { get; private set; } = null!;

    /// <summary>2024; <c>At(2, 1)</c> is the first of February.</summary>
    public static DateTime At(int month, double day) => new DateTime(2024, month, 1).AddDays(day - 1);

    public static SaleRow Sold(int id, double day, int? amount, string region = "EU", long? lsn = null, string? op = null) => new(id, region, At(1, day), amount, lsn, op);
}
