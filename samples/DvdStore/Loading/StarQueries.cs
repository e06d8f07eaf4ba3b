namespace DvdStore.Loading;

/// <summary>From the enterprise zone to the star: one whole query per table.</summary>
internal static class StarQueries
{
    public const string Customer = """
        SELECT customer.customer_id, customer.first_name, customer.last_name, customer.email,
               address.address, address.address2, address.district, city.city, country.country, address.postal_code, address.phone,
               customer.store_id, customer.active, customer.create_date
        FROM enterprise.customer AS customer
        LEFT JOIN enterprise.address AS address ON address.address_id = customer.address_id
        LEFT JOIN enterprise.city AS city ON city.city_id = address.city_id
        LEFT JOIN enterprise.country AS country ON country.country_id = city.country_id
        """;

    public const string Film = """
        SELECT film.film_id, film.title, film.description, film.release_year, language.name AS language, original.name AS original_language,
               category.name AS category, film.length, film.special_features, film.rental_rate, film.rental_duration, film.replacement_cost, film.rating
        FROM enterprise.film AS film
        LEFT JOIN enterprise.language AS language ON language.language_id = film.language_id
        LEFT JOIN enterprise.language AS original ON original.language_id = film.original_language_id
        LEFT JOIN (
            SELECT film_id, min(category_id) AS category_id
            FROM enterprise.film_category
            GROUP BY film_id
        ) AS first_category ON first_category.film_id = film.film_id
        LEFT JOIN enterprise.category AS category ON category.category_id = first_category.category_id
        """;

    public const string Store = """
        SELECT store.store_id, address.address, city.city, country.country, manager.first_name || ' ' || manager.last_name AS manager_name, store.manager_staff_id
        FROM enterprise.store AS store
        LEFT JOIN enterprise.staff AS manager ON manager.staff_id = store.manager_staff_id
        LEFT JOIN enterprise.address AS address ON address.address_id = store.address_id
        LEFT JOIN enterprise.city AS city ON city.city_id = address.city_id
        LEFT JOIN enterprise.country AS country ON country.country_id = city.country_id
        """;

    public const string Staff = """
        SELECT staff.staff_id, staff.first_name, staff.last_name, staff.email, staff.username, address.address, staff.store_id, staff.active
        FROM enterprise.staff AS staff
        LEFT JOIN enterprise.address AS address ON address.address_id = staff.address_id
        """;

    public const string Actor = "SELECT actor_id, first_name, last_name FROM enterprise.actor";

    public const string Category = "SELECT category_id, name FROM enterprise.category";

    public const string Language = "SELECT language_id, name FROM enterprise.language";

    public const string RentalStatus = """
        SELECT is_returned, is_late, is_paid,
               CASE WHEN is_returned THEN 'returned' ELSE 'open' END
                   || CASE WHEN is_late THEN ', late' ELSE ', in time' END
                   || CASE WHEN is_paid THEN ', paid' ELSE ', unpaid' END AS description
        FROM (VALUES (TRUE), (FALSE)) AS returned(is_returned)
        CROSS JOIN (VALUES (TRUE), (FALSE)) AS late(is_late)
        CROSS JOIN (VALUES (TRUE), (FALSE)) AS paid(is_paid)
        """;

    public const string FilmActor = "SELECT film_id, actor_id FROM enterprise.film_actor";

    public const string FilmCategory = "SELECT film_id, category_id FROM enterprise.film_category";

    // The store is the one the copy belongs to, not the one its clerk works in: they differ on half of all rentals.
    public const string Payment = """
        SELECT payment.payment_id, payment.rental_id, payment.customer_id, inventory.film_id, inventory.store_id, payment.staff_id,
               payment.payment_date AS paid_at, rental.rental_date AS rented_at, rental.return_date AS returned_at,
               payment.amount, 1 AS payment_count
        FROM enterprise.payment AS payment
        LEFT JOIN enterprise.rental AS rental ON rental.rental_id = payment.rental_id
        LEFT JOIN enterprise.inventory AS inventory ON inventory.inventory_id = rental.inventory_id
        """;

    // A rental is due by the terms the film had when it went out.
    public static string Rental(string engine) => $"""
        WITH paid AS (
            SELECT rental_id, sum(amount) AS amount_paid
            FROM enterprise.payment
            WHERE rental_id IS NOT NULL
            GROUP BY rental_id
        ),
        terms AS (
            SELECT rental.rental_id, rental.inventory_id, rental.customer_id, inventory.film_id, inventory.store_id, rental.staff_id,
                   rental.rental_date AS rented_at, rental.return_date AS returned_at, film.rental_duration,
                   CAST(rental.return_date AS DATE) - CAST(rental.rental_date AS DATE) AS days_out
            FROM enterprise.rental AS rental
            LEFT JOIN enterprise.inventory AS inventory ON inventory.inventory_id = rental.inventory_id
            LEFT JOIN business.dim_film AS film
                ON film.film_id = inventory.film_id
               AND film.valid_from <= rental.rental_date
               AND (film.valid_to IS NULL OR rental.rental_date < film.valid_to)
        )
        SELECT terms.rental_id, terms.inventory_id, terms.customer_id, terms.film_id, terms.store_id, terms.staff_id, terms.rented_at,
               {DaysLater(engine, "terms.rented_at", "terms.rental_duration")} AS due_at,
               terms.returned_at,
               terms.returned_at IS NOT NULL AS is_returned,
               coalesce(terms.days_out > terms.rental_duration, FALSE) AS is_late,
               paid.amount_paid IS NOT NULL AS is_paid,
               1 AS rental_count,
               terms.days_out,
               CASE WHEN terms.returned_at IS NOT NULL THEN greatest(terms.days_out - terms.rental_duration, 0) END AS days_late,
               paid.amount_paid
        FROM terms
        LEFT JOIN paid ON paid.rental_id = terms.rental_id
        """;

    // The one thing here that no two engines write alike.
    private static string DaysLater(string engine, string time, string days)
        => engine == "snowflake" ? $"DATEADD(day, {days}, {time})" : $"{time} + {days} * INTERVAL '1 day'";

    // A periodic snapshot is taken once, when its month is over; months that were taken are not taken again.
    public const string InventoryMonthEnd = """
        WITH month_ends AS (
            SELECT dim_date.date AS month_end
            FROM business.dim_date AS dim_date
            WHERE dim_date.is_month_end
              AND dim_date.date >= (SELECT CAST(min(rental_date) AS DATE) FROM enterprise.rental)
              AND dim_date.date < (SELECT CAST(max(rental_date) AS DATE) FROM enterprise.rental)
              AND NOT EXISTS (SELECT 1 FROM business.fact_inventory_month_end AS taken WHERE taken.month_end = dim_date.date)
        ),
        owned AS (
            SELECT inventory.film_id, inventory.store_id, month_ends.month_end, count(*) AS copies_owned
            FROM enterprise.inventory AS inventory
            CROSS JOIN month_ends
            GROUP BY inventory.film_id, inventory.store_id, month_ends.month_end
        ),
        rented_out AS (
            SELECT inventory.film_id, inventory.store_id, month_ends.month_end, count(*) AS copies_out
            FROM enterprise.rental AS rental
            JOIN enterprise.inventory AS inventory ON inventory.inventory_id = rental.inventory_id
            JOIN month_ends
                ON CAST(rental.rental_date AS DATE) <= month_ends.month_end
               AND (rental.return_date IS NULL OR CAST(rental.return_date AS DATE) > month_ends.month_end)
            GROUP BY inventory.film_id, inventory.store_id, month_ends.month_end
        )
        SELECT owned.film_id, owned.store_id, owned.month_end, owned.copies_owned,
               coalesce(rented_out.copies_out, 0) AS copies_out,
               owned.copies_owned - coalesce(rented_out.copies_out, 0) AS copies_available
        FROM owned
        LEFT JOIN rented_out
            ON rented_out.film_id = owned.film_id
           AND rented_out.store_id = owned.store_id
           AND rented_out.month_end = owned.month_end
        """;
}
