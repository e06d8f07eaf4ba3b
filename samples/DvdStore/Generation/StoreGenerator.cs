namespace DvdStore.Generation;

/// <summary>Writes a DVD rental store, in the shape of the Sakila tables, as the daily exports of a source system.</summary>
internal static class StoreGenerator
{
    /// <summary>
    /// Writes <c>folder/yyyy-MM-dd/table.csv</c>: full tables on the first day; on later days full snapshots of changed
    /// member tables, <c>*_new.csv</c> rows to append and <c>rental_returned.csv</c> rows to replace.
    /// </summary>
    /// <remarks>CSV files that already are in one of the day folders of the period are removed.</remarks>
    public static GeneratedStore Generate(string folder, StoreOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Days, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Scale, 1, nameof(options));

        var run = new StoreRun(options);
        var simulation = new StoreSimulation(run);
        var days = new List<GeneratedDay>(options.Days);
        for (int day = 0; day < options.Days; day++)
        {
            DateOnly date = run.Schedule.Date(day);
            using (var export = new DayExport(folder, day, date))
            {
                simulation.RunDay(export);
                days.Add(new GeneratedDay(date, export.Folder));
            }

            if (day - 1 == run.Schedule.ResendDay)
                Resend(days[day - 1], days[day], run.Facts);
        }

        return new GeneratedStore(days, run.Facts);
    }

    private static void Resend(GeneratedDay from, GeneratedDay to, InjectedFacts facts)
    {
        string original = Path.Combine(from.Folder, "payment_new.csv");
        string resent = Path.Combine(to.Folder, "payment_new.resent.csv");
        File.Copy(original, resent);
        facts.ResentFile = new ResentFile(original, resent, Rows: File.ReadLines(original).Count() - 1);
    }
}
