namespace DvdStore.Generation;

/// <summary>Which day the things that happen only once or a few times fall on; day 0 is the first day.</summary>
/// <remarks>A day is null, or a list empty, when the period is too short for the event.</remarks>
internal sealed class StoreSchedule
{
    /// <summary>Days of rentals before the first day, so that the first load is not empty.</summary>
    public const int HistoryDays = 14;

    /// <summary>Days between the first rental of an orphan customer and their first snapshot.</summary>
    public const int OrphanDelay = 2;

    private readonly DateOnly _firstDay;

    public StoreSchedule(StoreOptions options)
    {
        int days = options.Days;
        _firstDay = options.FirstDay;
        ManagerChangeDay = days >= 2 ? days / 2 : null;
        NewStaffDay = days >= 2 ? Math.Max(1, days / 4) : null;
        ResendDay = days >= 3 ? Math.Max(1, days / 3) : null;
        OrphanDay = days >= 2 + OrphanDelay ? Math.Max(1, days * 2 / 5) : null;
        MalformedDays = days >= 2 ? SpreadMalformedDays(days, ResendDay) : [];
        UnlinkedPaymentDays = [-HistoryDays / 2, .. Enumerable.Range(1, 4).Select(part => days * part / 5)];
    }

    public int? ManagerChangeDay { get; }

    public int? NewStaffDay { get; }

    /// <summary>The payment file of this day comes again the next day.</summary>
    public int? ResendDay { get; }

    public int? OrphanDay { get; }

    public IReadOnlyList<int> MalformedDays { get; }

    public IReadOnlyList<int> UnlinkedPaymentDays { get; }

    public DateOnly Date(int day) => _firstDay.AddDays(day);

    public DateTime At(int day, int second) => Date(day).ToDateTime(TimeOnly.MinValue).AddSeconds(second);

    /// <summary>Members change before opening time: what a day's snapshot says holds for all rentals of that day.</summary>
    public DateTime Overnight(int day) => At(day, 6 * 3600);

    // A malformed row inside the resent file would have to be expected twice: move it to the day after.
    private static List<int> SpreadMalformedDays(int days, int? resendDay)
    {
        int count = Math.Max(1, days / 10);
        return [.. Enumerable.Range(0, count)
            .Select(i => 1 + (days - 1) * (2 * i + 1) / (2 * count))
            .Select(day => day == resendDay ? day + 1 : day)];
    }
}
