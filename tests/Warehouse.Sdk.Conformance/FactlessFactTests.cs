using static Warehouse.Sdk.Conformance.Shop;

namespace Warehouse.Sdk.Conformance;

/// <summary>Factless facts: what happened, what could have happened, and the difference (Kimball, "Factless Fact Tables").</summary>
public abstract class FactlessFactTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Fact]
    public async Task Q08_Attendance_sent_twice_is_one_row_and_coverage_without_it_is_what_did_not_happen()
    {
        Dimension<StudentRow> student = null!;
        Fact<AttendanceRow> attendance = null!, coverage = null!;
        var model = DimensionalModel.Create("school", builder =>
        {
            DateDimension date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 1, 31));
            student = builder.Dimension<StudentRow>("dim_student", d => d.NaturalKey(row => row.StudentId).Type1(row => row.Name));
            Fact<AttendanceRow> Factless(string name, string grain) => builder.Fact<AttendanceRow>(name, f => f
                .Grain(grain, row => row.StudentId, row => row.Course, row => row.Day)
                .Date(date, row => row.Day)
                .Dimension(student, row => row.StudentId));
            attendance = Factless("fact_attendance", "one student who came to one course on one day");
            coverage = Factless("fact_coverage", "one student who was to come to one course on one day");
        });
        await using IWarehouse warehouse = await store.OpenAsync(model);
        await warehouse.LoadAsync(student, [new(1, "Ada"), new(2, "Bo")]);
        await warehouse.LoadAsync(coverage, [new(1, "SQL", Day(2)), new(2, "SQL", Day(2)), new(1, "SQL", Day(3)), new(2, "SQL", Day(3))]);

        LoadReport once = await warehouse.LoadAsync(attendance, [new(1, "SQL", Day(2)), new(1, "SQL", Day(2)), new(2, "SQL", Day(3))]);
        LoadReport twice = await warehouse.LoadAsync(attendance, [new(1, "SQL", Day(2)), new(2, "SQL", Day(3))]);

        once.Counts.Should().Be(new LoadCounts { Read = 3, Inserted = 2, Duplicates = 1 });
        twice.Outcome.Should().Be(LoadOutcome.NothingChanged);
        await warehouse.ExpectAsync("""
            SELECT student.name, absent.course, absent.day
            FROM (
                SELECT student_key, course, day FROM business.fact_coverage
                EXCEPT
                SELECT student_key, course, day FROM business.fact_attendance
            ) AS absent
            JOIN business.dim_student AS student ON student.student_key = absent.student_key
            ORDER BY student.name
            """, """
            name | course | day
            Ada  | SQL    | 2024-01-03
            Bo   | SQL    | 2024-01-02
            """);
        (await warehouse.VerifyAsync()).ToString().Should().EndWith("no findings");
    }

    private sealed record StudentRow(int StudentId, string Name);

    private sealed record AttendanceRow(int StudentId, string Course, DateTime Day);
}
