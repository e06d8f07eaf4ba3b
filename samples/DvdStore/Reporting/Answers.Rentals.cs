using System.Text.Json.Nodes;

namespace DvdStore.Reporting;

internal sealed partial class Answers
{
    public async Task<JsonObject> RentalSnapshotAsync()
    {
        JsonObject snapshot = await ObjectAsync("""
            SELECT count(*) AS rows,
                   count(CASE WHEN is_returned THEN 1 END) AS returned,
                   count(CASE WHEN NOT is_returned THEN 1 END) AS open,
                   sum(days_out) AS sum_days_out_returned,
                   count(CASE WHEN is_late THEN 1 END) AS late,
                   count(CASE WHEN is_returned AND NOT is_late THEN 1 END) AS on_time,
                   sum(days_late) AS sum_days_late,
                   min(rented_at) AS min_rental_date,
                   (SELECT max(return_date) FROM enterprise.rental) AS max_return_date,
                   count(CASE WHEN amount_paid IS NULL THEN 1 END) AS rentals_without_payment,
                   (SELECT count(*)
                    FROM (SELECT rental_id FROM business.fact_payment WHERE rental_id IS NOT NULL GROUP BY rental_id HAVING count(*) > 1) AS repeated) AS rentals_with_more_than_one_payment
            FROM business.fact_rental
            """);
        snapshot["late_by_store"] = await ByFirstColumnAsync("""
            SELECT store.store_id, count(*) AS late
            FROM business.fact_rental AS rental
            JOIN business.dim_store AS store ON store.store_key = rental.store_key
            WHERE rental.is_late
            GROUP BY store.store_id
            ORDER BY store.store_id
            """);
        return snapshot;
    }

    public Task<JsonObject> RentalsByStoreMonthAsync() => ByFirstColumnAsync("""
        SELECT store.store_id || '|' || day.year_month AS store_month, sum(rental.rental_count) AS rentals
        FROM business.fact_rental AS rental
        JOIN business.dim_store AS store ON store.store_key = rental.store_key
        JOIN business.dim_date AS day ON day.date_key = rental.rental_date_key
        GROUP BY 1
        ORDER BY 1
        """);

    public Task<JsonObject> RentalsByReturnMonthAsync() => ByFirstColumnAsync("""
        SELECT CASE WHEN day.date_key < 0 THEN 'unknown' ELSE day.year_month END AS month, sum(rental.rental_count) AS rentals
        FROM business.fact_rental AS rental
        JOIN business.dim_date AS day ON day.date_key = rental.return_date_key
        GROUP BY 1
        ORDER BY 1
        """);

    public Task<JsonArray> TopFilmsAsync() => ArrayAsync($"""
        SELECT film.film_id, film.title, sum(rental.rental_count) AS rentals
        FROM business.fact_rental AS rental
        JOIN business.dim_film AS film ON film.film_key = rental.film_key
        WHERE film.film_key > 0
        GROUP BY film.film_id, film.title
        ORDER BY rentals DESC, film.title{InBytes}
        LIMIT 10
        """);

    public Task<JsonObject> TopFilmByStoreMonthAsync() => ByFirstColumnAsync($"""
        SELECT store_id || '|' || year_month AS store_month, title, rentals
        FROM (SELECT store.store_id, day.year_month, film.title, sum(rental.rental_count) AS rentals,
                     row_number() OVER (PARTITION BY store.store_id, day.year_month ORDER BY sum(rental.rental_count) DESC, film.title{InBytes}) AS place
              FROM business.fact_rental AS rental
              JOIN business.dim_film AS film ON film.film_key = rental.film_key
              JOIN business.dim_store AS store ON store.store_key = rental.store_key
              JOIN business.dim_date AS day ON day.date_key = rental.rental_date_key
              GROUP BY store.store_id, day.year_month, film.film_id, film.title) AS ranked
        WHERE place = 1
        ORDER BY store_month
        """);

    public async Task<JsonObject> InventorySnapshotAsync()
    {
        // A stock is never summed over time: this is its latest month end.
        JsonObject snapshot = await ObjectAsync("""
            SELECT sum(copies_owned) AS copies_total,
                   count(*) AS film_x_store_rows,
                   (SELECT count(*)
                    FROM business.dim_film AS film
                    WHERE film.is_current AND film.film_key > 0
                      AND NOT EXISTS (
                          SELECT 1
                          FROM business.fact_inventory_month_end AS stock
                          WHERE stock.film_id = film.film_id)) AS films_without_inventory
            FROM business.fact_inventory_month_end
            WHERE month_end = (SELECT max(month_end) FROM business.fact_inventory_month_end)
            """);
        snapshot["copies_by_store"] = await ByFirstColumnAsync("""
            SELECT store_id, sum(copies_owned) AS copies
            FROM business.fact_inventory_month_end
            WHERE month_end = (SELECT max(month_end) FROM business.fact_inventory_month_end)
            GROUP BY store_id
            ORDER BY store_id
            """);
        snapshot["copies_on_rent_end_of_day"] = await CopiesOnRentAsync();
        return snapshot;
    }

    // Month ends of months with rentals come from the periodic snapshot, the last day of rentals from the open rentals themselves.
    private async Task<JsonObject> CopiesOnRentAsync()
    {
        JsonObject days = await ByTwoColumnsAsync("""
            WITH on_rent AS (
                SELECT stock.month_end AS on_day, stock.store_id, sum(stock.copies_out) AS copies
                FROM business.fact_inventory_month_end AS stock
                JOIN business.dim_date AS day ON day.date_key = stock.month_end_date_key
                WHERE day.year_month IN (
                    SELECT rented.year_month
                    FROM business.fact_rental AS rental
                    JOIN business.dim_date AS rented ON rented.date_key = rental.rental_date_key
                )
                GROUP BY stock.month_end, stock.store_id
                UNION ALL
                SELECT last_day.date, store.store_id, count(*)
                FROM business.fact_rental AS rental
                JOIN business.dim_store AS store ON store.store_key = rental.store_key
                JOIN business.dim_date AS rented ON rented.date_key = rental.rental_date_key
                JOIN business.dim_date AS returned ON returned.date_key = rental.return_date_key
                CROSS JOIN (
                    SELECT max(day.date) AS date
                    FROM business.fact_rental AS latest
                    JOIN business.dim_date AS day ON day.date_key = latest.rental_date_key
                ) AS last_day
                WHERE rented.date <= last_day.date
                  AND (returned.date IS NULL OR returned.date > last_day.date)
                GROUP BY last_day.date, store.store_id
            )
            SELECT on_day, coalesce(CAST(store_id AS VARCHAR), 'all') AS store, CAST(sum(copies) AS BIGINT) AS copies
            FROM on_rent
            WHERE copies > 0
            GROUP BY GROUPING SETS ((on_day), (on_day, store_id))
            ORDER BY on_day, store DESC
            """);
        return days;
    }
}
