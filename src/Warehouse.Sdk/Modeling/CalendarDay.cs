using System.Globalization;

namespace Warehouse.Sdk;

/// <summary>One day of a date dimension.</summary>
public sealed record CalendarDay
{
    /// <summary>The surrogate key: the date as <c>yyyymmdd</c>, so that partitions and eyes can read it.</summary>
    public required int DateKey { get; init; }

    /// <summary>The date.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>1 to 31.</summary>
    public required int DayOfMonth { get; init; }

    /// <summary>1 to 366.</summary>
    public required int DayOfYear { get; init; }

    /// <summary>ISO 8601: Monday is 1, Sunday is 7.</summary>
    public required int IsoWeekday { get; init; }

    /// <summary>English name, such as <c>Monday</c>, whatever the culture of the machine.</summary>
    public required string WeekdayName { get; init; }

    /// <summary>Saturday or Sunday.</summary>
    public required bool IsWeekend { get; init; }

    /// <summary>The year that the ISO week belongs to; differs from the calendar year around New Year.</summary>
    public required int IsoYear { get; init; }

    /// <summary>ISO 8601 week, 1 to 53.</summary>
    public required int IsoWeek { get; init; }

    /// <summary>ISO year and week, such as <c>2005-W21</c>.</summary>
    public required string IsoYearWeek { get; init; }

    /// <summary>Week of the calendar year when weeks begin on Sunday and week 1 holds 1 January; 1 to 54.</summary>
    public required int SundayWeek { get; init; }

    /// <summary>The Sunday on or before the date.</summary>
    public required DateOnly SundayWeekStart { get; init; }

    /// <summary>1 to 12.</summary>
    public required int Month { get; init; }

    /// <summary>English name, such as <c>January</c>.</summary>
    public required string MonthName { get; init; }

    /// <summary>Year and month, such as <c>2005-05</c>.</summary>
    public required string YearMonth { get; init; }

    /// <summary>First day of the month.</summary>
    public required DateOnly MonthStart { get; init; }

    /// <summary>Last day of the month.</summary>
    public required DateOnly MonthEnd { get; init; }

    /// <summary>True on the last day of a month.</summary>
    public required bool IsMonthEnd { get; init; }

    /// <summary>1 to 4.</summary>
    public required int Quarter { get; init; }

    /// <summary>Year and quarter, such as <c>2005-Q2</c>.</summary>
    public required string YearQuarter { get; init; }

    /// <summary>Calendar year.</summary>
    public required int Year { get; init; }

    /// <summary>The fiscal year, named after the calendar year in which it ends.</summary>
    public required int FiscalYear { get; init; }

    /// <summary>Quarter of the fiscal year, 1 to 4.</summary>
    public required int FiscalQuarter { get; init; }

    /// <summary>Month of the fiscal year, 1 to 12.</summary>
    public required int FiscalMonth { get; init; }

    /// <summary>Works out everything about one date, the same on every machine and engine.</summary>
    /// <param name="date">The date.</param>
    /// <param name="fiscalStartMonth">The month in which the fiscal year begins, 1 to 12.</param>
    public static CalendarDay Of(DateOnly date, int fiscalStartMonth = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fiscalStartMonth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fiscalStartMonth, 12);
        CultureInfo invariant = CultureInfo.InvariantCulture;
        DateTime midnight = date.ToDateTime(TimeOnly.MinValue);
        int isoYear = ISOWeek.GetYear(midnight);
        int isoWeek = ISOWeek.GetWeekOfYear(midnight);
        int daysSinceSunday = (int)date.DayOfWeek;
        int quarter = ((date.Month - 1) / 3) + 1;
        int fiscalMonth = ((date.Month - fiscalStartMonth + 12) % 12) + 1;
        var monthStart = new DateOnly(date.Year, date.Month, 1);
        DateOnly monthEnd = monthStart.AddDays(DateTime.DaysInMonth(date.Year, date.Month) - 1);
        int weekdayOfNewYear = (int)new DateOnly(date.Year, 1, 1).DayOfWeek;

        return new CalendarDay
        {
            DateKey = (date.Year * 10_000) + (date.Month * 100) + date.Day,
            Date = date,
            DayOfMonth = date.Day,
            DayOfYear = date.DayOfYear,
            IsoWeekday = daysSinceSunday == 0 ? 7 : daysSinceSunday,
            WeekdayName = invariant.DateTimeFormat.GetDayName(date.DayOfWeek),
            IsWeekend = date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday,
            IsoYear = isoYear,
            IsoWeek = isoWeek,
            IsoYearWeek = string.Create(invariant, $"{isoYear:0000}-W{isoWeek:00}"),
            SundayWeek = ((date.DayOfYear - 1 + weekdayOfNewYear) / 7) + 1,
            // The first days of year 1 have no Sunday before them.
            SundayWeekStart = date.DayNumber >= daysSinceSunday ? date.AddDays(-daysSinceSunday) : DateOnly.MinValue,
            Month = date.Month,
            MonthName = invariant.DateTimeFormat.GetMonthName(date.Month),
            YearMonth = string.Create(invariant, $"{date.Year:0000}-{date.Month:00}"),
            MonthStart = monthStart,
            MonthEnd = monthEnd,
            IsMonthEnd = date == monthEnd,
            Quarter = quarter,
            YearQuarter = string.Create(invariant, $"{date.Year:0000}-Q{quarter}"),
            Year = date.Year,
            FiscalYear = fiscalStartMonth > 1 && date.Month >= fiscalStartMonth ? date.Year + 1 : date.Year,
            FiscalQuarter = ((fiscalMonth - 1) / 3) + 1,
            FiscalMonth = fiscalMonth,
        };
    }
}
