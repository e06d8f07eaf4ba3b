#!/usr/bin/env dotnet
#:property ManagePackageVersionsCentrally=false
#:property PublishAot=false
#:package Snowflake.Data@6.3.0
#:project ../../src/Warehouse.Sdk.Snowflake/Warehouse.Sdk.Snowflake.csproj

// A shop on Snowflake, for people with an account: see README.md beside this file.
//   export SNOWFLAKE_CONNECTION="account=...;user=...;password=...;db=...;schema=...;warehouse=...;role=..."
//   dotnet run snowflake.cs

using Warehouse.Sdk;
using Warehouse.Sdk.Snowflake;

string? connection = Environment.GetEnvironmentVariable("SNOWFLAKE_CONNECTION");
if (string.IsNullOrWhiteSpace(connection))
{
    Console.Error.WriteLine("Set SNOWFLAKE_CONNECTION to the driver's connection string: account=...;user=...;password=...;db=...;warehouse=...;role=...");
    return 2;
}

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

try
{
    await using IWarehouse warehouse = await SnowflakeWarehouse.OpenAsync(connection, model);

    // A thousand customers, of whom every tenth moves in May; run it again and nothing changes.
    Print(await warehouse.LoadAsync(customer, Enumerable.Range(1, 1000).Select(i => new Customer(i, $"c{i}@example.org", "Aarhus", new DateTime(2026, 3, 1)))));
    Print(await warehouse.LoadAsync(customer, Enumerable.Range(1, 100).Select(i => new Customer(i * 10, $"c{i * 10}@example.org", "Bergen", new DateTime(2026, 5, 1)))));
    Print(await warehouse.LoadAsync(payment, Enumerable.Range(1, 10_000).Select(i => new Payment(i, (i % 1000) + 1, new DateTime(2026, 4, 1).AddHours(i % 1440), i % 100))));

    foreach (CityRevenue row in await warehouse.QueryAsync<CityRevenue>("""
        SELECT customer.city, sum(payment.amount) AS amount
        FROM business.fact_payment AS payment
        JOIN business.dim_customer AS customer ON customer.customer_key = payment.customer_key
        GROUP BY customer.city
        ORDER BY customer.city
        """))
    {
        Console.WriteLine($"{row.City}: {row.Amount:N2}");
    }

    Console.WriteLine(await warehouse.VerifyAsync());
    return 0;
}
catch (WarehouseException error)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}

static void Print(LoadReport report) => Console.WriteLine(report);

internal sealed record Customer(int CustomerId, string Email, string City, DateTime ChangedAt);

internal sealed record Payment(int PaymentId, int CustomerId, DateTime PaidAt, decimal Amount);

internal sealed record CityRevenue
{
    public string City { get; init; } = string.Empty;

    public decimal Amount { get; init; }
}
