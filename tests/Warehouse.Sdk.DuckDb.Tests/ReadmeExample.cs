namespace Warehouse.Sdk.DuckDb.Tests;

/// <summary>The README's example, word for word: <see cref="ReadmeTests"/> compares the two and runs this one.</summary>
internal static class ReadmeExample
{
    public static async Task<Outcome> RunAsync()
    {
        // <readme>
        Dimension<Customer> customer = null!;
        Fact<Payment> payment = null!;
        var model = DimensionalModel.Create("shop", m =>
        {
            DateDimension date = m.DateDimension("dim_date", new DateOnly(2026, 1, 1), new DateOnly(2026, 12, 31));
            customer = m.Dimension<Customer>("dim_customer", d => d
                .NaturalKey(c => c.CustomerId)
                .Type1(c => c.Email)
                .Type2(c => c.City)
                .EffectiveFrom(c => c.ChangedAt));
            payment = m.Fact<Payment>("fact_payment", f => f
                .Grain("one payment", p => p.PaymentId)
                .Date(date, p => p.PaidAt, role: "payment")
                .Dimension(customer, p => p.CustomerId, asOf: p => p.PaidAt, whenUnknown: UnknownMember.InferMember)
                .Measure(p => p.Amount, Additivity.Additive, ColumnType.Decimal(10, 2)));
        });

        await using IWarehouse warehouse = await DuckDbWarehouse.OpenAsync(":memory:", model);

        await warehouse.LoadAsync(customer, [new(1, "ann@example.org", "Aarhus", March(1)), new(2, "bob@example.org", "Bergen", March(1))]);
        await warehouse.LoadAsync(customer, [new(1, "ann@example.org", "Aalborg", March(10)), new(2, "bob@example.com", "Bergen", March(12))]);
        await warehouse.LoadAsync(payment, [new(501, 1, March(5), 9.90m), new(502, 1, March(11), 4.50m), new(503, 2, March(11), 2.00m)]);

        var versions = await warehouse.QueryAsync<CustomerVersion>(
            "SELECT customer_id, email, city, valid_from, valid_to, version FROM business.dim_customer WHERE customer_key > 0 ORDER BY customer_id, version");
        var revenue = await warehouse.QueryAsync<CityRevenue>(
            "SELECT c.city, sum(p.amount) AS amount FROM business.fact_payment p JOIN business.dim_customer c USING (customer_key) GROUP BY c.city ORDER BY c.city");

        static DateTime March(int day) => new(2026, 3, day);
        // </readme>

        // <readme-verify>
        VerifyReport report = await warehouse.VerifyAsync();               // or one table: VerifyAsync(customer)
        var ann = await warehouse.HistoryOfAsync<CustomerVersion>(customer, 1);
        // </readme-verify>

        await warehouse.QueryAsync<dynamic>("UPDATE business.fact_payment SET customer_key = 3 WHERE payment_id = 501");
        return new Outcome(versions, revenue, report, ann, await warehouse.VerifyAsync());
    }

    public sealed record Outcome(IReadOnlyList<CustomerVersion> Versions, IReadOnlyList<CityRevenue> Revenue, VerifyReport Report, IReadOnlyList<CustomerVersion> Ann, VerifyReport Broken);

    // <readme-rows>
    public sealed record Customer(int CustomerId, string Email, string City, DateTime ChangedAt);

    public sealed record Payment(int PaymentId, int CustomerId, DateTime PaidAt, decimal Amount);

    public sealed record CustomerVersion(int CustomerId, string Email, string City, DateTime ValidFrom, DateTime? ValidTo, int Version);

    public sealed record CityRevenue(string City, decimal Amount);
    // </readme-rows>
}
