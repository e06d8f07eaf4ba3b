using System.Globalization;
using Sylvan.Data.Csv;

namespace DvdStore.Loading;

/// <summary>The whole years that the date dimension must hold, read off the deliveries before anything is loaded.</summary>
internal static class DateRange
{
    private static readonly string[] EventColumns = ["rental_date", "return_date", "payment_date"];

    public static (DateOnly From, DateOnly To) Of(IReadOnlyList<Delivery> deliveries)
    {
        foreach (Delivery delivery in deliveries.Where(delivery => !Directory.Exists(delivery.Folder)))
            throw new ArgumentException($"There is no folder '{delivery.Folder}' (looked at {Path.GetFullPath(delivery.Folder)}). Nothing was loaded. Name a folder with CSV files in --data.");
        int[] years =
        [
            .. deliveries.Where(delivery => delivery.Date is not null).Select(delivery => delivery.Date!.Value.Year),
            .. deliveries.SelectMany(delivery => delivery.Files())
                .Where(file => file.Table is "rental" or "payment")
                .SelectMany(file => Years(file.Path)),
        ];
        return years.Length == 0
            ? throw new ArgumentException("The folders of --data hold no rentals or payments; nothing says which years the store was open.")
            : (new DateOnly(years.Min(), 1, 1), new DateOnly(years.Max(), 12, 31));
    }

    // Malformed rows are the loader's business; here they are passed over.
    private static IEnumerable<int> Years(string file)
    {
        using CsvDataReader reader = CsvDataReader.Create(file);
        int[] columns = [.. EventColumns.Select(name => Ordinal(reader, name)).Where(ordinal => ordinal >= 0)];
        int least = int.MaxValue;
        int greatest = int.MinValue;
        while (reader.Read())
        {
            foreach (int column in columns.Where(column => column < reader.RowFieldCount))
            {
                ReadOnlySpan<char> field = reader.GetFieldSpan(column);
                if (field.Length < 10 || !DateOnly.TryParseExact(field[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateOnly date))
                    continue;
                least = Math.Min(least, date.Year);
                greatest = Math.Max(greatest, date.Year);
            }
        }

        return greatest < least ? [] : [least, greatest];
    }

    private static int Ordinal(CsvDataReader reader, string name)
        => Enumerable.Range(0, reader.FieldCount).FirstOrDefault(ordinal => reader.GetName(ordinal) == name, -1);
}
