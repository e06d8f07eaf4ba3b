using System.Text.Json.Nodes;
using DvdStore.Loading;
using DvdStore.Reporting;

namespace DvdStore.Tests;

/// <summary>Every block of the expected answers, by SQL over the loaded star.</summary>
public abstract class SakilaAnswersTests<TEngine>(SakilaAnswersTests<TEngine>.Loaded loaded) : IClassFixture<SakilaAnswersTests<TEngine>.Loaded>
    where TEngine : IStoreEngine, new()
{
    // Words about the answers, not answers.
    private static readonly string[] Notes = ["note", "unknown_members"];

    [Theory]
    [MemberData(nameof(SakilaBlocks.All), MemberType = typeof(SakilaBlocks))]
    public async Task Block_agrees_with_the_expected_answers(string block)
    {
        JsonObject expected = SakilaData.ExpectedSakila;
        JsonObject answers = await loaded.AnswersAsync();
        Without(Notes, answers[block]!).Should().Be(Without(Notes, expected[block]!));
    }

    [Fact]
    public void No_block_is_left_out()
    {
        string[] elsewhere = ["_about", "payments_excluding_2006_02_14", "incremental_fact_payment_cuts"];
        _ = SakilaData.Sakila;
        SakilaData.ExpectedSakila.Select(block => block.Key).Should().BeEquivalentTo(SakilaBlocks.All.Select(row => row.Data).Concat(elsewhere));
    }

    [Fact]
    public async Task Payments_before_the_last_day_are_those_of_the_course_notes()
    {
        LoadedStore store = await loaded.StoreAsync();
        JsonObject expected = SakilaData.ExpectedSakila["payments_excluding_2006_02_14"]!.AsObject();
        (await store.ValueAsync<long>("SELECT count(*) FROM business.fact_payment WHERE payment_date_key < 20060214")).Should().Be((long)expected["rows"]!);
        (await store.ValueAsync<decimal>("SELECT sum(amount) FROM business.fact_payment WHERE payment_date_key < 20060214")).ToString("0.00", System.Globalization.CultureInfo.InvariantCulture)
            .Should().Be((string)expected["amount"]!);
    }

    [Fact]
    public async Task Revenue_is_the_same_by_store_staff_category_and_month_and_through_the_weighted_bridge()
    {
        LoadedStore store = await loaded.StoreAsync();
        decimal total = await store.ValueAsync<decimal>("SELECT sum(amount) FROM business.fact_payment");
        foreach (string link in new[]
        {
            "dim_store AS d ON d.store_key = p.store_key", "dim_staff AS d ON d.staff_key = p.staff_key", "dim_film AS d ON d.film_key = p.film_key",
            "dim_customer AS d ON d.customer_key = p.customer_key", "dim_date AS d ON d.date_key = p.payment_date_key", "dim_date AS d ON d.date_key = p.return_date_key",
        })
        {
            (await store.ValueAsync<decimal>($"SELECT sum(amount) FROM business.fact_payment AS p JOIN business.{link}")).Should().Be(total, link);
        }

        (await store.ValueAsync<decimal>("""
            SELECT CAST(sum(p.amount * b.weight) AS DECIMAL(18, 2))
            FROM business.fact_payment AS p
            JOIN business.dim_film AS f ON f.film_key = p.film_key
            JOIN business.bridge_film_actor AS b ON b.film_id = f.film_id
            """)).Should().Be(total - 9.95m, "payments without a film have no actors");
    }

    [Fact]
    public async Task The_zones_stand_in_schemas_of_their_own()
    {
        LoadedStore store = await loaded.StoreAsync();
        (await store.Warehouse.QueryAsync<string>("""
            SELECT DISTINCT lower(table_schema) AS table_schema
            FROM information_schema.tables
            WHERE table_catalog = current_database() AND lower(table_schema) NOT IN ('information_schema', 'pg_catalog', 'public', 'warehouse_work')
            ORDER BY table_schema
            """)).Should().Equal("business", "enterprise", "landing", "warehouse");
    }

    private static string Without(string[] names, JsonNode node)
    {
        JsonNode copy = Sorted(node)!;
        if (copy is JsonObject block)
        {
            foreach (string name in names)
                block.Remove(name);
        }

        return copy.ToJsonString();
    }

    private static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject block => new JsonObject(block.OrderBy(property => property.Key, StringComparer.Ordinal).Select(property => KeyValuePair.Create(property.Key, Sorted(property.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    public sealed class Loaded : IAsyncLifetime
    {
        private LoadedStore? _store;
        private JsonObject? _answers;

        public ValueTask InitializeAsync() => ValueTask.CompletedTask;

        // Loaded by the first test that asks, so that a missing folder skips the tests instead of failing the fixture.
        internal async Task<LoadedStore> StoreAsync() => _store ??= await LoadedStore.LoadAsync<TEngine>(new Delivery(SakilaData.Sakila, null));

        internal async Task<JsonObject> AnswersAsync() => _answers ??= await new Answers((await StoreAsync()).Warehouse).AllAsync();

        public async ValueTask DisposeAsync()
        {
            if (_store is not null)
                await _store.DisposeAsync();
        }
    }
}

/// <summary>The blocks of the expected answers.</summary>
public static class SakilaBlocks
{
    public static TheoryData<string> All =>
    [
        "source_row_counts", "warehouse_row_counts_initial_load", "payments_total", "revenue_by_store", "revenue_by_staff", "revenue_by_month",
        "revenue_by_store_month", "rentals_by_store_month", "revenue_by_category", "revenue_by_rating", "top_10_customers_all_time",
        "top_3_customers_by_month", "top_10_films_by_rentals", "top_film_by_store_month", "revenue_by_country_top_10", "daily_revenue",
        "weekly_revenue_by_store", "top_store_per_week", "top_staff_per_month", "rental_accumulating_snapshot", "rentals_by_return_month",
        "inventory_periodic_snapshot", "bridge_film_actor", "customer_dim_checks", "film_dim_checks", "data_quality_facts",
    ];
}
