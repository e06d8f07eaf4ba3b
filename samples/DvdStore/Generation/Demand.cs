namespace DvdStore.Generation;

/// <summary>How many customers come to which store at what time.</summary>
internal static class Demand
{
    private const int OpensAt = 10 * 3600;
    private const int OpenSeconds = 12 * 3600;
    private const int VisitsPerStore = 30;

    /// <summary>The visits of a day in time order.</summary>
    public static Visit[] Visits(StoreRun run, SeededRandom random, int day)
    {
        var visits = new List<Visit>();
        int weekday = WeekdayPermille(run.Schedule.Date(day).DayOfWeek);
        foreach (LiveStore store in run.State.Stores)
        {
            long permille = (long)weekday * TrendPermille(store.Id, day) / 1000 * random.Between(920, 1080) / 1000;
            int count = (int)((VisitsPerStore * permille + 500) / 1000);
            for (int i = 0; i < count; i++)
                visits.Add(new Visit(OpensAt + random.Next(OpenSeconds), store));
        }

        return [.. visits.OrderBy(visit => visit.Second).ThenBy(visit => visit.Store.Id)];
    }

    private static int WeekdayPermille(DayOfWeek weekday) => weekday switch
    {
        DayOfWeek.Friday => 1200,
        DayOfWeek.Saturday => 1400,
        DayOfWeek.Sunday => 1150,
        _ => 815,
    };

    // Store 2, and at larger scales every even store, loses about 6 % of its first week's trade each week.
    private static int TrendPermille(int storeId, int day) =>
        storeId % 2 == 0 ? Math.Max(400, 1200 - 9 * (day + StoreSchedule.HistoryDays)) : 1100;
}

/// <summary>A customer at the desk.</summary>
internal readonly record struct Visit(int Second, LiveStore Store);
