using DvdStore.Generation;
using DvdStore.Loading;
using Warehouse.Sdk.Conformance;

namespace DvdStore.Tests;

/// <summary>A generated store tells what it injected; the warehouse must tell the same.</summary>
public abstract class GeneratedStoreTests<TEngine> : IAsyncLifetime
    where TEngine : IStoreEngine, new()
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dvdstore-exports-").FullName;
    private GeneratedStore _generated = null!;
    private LoadedStore? _loaded;

    public async ValueTask InitializeAsync()
    {
        _generated = StoreGenerator.Generate(_folder, new StoreOptions { Days = TEngine.GeneratedDays });
        _loaded = await LoadedStore.LoadAsync<TEngine>(Deliveries);
    }

    public async ValueTask DisposeAsync()
    {
        if (_loaded is not null)
            await _loaded.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private LoadedStore Store => _loaded!;

    private Delivery[] Deliveries => [.. _generated.Days.Select(day => new Delivery(day.Folder, day.Date))];

    [Fact]
    public async Task What_came_out_is_what_was_put_in_and_a_second_run_changes_nothing()
    {
        InjectedFacts injected = _generated.Injected;
        (await Store.ValueAsync<long>("SELECT count(*) FROM business.fact_payment")).Should().Be(injected.Totals.Payments);
        (await Store.ValueAsync<decimal>("SELECT sum(amount) FROM business.fact_payment")).Should().Be(injected.Totals.PaymentAmount);
        (await Store.ValueAsync<long>("SELECT count(*) FROM business.fact_rental")).Should().Be(injected.Totals.Rentals);
        (await Store.ValueAsync<long>("SELECT count(*) FROM business.fact_rental WHERE is_returned")).Should().Be(injected.Totals.ReturnedRentals);
        (await Store.ValueAsync<long>("SELECT count(*) FROM business.dim_customer WHERE version > 1")).Should().Be(injected.CustomerMoves.Count + injected.CustomersDeactivated.Count);
        (await Store.ValueAsync<long>("SELECT count(*) FROM business.dim_film WHERE version > 1")).Should().Be(injected.FilmPriceChanges.Count + injected.FilmDurationChanges.Count);
        (await Store.ValueAsync<long>("SELECT count(*) FROM warehouse.reject")).Should().Be(injected.MalformedRows.Count);
        (await Store.ValueAsync<long>("SELECT count(*) FROM business.dim_customer WHERE is_inferred")).Should().Be(0, "the customers who were missing have arrived");
        Store.Reports.Where(report => report.Target == "business.dim_customer").Sum(report => report.Counts.Resolved).Should().Be(injected.OrphanCustomers.Count);
        (await Store.ValueAsync<long>("SELECT count(*) FROM business.fact_payment WHERE customer_key = -1")).Should().Be(0);
        await ExpectEveryLinkInsideItsVersionAsync("fact_payment", "paid_at");
        await ExpectEveryLinkInsideItsVersionAsync("fact_rental", "rented_at");

        string before = await Store.Warehouse.OfTablesAsync();
        (await Store.AddAsync(Deliveries)).Should().OnlyContain(report => report.Outcome == LoadOutcome.AlreadyLoaded);
        (await Store.Warehouse.OfTablesAsync()).Should().Be(before);
    }

    private async Task ExpectEveryLinkInsideItsVersionAsync(string fact, string time)
    {
        foreach (string dimension in new[] { "customer", "film", "staff" })
        {
            (await Store.ValueAsync<long>($"""
                SELECT count(*)
                FROM business.{fact} AS fact
                JOIN business.dim_{dimension} AS member ON member.{dimension}_key = fact.{dimension}_key
                WHERE member.{dimension}_key > 0
                  AND NOT (member.valid_from <= fact.{time} AND (member.valid_to IS NULL OR fact.{time} < member.valid_to))
                """)).Should().Be(0, $"{fact} links to {dimension} as of {time}");
        }
    }
}
