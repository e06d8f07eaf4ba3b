using System.Text.Json.Nodes;

namespace DvdStore.Reporting;

internal sealed partial class Answers
{
    public Task<JsonObject> PaymentsTotalAsync() => ObjectAsync("""
        SELECT count(*) AS rows,
               sum(amount) AS amount,
               min(paid_at) AS min_payment_date,
               max(paid_at) AS max_payment_date,
               count(CASE WHEN amount = 0 THEN 1 END) AS zero_amount_rows
        FROM business.fact_payment
        """);

    public Task<JsonObject> RevenueByStoreAsync() => ByFirstColumnAsync("""
        SELECT coalesce(store.store_id, -1) AS store_id, sum(payment.payment_count) AS payments, sum(payment.amount) AS amount
        FROM business.fact_payment AS payment
        JOIN business.dim_store AS store ON store.store_key = payment.store_key
        GROUP BY 1
        ORDER BY 1
        """);

    public Task<JsonObject> RevenueByStaffAsync() => ByFirstColumnAsync("""
        SELECT staff.staff_id, sum(payment.payment_count) AS payments, sum(payment.amount) AS amount
        FROM business.fact_payment AS payment
        JOIN business.dim_staff AS staff ON staff.staff_key = payment.staff_key
        GROUP BY staff.staff_id
        ORDER BY staff.staff_id
        """);

    public Task<JsonObject> RevenueByMonthAsync() => ByFirstColumnAsync("""
        SELECT day.year_month, sum(payment.payment_count) AS payments, sum(payment.amount) AS amount
        FROM business.fact_payment AS payment
        JOIN business.dim_date AS day ON day.date_key = payment.payment_date_key
        GROUP BY day.year_month
        ORDER BY day.year_month
        """);

    public Task<JsonObject> RevenueByStoreMonthAsync() => ByFirstColumnAsync("""
        SELECT coalesce(store.store_id, -1) || '|' || day.year_month AS store_month, sum(payment.amount) AS amount
        FROM business.fact_payment AS payment
        JOIN business.dim_store AS store ON store.store_key = payment.store_key
        JOIN business.dim_date AS day ON day.date_key = payment.payment_date_key
        GROUP BY 1
        ORDER BY 1
        """);

    public Task<JsonObject> RevenueByCategoryAsync() => ByFirstColumnAsync("""
        SELECT CASE WHEN film.film_key = -1 THEN '(unknown)' ELSE film.category END AS category, sum(payment.payment_count) AS payments, sum(payment.amount) AS amount
        FROM business.fact_payment AS payment
        JOIN business.dim_film AS film ON film.film_key = payment.film_key
        GROUP BY 1
        ORDER BY amount DESC
        """);

    public Task<JsonObject> RevenueByRatingAsync() => ByFirstColumnAsync("""
        SELECT CASE WHEN film.film_key = -1 THEN '(unknown)' ELSE film.rating END AS rating, sum(payment.amount) AS amount
        FROM business.fact_payment AS payment
        JOIN business.dim_film AS film ON film.film_key = payment.film_key
        GROUP BY 1
        ORDER BY 1
        """);

    public Task<JsonArray> TopCustomersAsync() => ArrayAsync("""
        SELECT customer.customer_id, customer.first_name || ' ' || customer.last_name AS name, sum(payment.payment_count) AS payments, sum(payment.amount) AS amount
        FROM business.fact_payment AS payment
        JOIN business.dim_customer AS customer ON customer.customer_key = payment.customer_key
        WHERE customer.customer_key > 0
        GROUP BY customer.customer_id, customer.first_name, customer.last_name
        ORDER BY amount DESC, customer.customer_id
        LIMIT 10
        """);

    public async Task<JsonObject> TopCustomersByMonthAsync()
    {
        var months = new JsonObject();
        foreach (var row in await RowsAsync("""
            SELECT year_month, customer_id, payments, amount
            FROM (SELECT day.year_month, customer.customer_id, sum(payment.payment_count) AS payments, sum(payment.amount) AS amount,
                         row_number() OVER (PARTITION BY day.year_month ORDER BY sum(payment.amount) DESC, customer.customer_id) AS place
                  FROM business.fact_payment AS payment
                  JOIN business.dim_customer AS customer ON customer.customer_key = payment.customer_key
                  JOIN business.dim_date AS day ON day.date_key = payment.payment_date_key
                  WHERE customer.customer_key > 0
                  GROUP BY day.year_month, customer.customer_id) AS ranked
            WHERE place <= 3
            ORDER BY year_month, place
            """))
        {
            string month = Name(row[0].Value);
            if (months[month] is not JsonArray top)
                months[month] = top = [];
            top.Add(Object(row.Skip(1)));
        }

        return months;
    }

    public Task<JsonArray> RevenueByCountryAsync() => ArrayAsync("""
        SELECT customer.country, count(DISTINCT customer.customer_id) AS customers, sum(payment.amount) AS amount
        FROM business.fact_payment AS payment
        JOIN business.dim_customer AS customer ON customer.customer_key = payment.customer_key
        WHERE customer.customer_key > 0
        GROUP BY customer.country
        ORDER BY amount DESC
        LIMIT 10
        """);

    public async Task<JsonObject> DailyRevenueAsync()
    {
        JsonObject daily = await ObjectAsync("""
            SELECT count(DISTINCT payment_date_key) AS distinct_payment_days,
                   (SELECT count(*)
                    FROM (SELECT DISTINCT payment_date_key, store_key
                          FROM business.fact_payment) AS taken) AS rows_store_x_day
            FROM business.fact_payment
            """);
        daily["best_day"] = (await DaysAsync("amount DESC, date", 1))[0];
        daily["first_days"] = new JsonArray([.. await DaysAsync("date", 5)]);
        return daily;
    }

    private async Task<IReadOnlyList<JsonObject>> DaysAsync(string order, int count)
    {
        var days = await warehouse.QueryAsync<DayRevenue>($"""
            SELECT day.date, sum(payment.amount) AS amount
            FROM business.fact_payment AS payment
            JOIN business.dim_date AS day ON day.date_key = payment.payment_date_key
            GROUP BY day.date
            ORDER BY {order}
            LIMIT {count}
            """);
        return [.. days.Select(day => new JsonObject { ["date"] = Day(day.Date), ["amount"] = Node(day.Amount) })];
    }

    public Task<JsonObject> WeeklyRevenueByStoreAsync() => ByTwoColumnsAsync("""
        SELECT day.iso_year_week, coalesce(store.store_id, -1) AS store_id, sum(payment.amount) AS amount
        FROM business.fact_payment AS payment
        JOIN business.dim_store AS store ON store.store_key = payment.store_key
        JOIN business.dim_date AS day ON day.date_key = payment.payment_date_key
        GROUP BY 1, 2
        ORDER BY 1, 2
        """);

    public Task<JsonObject> TopStorePerWeekAsync() => ByFirstColumnAsync("""
        SELECT iso_year_week, store_id
        FROM (SELECT day.iso_year_week, store.store_id,
                     row_number() OVER (PARTITION BY day.iso_year_week ORDER BY sum(payment.amount) DESC, store.store_id) AS place
              FROM business.fact_payment AS payment
              JOIN business.dim_store AS store ON store.store_key = payment.store_key
              JOIN business.dim_date AS day ON day.date_key = payment.payment_date_key
              WHERE store.store_key > 0
              GROUP BY day.iso_year_week, store.store_id) AS ranked
        WHERE place = 1
        ORDER BY iso_year_week
        """);

    public Task<JsonObject> TopStaffPerMonthAsync() => ByFirstColumnAsync("""
        SELECT year_month, staff_id, amount
        FROM (SELECT day.year_month, staff.staff_id, sum(payment.amount) AS amount,
                     row_number() OVER (PARTITION BY day.year_month ORDER BY sum(payment.amount) DESC, staff.staff_id) AS place
              FROM business.fact_payment AS payment
              JOIN business.dim_staff AS staff ON staff.staff_key = payment.staff_key
              JOIN business.dim_date AS day ON day.date_key = payment.payment_date_key
              GROUP BY day.year_month, staff.staff_id) AS ranked
        WHERE place = 1
        ORDER BY year_month
        """);

    public async Task<JsonObject> BridgeFilmActorAsync()
    {
        JsonObject bridge = await ObjectAsync("""
            WITH film_revenue AS (
                SELECT film.film_id, sum(payment.amount) AS amount
                FROM business.fact_payment AS payment
                JOIN business.dim_film AS film ON film.film_key = payment.film_key
                WHERE film.film_key > 0
                GROUP BY film.film_id
            )
            SELECT (SELECT count(*) FROM business.bridge_film_actor WHERE actor_key > 0) AS rows,
                   (SELECT count(DISTINCT film_id) FROM business.bridge_film_actor WHERE actor_key > 0) AS films_with_actors,
                   (SELECT max(actors) FROM (SELECT count(*) AS actors FROM business.bridge_film_actor WHERE actor_key > 0 GROUP BY film_id) AS cast_size) AS max_actors_per_film,
                   sum(CASE WHEN bridge.actor_key > 0 THEN revenue.amount END) AS unweighted_revenue_sum_over_actors,
                   CAST(sum(CASE WHEN bridge.actor_key > 0 THEN revenue.amount * bridge.weight END) AS DECIMAL(18, 2)) AS revenue_of_films_with_actors_equals_weighted_sum,
                   CAST(sum(CASE WHEN bridge.actor_key = -1 THEN revenue.amount * bridge.weight END) AS DECIMAL(18, 2)) AS revenue_of_films_without_actors
            FROM business.bridge_film_actor AS bridge
            JOIN film_revenue AS revenue ON revenue.film_id = bridge.film_id
            """);
        bridge["films_without_actors"] = await ArrayAsync("SELECT film_id FROM business.bridge_film_actor WHERE actor_key = -1 ORDER BY film_id");
        bridge["top_5_actors_unweighted"] = await ArrayAsync("""
            SELECT actor.actor_id, actor.first_name || ' ' || actor.last_name AS name, sum(payment.amount) AS amount
            FROM business.fact_payment AS payment
            JOIN business.dim_film AS film ON film.film_key = payment.film_key
            JOIN business.bridge_film_actor AS bridge ON bridge.film_id = film.film_id
            JOIN business.dim_actor AS actor ON actor.actor_key = bridge.actor_key
            WHERE actor.actor_key > 0
            GROUP BY actor.actor_id, actor.first_name, actor.last_name
            ORDER BY amount DESC, actor.actor_id
            LIMIT 5
            """);
        return bridge;
    }

    private sealed record DayRevenue
    {
        public DateOnly Date { get; init; }

        public decimal Amount { get; init; }
    }
}
