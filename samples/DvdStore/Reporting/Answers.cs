using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Warehouse.Sdk;

namespace DvdStore.Reporting;

/// <summary>Business answers by SQL over the star, as JSON. Money is decimal text; stores and films nobody knows are <c>-1</c> and <c>(unknown)</c>.</summary>
internal sealed partial class Answers(IWarehouse warehouse)
{
    public async Task<JsonObject> AllAsync() => new()
    {
        ["source_row_counts"] = await SourceRowCountsAsync(),
        ["warehouse_row_counts_initial_load"] = await WarehouseRowCountsAsync(),
        ["payments_total"] = await PaymentsTotalAsync(),
        ["revenue_by_store"] = await RevenueByStoreAsync(),
        ["revenue_by_staff"] = await RevenueByStaffAsync(),
        ["revenue_by_month"] = await RevenueByMonthAsync(),
        ["revenue_by_store_month"] = await RevenueByStoreMonthAsync(),
        ["rentals_by_store_month"] = await RentalsByStoreMonthAsync(),
        ["revenue_by_category"] = await RevenueByCategoryAsync(),
        ["revenue_by_rating"] = await RevenueByRatingAsync(),
        ["top_10_customers_all_time"] = await TopCustomersAsync(),
        ["top_3_customers_by_month"] = await TopCustomersByMonthAsync(),
        ["top_10_films_by_rentals"] = await TopFilmsAsync(),
        ["top_film_by_store_month"] = await TopFilmByStoreMonthAsync(),
        ["revenue_by_country_top_10"] = await RevenueByCountryAsync(),
        ["daily_revenue"] = await DailyRevenueAsync(),
        ["weekly_revenue_by_store"] = await WeeklyRevenueByStoreAsync(),
        ["top_store_per_week"] = await TopStorePerWeekAsync(),
        ["top_staff_per_month"] = await TopStaffPerMonthAsync(),
        ["rental_accumulating_snapshot"] = await RentalSnapshotAsync(),
        ["rentals_by_return_month"] = await RentalsByReturnMonthAsync(),
        ["inventory_periodic_snapshot"] = await InventorySnapshotAsync(),
        ["bridge_film_actor"] = await BridgeFilmActorAsync(),
        ["customer_dim_checks"] = await CustomerChecksAsync(),
        ["film_dim_checks"] = await FilmChecksAsync(),
        ["data_quality_facts"] = await DataQualityAsync(),
    };

    // PostgreSQL orders texts as its database's language does, the others by their bytes.
    private string InBytes => warehouse.SystemName == "postgresql" ? " COLLATE \"C\"" : string.Empty;

    // Snowflake writes names that are not quoted in capitals.
    private async Task<IReadOnlyList<IReadOnlyList<KeyValuePair<string, object?>>>> RowsAsync(string sql)
        => [.. (await warehouse.QueryAsync<dynamic>(sql)).Cast<IDictionary<string, object?>>().Select(row => row.Select(column => KeyValuePair.Create(column.Key.ToLowerInvariant(), column.Value)).ToArray())];

    /// <summary>The first column names a property, the others are its value: one alone as it is, several as an object.</summary>
    private async Task<JsonObject> ByFirstColumnAsync(string sql)
    {
        var result = new JsonObject();
        foreach (var row in await RowsAsync(sql))
        {
            var (name, rest) = (Name(row[0].Value), row.Skip(1).ToList());
            result[name] = rest.Count == 1 ? Node(rest[0].Value) : Object(rest);
        }

        return result;
    }

    /// <summary>As <see cref="ByFirstColumnAsync"/>, a level deeper: the first column names an object, the second its property.</summary>
    private async Task<JsonObject> ByTwoColumnsAsync(string sql)
    {
        var result = new JsonObject();
        foreach (var row in await RowsAsync(sql))
        {
            string name = Name(row[0].Value);
            if (result[name] is not JsonObject inner)
                result[name] = inner = [];
            inner[Name(row[1].Value)] = Node(row[2].Value);
        }

        return result;
    }

    private async Task<JsonArray> ArrayAsync(string sql)
    {
        var result = new JsonArray();
        foreach (var row in await RowsAsync(sql))
            result.Add(row.Count == 1 ? Node(row[0].Value) : Object(row));
        return result;
    }

    private async Task<JsonObject> ObjectAsync(string sql) => Object((await RowsAsync(sql))[0]);

    private static JsonObject Object(IEnumerable<KeyValuePair<string, object?>> columns)
        => new(columns.Select(column => KeyValuePair.Create<string, JsonNode?>(column.Key, Node(column.Value))));

    private static string Name(object? value) => value switch
    {
        DateOnly date => Day(date),
        DateTime time => Day(DateOnly.FromDateTime(time)),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Day(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static JsonValue? Node(object? value) => value switch
    {
        null or DBNull => null,
        decimal money => JsonValue.Create(money.ToString("0.00", CultureInfo.InvariantCulture)),
        DateTime time => JsonValue.Create(time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
        DateOnly date => JsonValue.Create(Day(date)),
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        // Sums of whole numbers come as numbers of any length.
        BigInteger number => JsonValue.Create((long)number),
        _ => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
    };
}
