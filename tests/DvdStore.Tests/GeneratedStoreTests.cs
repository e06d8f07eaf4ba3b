using DvdStore.Generation;
using DvdStore.Loading;

namespace DvdStore.Tests;

/// <summary>A generated store tells what it injected; the warehouse must tell the same.</summary>
public sealed class GeneratedStoreTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dvdstore-exports-").FullName;
    private GeneratedStore _generated = null!;
    private LoadedStore _store = null!;

    public async ValueTask InitializeAsync()
    {
        _generated = StoreGenerator.Generate(_folder, new StoreOptions { Days = 30 });
        _store = await LoadedStore.LoadAsync(Deliveries);
    }

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private Delivery[] Deliveries => [.. _generated.Days.Select(day => new Delivery(day.Folder, day.Date))];

    [Fact]
    public async Task What_came_out_is_what_was_put_in_and_a_second_run_changes_nothing()
    {
        InjectedFacts injected = _generated.Injected;
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.fact_payment")).Should().Be(injected.Totals.Payments);
        (await _store.ValueAsync<decimal>("SELECT sum(amount) FROM business.fact_payment")).Should().Be(injected.Totals.PaymentAmount);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.fact_rental")).Should().Be(injected.Totals.Rentals);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.fact_rental WHERE is_returned")).Should().Be(injected.Totals.ReturnedRentals);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.dim_customer WHERE version > 1")).Should().Be(injected.CustomerMoves.Count + injected.CustomersDeactivated.Count);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.dim_film WHERE version > 1")).Should().Be(injected.FilmPriceChanges.Count + injected.FilmDurationChanges.Count);
        (await _store.ValueAsync<long>("SELECT count(*) FROM warehouse.reject")).Should().Be(injected.MalformedRows.Count);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.dim_customer WHERE is_inferred")).Should().Be(0, "the customers who were missing have arrived");
        _store.Reports.Where(report => report.Target == "business.dim_customer").Sum(report => report.Counts.Resolved).Should().Be(injected.OrphanCustomers.Count);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.fact_payment WHERE customer_key = -1")).Should().Be(0);
        await ExpectEveryLinkInsideItsVersionAsync("fact_payment", "paid_at");
        await ExpectEveryLinkInsideItsVersionAsync("fact_rental", "rented_at");

        string before = await Digest.OfAsync(_store.Warehouse);
        (await _store.AddAsync(Deliveries)).Should().OnlyContain(report => report.Outcome == LoadOutcome.AlreadyLoaded);
        (await Digest.OfAsync(_store.Warehouse)).Should().Be(before);
    }

    private async Task ExpectEveryLinkInsideItsVersionAsync(string fact, string time)
    {
        foreach (string dimension in new[] { "customer", "film", "staff" })
        {
            (await _store.ValueAsync<long>($"""
                SELECT count(*)
                FROM business.{fact} AS fact
                JOIN business.dim_{dimension} AS member ON member.{dimension}_key = fact.{dimension}_key
                WHERE member.{dimension}_key > 0
                  AND NOT (member.valid_from <= fact.{time} AND (member.valid_to IS NULL OR fact.{time} < member.valid_to))
                """)).Should().Be(0, $"{fact} links to {dimension} as of {time}");
        }
    }
}
