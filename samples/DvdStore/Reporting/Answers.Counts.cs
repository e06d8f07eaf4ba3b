using System.Text.Json.Nodes;

namespace DvdStore.Reporting;

internal sealed partial class Answers
{
    private static readonly string[] SourceTables =
    [
        "actor", "address", "category", "city", "country", "customer", "film", "film_actor", "film_category", "inventory", "language", "payment", "rental", "staff", "store",
    ];

    public Task<JsonObject> SourceRowCountsAsync()
        => ByFirstColumnAsync(string.Join("\nUNION ALL ", SourceTables.Select(table => $"SELECT '{table}' AS name, count(*) AS row_count FROM enterprise.{table}")));

    // Default members stand apart: they are there before any data.
    public Task<JsonObject> WarehouseRowCountsAsync() => ObjectAsync("""
        SELECT (SELECT count(*) FROM business.dim_date WHERE year IN (2005, 2006)) AS dim_date_2005_2006,
               (SELECT count(*) FROM business.dim_customer WHERE is_current AND customer_key > 0) AS dim_customer,
               (SELECT count(*) FROM business.dim_film WHERE is_current AND film_key > 0) AS dim_film,
               (SELECT count(*) FROM business.dim_actor WHERE actor_key > 0) AS dim_actor,
               (SELECT count(*) FROM business.dim_store WHERE store_key > 0) AS dim_store,
               (SELECT count(*) FROM business.dim_staff WHERE is_current AND staff_key > 0) AS dim_staff,
               (SELECT count(*) FROM business.dim_category WHERE category_key > 0) AS dim_category,
               (SELECT count(*) FROM business.dim_language WHERE language_key > 0) AS dim_language,
               (SELECT count(*) FROM business.bridge_film_actor WHERE actor_key > 0) AS bridge_film_actor,
               (SELECT count(*) FROM business.bridge_film_category WHERE category_key > 0) AS bridge_film_category,
               (SELECT count(*) FROM business.fact_payment) AS fact_payment,
               (SELECT count(*) FROM business.fact_rental) AS fact_rental,
               (SELECT count(*) FROM business.fact_payment WHERE store_key = -1 AND film_key = -1) AS fact_payment_with_unknown_store_and_film,
               (SELECT count(*) FROM business.fact_rental WHERE return_date_key < 0) AS fact_rental_with_unknown_return_date
        """);

    public async Task<JsonObject> CustomerChecksAsync()
    {
        JsonObject checks = await ObjectAsync("""
            SELECT count(CASE WHEN active THEN 1 END) AS active,
                   count(CASE WHEN NOT active THEN 1 END) AS inactive,
                   count(DISTINCT country) AS countries
            FROM business.dim_customer
            WHERE is_current AND customer_key > 0
            """);
        checks["by_home_store"] = await ByFirstColumnAsync("""
            SELECT store_id, count(*) AS customers
            FROM business.dim_customer
            WHERE is_current AND customer_key > 0 AND store_id IS NOT NULL
            GROUP BY store_id
            ORDER BY store_id
            """);
        return checks;
    }

    public async Task<JsonObject> FilmChecksAsync()
    {
        JsonObject checks = await ObjectAsync("""
            SELECT CAST(sum(rental_rate) AS DECIMAL(18, 2)) AS sum_rental_rate,
                   CAST(sum(replacement_cost) AS DECIMAL(18, 2)) AS sum_replacement_cost,
                   count(CASE WHEN original_language IS NULL THEN 1 END) AS original_language_null
            FROM business.dim_film
            WHERE is_current AND film_key > 0
            """);
        checks["by_rating"] = await ByFirstColumnAsync("""
            SELECT rating, count(*) AS films
            FROM business.dim_film
            WHERE is_current AND film_key > 0
            GROUP BY rating
            ORDER BY rating
            """);
        return checks;
    }

    public async Task<JsonObject> DataQualityAsync()
    {
        JsonObject facts = await ObjectAsync("""
            SELECT count(CASE WHEN payer.customer_id <> renter.customer_id THEN 1 END) AS payment_customer_differs_from_rental_customer,
                   count(CASE WHEN payment.paid_at < rental.rented_at THEN 1 END) AS payment_date_before_rental_date,
                   count(CASE WHEN payment.paid_at = rental.rented_at THEN 1 END) AS payment_date_equals_rental_date,
                   count(CASE WHEN cashier.staff_id <> clerk.staff_id THEN 1 END) AS staff_of_payment_differs_from_staff_of_rental,
                   (SELECT count(*)
                    FROM business.fact_rental AS rented
                    JOIN business.dim_staff AS staff ON staff.staff_key = rented.staff_key
                    JOIN business.dim_store AS store ON store.store_key = rented.store_key
                    WHERE staff.store_id <> store.store_id) AS rental_staff_store_differs_from_inventory_store,
                   (SELECT count(*)
                    FROM (SELECT 1
                          FROM business.dim_customer
                          WHERE is_current AND customer_key > 0
                          GROUP BY first_name, last_name
                          HAVING count(*) > 1) AS repeated) AS duplicate_customer_names
            FROM business.fact_payment AS payment
            JOIN business.fact_rental AS rental ON rental.rental_id = payment.rental_id
            JOIN business.dim_customer AS payer ON payer.customer_key = payment.customer_key
            JOIN business.dim_customer AS renter ON renter.customer_key = rental.customer_key
            JOIN business.dim_staff AS cashier ON cashier.staff_key = payment.staff_key
            JOIN business.dim_staff AS clerk ON clerk.staff_key = rental.staff_key
            """);
        facts["payments_with_null_rental"] = await ArrayAsync("SELECT payment_id FROM business.fact_payment WHERE rental_id IS NULL ORDER BY payment_id");
        facts["duplicate_actor_names"] = await ArrayAsync("""
            SELECT first_name || ' ' || last_name AS name
            FROM business.dim_actor
            WHERE actor_key > 0
            GROUP BY first_name, last_name
            HAVING count(*) > 1
            ORDER BY name
            """);
        return facts;
    }
}
