using DvdStore.Loading;
using Warehouse.Sdk.Conformance;

namespace DvdStore.Tests;

/// <summary>The same store on a later day: movers, price changes, returns, late and orphan payments.</summary>
public abstract class SakilaDeltaTests<TEngine>(SakilaDeltaTests<TEngine>.Loaded loaded) : IClassFixture<SakilaDeltaTests<TEngine>.Loaded>, IAsyncLifetime
    where TEngine : IStoreEngine, new()
{
    private static readonly DateOnly DeltaDay = new(2006, 2, 20);
    private LoadedStore _store = null!;

    public async ValueTask InitializeAsync() => _store = await loaded.StoreAsync(Deliveries);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Delivery[] Deliveries => [new Delivery(SakilaData.Sakila, null), new Delivery(SakilaData.SakilaDelta, DeltaDay)];

    [Fact]
    public async Task Customers_who_moved_have_two_versions_that_meet_on_the_day()
    {
        await _store.Warehouse.ExpectAsync(
            """
            SELECT customer_id, version, valid_from, valid_to, is_current
            FROM business.dim_customer
            WHERE customer_id = 1
            ORDER BY version
            """,
            """
            customer_id | version | valid_from | valid_to   | is_current
            1           | 1       | 1900-01-01 | 2006-02-20 | false
            1           | 2       | 2006-02-20 | NULL       | true
            """);
        LoadCounts merged = Report("business.dim_customer").Counts;
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.dim_customer WHERE version = 2")).Should().Be(merged.NewVersions);
        merged.NewVersions.Should().Be(13);
    }

    [Fact]
    public async Task Customers_who_are_in_the_snapshot_no_longer_are_expired_on_the_day()
    {
        long gone = Customers(SakilaData.Sakila).Except(Customers(SakilaData.SakilaDelta)).Count();
        gone.Should().BePositive();
        Report("business.dim_customer").Counts.ExpiredByAbsence.Should().Be(gone);
        (await _store.ValueAsync<long>("""
            SELECT count(*)
            FROM (SELECT customer_id FROM business.dim_customer GROUP BY customer_id HAVING max(CASE WHEN is_current THEN 1 ELSE 0 END) = 0 AND max(valid_to) = TIMESTAMP '2006-02-20') AS expired
            """)).Should().Be(gone);
    }

    [Fact]
    public async Task A_late_payment_meets_the_version_of_its_own_day()
    {
        await _store.Warehouse.ExpectAsync(
            """
            SELECT payment.payment_id, payment.paid_at, customer.customer_id, customer.version
            FROM business.fact_payment AS payment
            JOIN business.dim_customer AS customer ON customer.customer_key = payment.customer_key
            WHERE payment.payment_id IN (16050, 16053)
            ORDER BY payment.payment_id
            """,
            """
            payment_id | paid_at             | customer_id | version
            16050      | 2006-02-21 10:00:00 | 1           | 2
            16053      | 2006-02-15 09:30:00 | 1           | 1
            """);
    }

    [Fact]
    public async Task A_payment_of_a_customer_nobody_knows_makes_an_inferred_member()
    {
        await _store.Warehouse.ExpectAsync(
            """
            SELECT payment.payment_id, customer.customer_id, customer.is_inferred, customer.first_name
            FROM business.fact_payment AS payment
            JOIN business.dim_customer AS customer ON customer.customer_key = payment.customer_key
            WHERE payment.payment_id = 16054
            """,
            """
            payment_id | customer_id | is_inferred | first_name
            16054      | 603         | true        | NULL
            """);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.dim_customer WHERE is_inferred")).Should().Be(1);
    }

    [Fact]
    public async Task Ten_rentals_came_back_and_nothing_is_doubled()
    {
        LoadCounts rentals = Report("business.fact_rental").Counts;
        rentals.Updated.Should().Be(10);
        rentals.Inserted.Should().Be(5);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.fact_rental WHERE NOT is_returned")).Should().Be(175);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.fact_rental")).Should().Be(16_049);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.fact_payment")).Should().Be(16_054);
        (await _store.ValueAsync<long>("SELECT count(*) FROM (SELECT payment_id FROM business.fact_payment GROUP BY payment_id HAVING count(*) > 1) AS doubled")).Should().Be(0);
        (await _store.ValueAsync<long>("SELECT count(*) FROM business.fact_rental AS r JOIN business.dim_rental_status AS s ON s.rental_status_key = r.rental_status_key WHERE s.is_returned = r.is_returned AND s.is_late = r.is_late AND s.is_paid = r.is_paid")).Should().Be(16_049);
    }

    [Fact]
    public async Task The_stores_manager_before_is_kept_beside_the_new_one()
        => await _store.Warehouse.ExpectAsync(
            "SELECT store_id, manager_staff_id, previous_manager_staff_id, version FROM business.dim_store WHERE store_key > 0 ORDER BY store_id",
            """
            store_id | manager_staff_id | previous_manager_staff_id | version
            1        | 2                | 1                         | 1
            2        | 2                | NULL                      | 1
            """);

    [Fact]
    public async Task A_third_run_changes_nothing_and_says_so()
    {
        string before = await DigestAsync();
        IReadOnlyList<LoadReport> again = await _store.AddAsync(Deliveries);
        again.Should().OnlyContain(report => report.Outcome == LoadOutcome.AlreadyLoaded);
        (await DigestAsync()).Should().Be(before);
    }

    private static IEnumerable<string> Customers(string folder)
        => File.ReadLines(Path.Combine(folder, "customer.csv")).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(',')[0]);

    private LoadReport Report(string target) => _store.Reports.Last(report => report.Target == target && report.Outcome != LoadOutcome.AlreadyLoaded);

    private Task<string> DigestAsync() => _store.Warehouse.OfTablesAsync();

    /// <summary>Loaded once, by the first test: no test changes it.</summary>
    public sealed class Loaded : IAsyncDisposable
    {
        private LoadedStore? _store;

        internal async Task<LoadedStore> StoreAsync(Delivery[] deliveries) => _store ??= await LoadedStore.LoadAsync<TEngine>(deliveries);

        public ValueTask DisposeAsync() => _store is null ? ValueTask.CompletedTask : _store.DisposeAsync();
    }
}
