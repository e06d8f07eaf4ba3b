using System.Globalization;
using Spectre.Console;
using Warehouse.Sdk;

namespace DvdStore.Reporting;

/// <summary>A few answers that a shop's owner would ask for.</summary>
internal sealed class StoreReport(IWarehouse warehouse)
{
    public async Task<Table> RowCountsAsync()
    {
        Table table = RunSummary.New("The warehouse", ["table", "rows"]);
        foreach (LoadTarget target in warehouse.Model.Tables.Where(table => table.Zone == Zone.Business))
        {
            long rows = (await warehouse.QueryAsync<long>($"SELECT count(*) FROM {target.Name}"))[0];
            table.AddRow(target.Name.Name.Value, RunSummary.Number(rows));
        }

        return table;
    }

    public async Task<Table> RevenueByStoreAndMonthAsync()
    {
        var rows = await warehouse.QueryAsync<StoreMonth>("""
            SELECT store.store_id, day.year_month, sum(payment.amount) AS amount
            FROM business.fact_payment AS payment
            JOIN business.dim_store AS store ON store.store_key = payment.store_key
            JOIN business.dim_date AS day ON day.date_key = payment.payment_date_key
            GROUP BY store.store_id, day.year_month
            ORDER BY store.store_id NULLS LAST, day.year_month
            """);
        string[] months = [.. rows.Select(row => row.YearMonth).Distinct().Order(StringComparer.Ordinal)];
        Table table = RunSummary.New("Revenue by store and month", ["store", .. months, "total"]);
        foreach (var store in rows.GroupBy(row => row.StoreId))
        {
            table.AddRow(
            [
                store.Key is { } id ? FormattableString.Invariant($"store {id}") : "unknown",
                .. months.Select(month => Money(store.Where(row => row.YearMonth == month).Sum(row => row.Amount))),
                Money(store.Sum(row => row.Amount)),
            ]);
        }

        return table;
    }

    public async Task<Table> TopCustomersAsync()
    {
        Table table = RunSummary.New("Best customers", ["customer", "home", "payments", "amount"]);
        foreach (var row in await warehouse.QueryAsync<TopCustomer>("""
            SELECT current_version.first_name || ' ' || current_version.last_name AS name, current_version.city || ', ' || current_version.country AS home,
                   sum(payment.payment_count) AS payments, sum(payment.amount) AS amount
            FROM business.fact_payment AS payment
            JOIN business.dim_customer AS customer ON customer.customer_key = payment.customer_key
            JOIN business.dim_customer AS current_version ON current_version.customer_id = customer.customer_id AND current_version.is_current
            GROUP BY current_version.customer_id, current_version.first_name, current_version.last_name, current_version.city, current_version.country
            ORDER BY amount DESC, current_version.customer_id
            LIMIT 5
            """))
            table.AddRow(Markup.Escape(row.Name ?? "(not known yet)"), Markup.Escape(row.Home ?? string.Empty), RunSummary.Number(row.Payments), Money(row.Amount));
        return table;
    }

    public async Task<Table> StoresInDeclineAsync()
    {
        Table table = RunSummary.New("Stores in decline? Last full week against the four before", ["store", "last week", "average", "change", ""]);
        foreach (var row in await warehouse.QueryAsync<StoreTrend>("""
            WITH weekly AS (
                SELECT store.store_id, day.iso_year_week, sum(payment.amount) AS amount,
                       row_number() OVER (PARTITION BY store.store_id ORDER BY day.iso_year_week DESC) AS weeks_ago
                FROM business.fact_payment AS payment
                JOIN business.dim_store AS store ON store.store_key = payment.store_key
                JOIN business.dim_date AS day ON day.date_key = payment.payment_date_key
                WHERE store.store_key > 0
                  AND day.iso_year_week < (
                      SELECT max(latest.iso_year_week)
                      FROM business.fact_payment AS any_payment
                      JOIN business.dim_date AS latest ON latest.date_key = any_payment.payment_date_key
                  )
                GROUP BY store.store_id, day.iso_year_week
            )
            SELECT store_id, sum(CASE WHEN weeks_ago = 1 THEN amount END) AS last_week, CAST(avg(CASE WHEN weeks_ago BETWEEN 2 AND 5 THEN amount END) AS DECIMAL(18, 2)) AS average_before
            FROM weekly
            GROUP BY store_id
            HAVING count(*) > 1
            ORDER BY store_id
            """))
        {
            decimal change = row.AverageBefore == 0 ? 0 : (row.LastWeek / row.AverageBefore) - 1;
            table.AddRow(
                FormattableString.Invariant($"store {row.StoreId}"),
                Money(row.LastWeek),
                Money(row.AverageBefore),
                change.ToString("+0.0%;-0.0%", CultureInfo.InvariantCulture),
                change < -0.05m ? "[red]in decline[/]" : string.Empty);
        }

        return table;
    }

    private static string Money(decimal amount) => amount == 0 ? "[dim]-[/]" : amount.ToString("N2", CultureInfo.InvariantCulture);

    private sealed record StoreMonth
    {
        public int? StoreId { get; init; }

        public string YearMonth { get; init; } = string.Empty;

        public decimal Amount { get; init; }
    }

    private sealed record TopCustomer
    {
        public string? Name { get; init; }

        public string? Home { get; init; }

        public long Payments { get; init; }

        public decimal Amount { get; init; }
    }

    private sealed record StoreTrend
    {
        public int StoreId { get; init; }

        public decimal LastWeek { get; init; }

        public decimal AverageBefore { get; init; }
    }
}
