namespace Warehouse.Sdk.Benchmarks;

public sealed record Order(
    long OrderId, int CustomerId, string Number, string Customer, string Comment, int Quantity, decimal Amount, double Weight, DateOnly Day, DateTime At, bool IsPaid)
{
    private static readonly DateOnly FirstDay = new(2020, 1, 1);

    public static Order Make(int i) => new(
        i,
        i % 5000,
        FormattableString.Invariant($"A{i:0000000}"),
        FormattableString.Invariant($"customer number {i % 5000}"),
        i % 3 == 0 ? "short" : "a comment of more than twelve characters",
        i % 100,
        (i % 100_000) / 100m,
        i * 0.5,
        FirstDay.AddDays(i % 2000),
        FirstDay.AddDays(i % 2000).ToDateTime(new TimeOnly(i % 24, i % 60)),
        i % 2 == 0);
}
