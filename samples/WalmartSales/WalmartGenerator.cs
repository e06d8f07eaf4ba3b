using System.Globalization;

namespace WalmartSales;

/// <summary>Writes three deliveries in the shape of the real ones. The same every time.</summary>
internal static class WalmartGenerator
{
    public const int Stores = 4, Products = 12, Days = 60, LateSales = 9, Changed = 2;

    public static DateOnly LastDay => new(2012, 12, 30);

    /// <returns>The folder that holds them.</returns>
    public static string Write(string folder)
    {
        var random = new Random(2012);
        DateOnly first = LastDay.AddDays(1 - Days);
        List<string> sales = [], late = [], stock = [];
        for (int day = 0; day < Days; day++)
        {
            for (int store = 1; store <= Stores; store++)
            {
                for (int product = 1; product <= Products; product++)
                {
                    DateOnly date = first.AddDays(day);
                    int onHand = random.Next(0, 60);
                    stock.Add(Text($"{date:yyyy-MM-dd},{store},{product},{onHand},{(onHand == 0 ? 1 : 0)}"));
                    if (random.Next(4) == 0)
                        continue;
                    // The last day came before its evening's sales did.
                    bool isLate = day == Days - 1 && late.Count < LateSales && product % 4 == 0;
                    (isLate ? late : sales).Add(Sale(sales.Count + late.Count + 1, date, store, product, random.Next(1, 40), random.Next(100, 9000)));
                }
            }
        }

        List<string> products = [.. Enumerable.Range(1, Products).Select(product => Text($"{product},product-{product},brand-{product % 5},category-{product % 3}"))];
        WriteFile(folder, "initial/store.csv", "store_key,store_desc,city,prov_state_desc,cntry_nm", Enumerable.Range(1, Stores).Select(store => Text($"{store},Store {store},City {store},Province {store % 2},CA")));
        WriteFile(folder, "initial/product.csv", ProductHeader, products);
        WriteFile(folder, "initial/calendar.csv", "cal_dt,yr_wk_num", Enumerable.Range(0, Days + 10).Select(day => first.AddDays(day)).Select(date => Text($"{date:yyyy-MM-dd},{(date.Year * 100) + ((date.DayOfYear - 1) / 7) + 1}")));
        WriteFile(folder, "initial/sales.csv", SalesHeader, sales);
        WriteFile(folder, "initial/inventory.csv", InventoryHeader, stock);

        WriteFile(folder, "delta/sales_new.csv", SalesHeader, [.. late, Sale(9001, LastDay.AddDays(1), 1, 3, 5, 400), Sale(9002, LastDay.AddDays(2), 2, Products + 1, 7, 900)]);
        WriteFile(folder, "delta/inventory_new.csv", InventoryHeader, [Text($"{LastDay.AddDays(1):yyyy-MM-dd},1,3,2,0"), Text($"{LastDay.AddDays(2):yyyy-MM-dd},2,4,0,1")]);
        WriteFile(folder, "delta/product.csv", ProductHeader, [.. products.Select((row, index) => index < Changed ? row.Replace("product-", "renamed-", StringComparison.Ordinal) : row), Text($"{Products + 1},product-{Products + 1},brand-new,category-0")]);
        WriteFile(folder, "delta_resend/sales_duplicates.csv", SalesHeader, sales.Take(6));
        return folder;
    }

    private const string ProductHeader = "prod_key,prod_name,brand_name,category_name";
    private const string SalesHeader = "trans_id,trans_dt,store_key,prod_key,sales_qty,sales_amt,sales_cost";
    private const string InventoryHeader = "cal_dt,store_key,prod_key,inventory_on_hand_qty,out_of_stock_flg";

    private static string Sale(int id, DateOnly date, int store, int product, int quantity, int cents)
        => Text($"{id},{date:yyyy-MM-dd},{store},{product},{quantity},{quantity * cents / 100m:0.00},{quantity * cents / 125m:0.00}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static void WriteFile(string folder, string name, string header, IEnumerable<string> rows)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllLines(path, rows.Prepend(header));
    }
}
