using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

/// <summary>
/// A date dimension that the SDK fills itself when the model is deployed: one row per day of its range, keyed <c>yyyymmdd</c>, and the
/// default members. A later deployment with a wider range adds the missing days. Immutable.
/// </summary>
public sealed class DateDimension : LoadTarget
{
    internal DateDimension(TableSchema schema, RowShape rows, ModelConventions conventions, DateOnly from, DateOnly to, int fiscalStartMonth)
        : base(Zone.Business, schema, rows, conventions)
    {
        From = from;
        To = to;
        FiscalStartMonth = fiscalStartMonth;
    }

    /// <summary>First day.</summary>
    public DateOnly From { get; }

    /// <summary>Last day.</summary>
    public DateOnly To { get; }

    /// <summary>The month in which the fiscal year begins, 1 to 12. The default is 1.</summary>
    public int FiscalStartMonth { get; }

    /// <summary>The members that stand for no date: unknown, not applicable, not happened yet.</summary>
    public IReadOnlyList<DefaultMember> DefaultMembers { get; } = [DefaultMember.Unknown, DefaultMember.NotApplicable, DefaultMember.NotHappenedYet];

    internal Identifier Key { get; } = Identifier.SnakeCase(nameof(CalendarDay.DateKey));

    internal Identifier Date { get; } = Identifier.SnakeCase(nameof(CalendarDay.Date));

    /// <summary>The days of the range in order.</summary>
    public IEnumerable<CalendarDay> Days()
    {
        for (int day = From.DayNumber; day <= To.DayNumber; day++)
            yield return CalendarDay.Of(DateOnly.FromDayNumber(day), FiscalStartMonth);
    }

    internal static DateDimension Create(string name, DateOnly from, DateOnly to, int fiscalStartMonth, PhysicalOptions physical, ModelConventions conventions, ModelProblems problems)
    {
        problems.Expect(from <= to, name, FormattableString.Invariant($"its range begins {from:yyyy-MM-dd} and ends before that, {to:yyyy-MM-dd}"));
        problems.Expect(fiscalStartMonth is >= 1 and <= 12, name, FormattableString.Invariant($"its fiscal year begins in month {fiscalStartMonth}; 1 to 12 is possible"));
        SourceColumn[] columns = [.. RowShape.ReadableProperties(typeof(CalendarDay))
            .Select(property => new SourceColumn(Identifier.SnakeCase(property.Name), ColumnType.FromClr(property.PropertyType, conventions.DecimalType)!.Value) { Property = property })];
        Column[] target = [.. columns.Select(column => new Column(column.Name, column.Type, IsNullable: column.Name != Identifier.SnakeCase(nameof(CalendarDay.DateKey))))];
        var schema = new TableSchema(new QualifiedName(conventions.BusinessSchema, name), target, [Identifier.SnakeCase(nameof(CalendarDay.DateKey))])
        {
            Comment = "One row per day; conformed.",
        };
        return new DateDimension(PhysicalBuilder.Apply(physical, schema, name, problems), new RowShape(typeof(CalendarDay), columns), conventions, from, to, fiscalStartMonth);
    }
}
