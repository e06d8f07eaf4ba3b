using System.Globalization;

namespace Warehouse.Sdk.Tests;

public sealed class CalendarDayTests
{
    [Theory]
    // A Saturday that still belongs to the old ISO year.
    [InlineData("2005-01-01", "2004-W53", 6, 1, "2004-12-26", "Saturday", 1)]
    [InlineData("2005-01-02", "2004-W53", 7, 2, "2005-01-02", "Sunday", 2)]
    [InlineData("2005-01-03", "2005-W01", 1, 2, "2005-01-02", "Monday", 3)]
    [InlineData("2008-12-29", "2009-W01", 1, 53, "2008-12-28", "Monday", 364)]
    [InlineData("2020-12-31", "2020-W53", 4, 53, "2020-12-27", "Thursday", 366)]
    [InlineData("2021-01-03", "2020-W53", 7, 2, "2021-01-03", "Sunday", 3)]
    [InlineData("2021-01-04", "2021-W01", 1, 2, "2021-01-03", "Monday", 4)]
    [InlineData("2024-02-29", "2024-W09", 4, 9, "2024-02-25", "Thursday", 60)]
    [InlineData("2026-01-01", "2026-W01", 4, 1, "2025-12-28", "Thursday", 1)]
    // A leap year that begins on a Saturday has 54 weeks that begin on Sunday.
    [InlineData("2000-01-01", "1999-W52", 6, 1, "1999-12-26", "Saturday", 1)]
    [InlineData("2000-12-31", "2000-W52", 7, 54, "2000-12-31", "Sunday", 366)]
    [InlineData("2028-12-31", "2028-W52", 7, 54, "2028-12-31", "Sunday", 366)]
    public void Weeks_are_those_of_the_calendars_on_the_wall(string date, string isoYearWeek, int isoWeekday, int sundayWeek, string sundayWeekStart, string weekday, int dayOfYear)
    {
        CalendarDay day = Of(date);

        day.IsoYearWeek.Should().Be(isoYearWeek);
        day.IsoYear.Should().Be(int.Parse(isoYearWeek[..4], CultureInfo.InvariantCulture));
        day.IsoWeek.Should().Be(int.Parse(isoYearWeek[6..], CultureInfo.InvariantCulture));
        day.IsoWeekday.Should().Be(isoWeekday);
        day.SundayWeek.Should().Be(sundayWeek);
        day.SundayWeekStart.Should().Be(Date(sundayWeekStart));
        day.WeekdayName.Should().Be(weekday);
        day.DayOfYear.Should().Be(dayOfYear);
        day.IsWeekend.Should().Be(weekday is "Saturday" or "Sunday");
    }

    [Theory]
    [InlineData("2024-06-30", 1, 2024, 2, 6)]
    [InlineData("2024-06-30", 7, 2024, 4, 12)]
    [InlineData("2024-07-01", 7, 2025, 1, 1)]
    [InlineData("2024-12-31", 7, 2025, 2, 6)]
    [InlineData("2025-01-01", 7, 2025, 3, 7)]
    [InlineData("2024-09-30", 10, 2024, 4, 12)]
    [InlineData("2024-10-01", 10, 2025, 1, 1)]
    [InlineData("2024-02-29", 10, 2024, 2, 5)]
    [InlineData("2024-12-31", 12, 2025, 1, 1)]
    [InlineData("2024-11-30", 12, 2024, 4, 12)]
    public void A_fiscal_year_is_named_after_the_year_it_ends_in(string date, int startMonth, int year, int quarter, int month)
    {
        CalendarDay day = Of(date, startMonth);

        (day.FiscalYear, day.FiscalQuarter, day.FiscalMonth).Should().Be((year, quarter, month));
    }

    [Theory]
    [InlineData("2023-02-28", true)]
    [InlineData("2024-02-28", false)]
    [InlineData("2024-02-29", true)]
    [InlineData("1900-02-28", true)]
    [InlineData("2000-02-28", false)]
    [InlineData("2024-04-30", true)]
    [InlineData("2024-12-31", true)]
    [InlineData("2024-12-30", false)]
    public void Months_end_where_they_end(string date, bool isMonthEnd) => Of(date).IsMonthEnd.Should().Be(isMonthEnd);

    [Fact]
    public void One_day_in_full()
        => Of("2024-02-29", 7).Should().Be(new CalendarDay
        {
            DateKey = 20240229,
            Date = new DateOnly(2024, 2, 29),
            DayOfMonth = 29,
            DayOfYear = 60,
            IsoWeekday = 4,
            WeekdayName = "Thursday",
            IsWeekend = false,
            IsoYear = 2024,
            IsoWeek = 9,
            IsoYearWeek = "2024-W09",
            SundayWeek = 9,
            SundayWeekStart = new DateOnly(2024, 2, 25),
            Month = 2,
            MonthName = "February",
            YearMonth = "2024-02",
            MonthStart = new DateOnly(2024, 2, 1),
            MonthEnd = new DateOnly(2024, 2, 29),
            IsMonthEnd = true,
            Quarter = 1,
            YearQuarter = "2024-Q1",
            Year = 2024,
            FiscalYear = 2024,
            FiscalQuarter = 3,
            FiscalMonth = 8,
        });

    [Theory]
    [InlineData("da-DK")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("th-TH")]
    [InlineData("fa-IR")]
    public void A_day_is_the_same_in_every_culture(string culture)
    {
        CalendarDay[] expected = [.. SomeDays().Select(date => CalendarDay.Of(date, 7))];
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            SomeDays().Select(date => CalendarDay.Of(date, 7)).Should().Equal(expected);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Every_day_of_two_centuries_agrees_with_the_framework_and_with_the_day_before()
    {
        CalendarDay before = CalendarDay.Of(new DateOnly(1899, 12, 31), 10);
        for (var date = new DateOnly(1900, 1, 1); date <= new DateOnly(2100, 12, 31); date = date.AddDays(1))
        {
            CalendarDay day = CalendarDay.Of(date, 10);
            DateTime midnight = date.ToDateTime(TimeOnly.MinValue);

            Check(date, day.IsoYear == ISOWeek.GetYear(midnight) && day.IsoWeek == ISOWeek.GetWeekOfYear(midnight), "ISO week");
            Check(date, ISOWeek.ToDateTime(day.IsoYear, day.IsoWeek, date.DayOfWeek) == midnight, "the ISO week leads back to the date");
            Check(date, day.IsoWeek == (day.IsoWeekday == 1 && day.IsoYear == before.IsoYear ? before.IsoWeek + 1 : day.IsoWeekday == 1 ? 1 : before.IsoWeek), "an ISO week follows the one before");
            Check(date, day.SundayWeek == CultureInfo.InvariantCulture.Calendar.GetWeekOfYear(midnight, CalendarWeekRule.FirstDay, DayOfWeek.Sunday), "Sunday week");
            Check(date, day.SundayWeekStart.DayOfWeek == DayOfWeek.Sunday && date.DayNumber - day.SundayWeekStart.DayNumber is >= 0 and < 7, "the Sunday before");
            Check(date, day.MonthEnd.AddDays(1).Day == 1 && day.MonthStart.Day == 1 && day.MonthStart <= date && date <= day.MonthEnd, "the month's ends");
            Check(date, day.IsMonthEnd == (date.AddDays(1).Month != date.Month), "the month's end");
            Check(date, day.DateKey > before.DateKey && day.DateKey == int.Parse(date.ToString("yyyyMMdd", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture), "the key");
            Check(date, day.Quarter is >= 1 and <= 4 && (day.Month - 1) / 3 == day.Quarter - 1, "quarter");
            Check(date, day.FiscalQuarter == ((day.FiscalMonth - 1) / 3) + 1 && day.FiscalMonth is >= 1 and <= 12, "fiscal quarter");
            Check(date, (day.FiscalYear == before.FiscalYear) != (date is { Month: 10, Day: 1 }), "a fiscal year begins once a year");
            Check(date, day.IsWeekend == day.IsoWeekday >= 6, "weekend");
            before = day;
        }
    }

    [Fact]
    public void The_first_and_the_last_day_of_time_have_calendar_days()
    {
        CalendarDay.Of(DateOnly.MinValue).Should().Match<CalendarDay>(day => day.DateKey == 10101 && day.IsoYearWeek == "0001-W01" && day.SundayWeekStart == DateOnly.MinValue);
        CalendarDay.Of(DateOnly.MaxValue).Should().Match<CalendarDay>(day => day.DateKey == 99991231 && day.IsoYearWeek == "9999-W52" && day.MonthEnd == DateOnly.MaxValue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(13)]
    public void A_fiscal_year_cannot_begin_outside_the_year(int month)
    {
        Action of = () => CalendarDay.Of(new DateOnly(2024, 1, 1), month);

        of.Should().Throw<ArgumentOutOfRangeException>();
    }

    private static IEnumerable<DateOnly> SomeDays() => Enumerable.Range(0, 400).Select(number => new DateOnly(2019, 12, 1).AddDays(number * 7));

    private static void Check(DateOnly date, bool holds, string what)
    {
        if (!holds)
            Assert.Fail(FormattableString.Invariant($"{date:yyyy-MM-dd}: {what}"));
    }

    private static CalendarDay Of(string date, int fiscalStartMonth = 1) => CalendarDay.Of(Date(date), fiscalStartMonth);

    private static DateOnly Date(string date) => DateOnly.ParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
