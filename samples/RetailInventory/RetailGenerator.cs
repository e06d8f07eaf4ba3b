using System.Globalization;

namespace RetailInventory;

/// <summary>Writes two deliveries in the shape of TPC-DS: twelve weeks, and a thirteenth in which customers have moved. The same every time.</summary>
internal static class RetailGenerator
{
    public const int Items = 20, Customers = 50, Weeks = 13, Moved = 5, SalesADay = 24;

    private static readonly DateOnly First = new(2002, 9, 2);

    /// <returns>The folder that holds them.</returns>
    public static string Write(string folder)
    {
        var random = new Random(1998);
        foreach (var (name, from, to) in new[] { ("2002-11-24", 0, (Weeks - 1) * 7), ("2002-12-01", (Weeks - 1) * 7, Weeks * 7) })
        {
            string delivery = Path.Combine(folder, name);
            Directory.CreateDirectory(delivery);
            bool isFirst = from == 0;
            if (isFirst)
            {
                WriteFile(delivery, "date_dim", "d_date_sk,d_date", Enumerable.Range(0, Weeks * 7).Select(day => Text($"{day + 1},{First.AddDays(day):yyyy-MM-dd}")));
                WriteFile(delivery, "customer_address", "ca_address_sk,ca_city,ca_state,ca_country", Enumerable.Range(1, 10).Select(address => Text($"{address},City {address},State {address % 4},United States")));
                WriteFile(delivery, "item", "i_item_sk,i_item_id,i_rec_start_date,i_product_name,i_category,i_current_price", ItemRows());
            }

            WriteFile(delivery, "customer", "c_customer_sk,c_customer_id,c_current_addr_sk,c_first_name,c_last_name,c_email_address,c_preferred_cust_flag", CustomerRows(isFirst));
            string[] sales = [.. Enumerable.Range(from, to - from).SelectMany(day => Enumerable.Range(0, SalesADay).Select(number => Sale(random, day, (day * SalesADay) + number + 1)))];
            string[] Of(bool isWeb) => [.. sales.Where((_, index) => index % 4 == 0 == isWeb)];
            WriteFile(delivery, "catalog_sales", Prefixed("cs"), Of(isWeb: false));
            WriteFile(delivery, "web_sales", Prefixed("ws"), Of(isWeb: true));
            WriteFile(delivery, "inventory", "inv_date_sk,inv_item_sk,inv_warehouse_sk,inv_quantity_on_hand", from
                .To(to, step: 7)
                .SelectMany(day => Enumerable.Range(1, Items).Select(item => Text($"{day + 4},{item},1,{random.Next(0, 80)}"))));
        }

        return folder;
    }

    // Every fourth item has had another price before.
    private static IEnumerable<string> ItemRows() => Enumerable.Range(1, Items).Select(item => item % 4 == 0
        ? Text($"{item},ITEM{item - 1:000},2002-10-14,product-{item - 1},category-{(item - 1) % 3},{item * 1.75m:0.00}")
        : Text($"{item},ITEM{item:000},1997-10-27,product-{item},category-{item % 3},{item * 1.50m:0.00}"));

    private static IEnumerable<string> CustomerRows(bool isFirst) => Enumerable.Range(1, Customers).Select(customer =>
        Text($"{customer},CUST{customer:000},{((customer + (!isFirst && customer <= Moved ? 1 : 0)) % 10) + 1},First{customer},Last{customer},c{customer}@example.org,{(customer % 2 == 0 ? "Y" : "N")}"));

    private static string Sale(Random random, int day, int order)
    {
        int quantity = random.Next(1, 20);
        string customer = random.Next(20) == 0 ? string.Empty : Text($"{random.Next(1, Customers + 1)}");
        string date = random.Next(200) == 0 ? string.Empty : Text($"{day + 1}");
        return Text($"{order},{random.Next(1, Items + 1)},{date},{customer},{quantity},{quantity * random.Next(100, 5000) / 100m:0.00}");
    }

    private static string Prefixed(string prefix) => $"{prefix}_order_number,{prefix}_item_sk,{prefix}_sold_date_sk,{prefix}_bill_customer_sk,{prefix}_quantity,{prefix}_net_paid";

    private static IEnumerable<int> To(this int from, int to, int step) => Enumerable.Range(0, (to - from) / step).Select(index => from + (index * step));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void WriteFile(string folder, string name, string header, IEnumerable<string> rows) => File.WriteAllLines(Path.Combine(folder, name + ".csv"), rows.Prepend(header));
}
