using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>Every version says why it is there, and goes on to say it right when the history beside it changes.</summary>
public abstract class ScdChangeReasonTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    [InlineData(LateEvents.Reject)]
    public async Task T28_a_version_names_exactly_the_tracked_columns_that_changed(LateEvents policy)
    {
        await using var members = await OpenAsync(policy);
        await members.LoadAsync(ScdAllTypesEvent.Of(1, "o", "x", "A", "N", "r", 1));
        await members.LoadAsync(ScdAllTypesEvent.Of(1, "p", "y", "B", "S", "r", 10));
        await members.LoadAsync(ScdAllTypesEvent.Of(1, "p", "y", "B", "S", null, 20), ScdAllTypesEvent.Of(1, "p", "y", "C", "S", "q", 30));
        await members.LoadAsync(ScdAllTypesEvent.Gone(1, 40));
        await members.LoadAsync(ScdAllTypesEvent.Of(1, "p", "y", "D", "S", "q", 50));
        await members.ExpectAsync("""
            id | town | region | valid_from | valid_to   | change_reason
            1  | A    | r      | 2024-01-01 | 2024-01-10 | new
            1  | B    | r      | 2024-01-10 | 2024-01-20 | town
            1  | B    | NULL   | 2024-01-20 | 2024-01-30 | region
            1  | C    | q      | 2024-01-30 | 2024-02-09 | town,region
            1  | D    | q      | 2024-02-19 | NULL       | returned
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task A_late_event_changes_the_reason_of_the_version_after_it(LateEvents policy)
    {
        await using var members = await OpenAsync(policy);
        await members.LoadAsync(Row("A", "r", 2), Row("B", "r", 20));
        await members.LoadAsync(Row("B", "q", 10));
        await members.ExpectAsync("""
            id | town | region | valid_from | change_reason
            1  | A    | r      | 2024-01-02 | new
            1  | B    | q      | 2024-01-10 | town,region
            1  | B    | r      | 2024-01-20 | region
            """);
        // What was first is first no longer.
        await members.LoadAsync(Row("Z", "r", 1));
        await members.ExpectAsync("""
            id | town | region | valid_from | change_reason
            1  | Z    | r      | 2024-01-01 | new
            1  | A    | r      | 2024-01-02 | town
            1  | B    | q      | 2024-01-10 | town,region
            1  | B    | r      | 2024-01-20 | region
            """);
        // A late delete makes a gap, after which the next version is a return.
        await members.LoadAsync(ScdAllTypesEvent.Gone(1, 15));
        await members.ExpectAsync("""
            id | town | region | valid_from | valid_to   | change_reason
            1  | Z    | r      | 2024-01-01 | 2024-01-02 | new
            1  | A    | r      | 2024-01-02 | 2024-01-10 | town
            1  | B    | q      | 2024-01-10 | 2024-01-15 | town,region
            1  | B    | r      | 2024-01-20 | NULL       | returned
            """);
        await members.LoadAsync(Row("B", "q", 15));
        await members.ExpectAsync("""
            id | town | region | valid_from | valid_to   | change_reason
            1  | Z    | r      | 2024-01-01 | 2024-01-02 | new
            1  | A    | r      | 2024-01-02 | 2024-01-10 | town
            1  | B    | q      | 2024-01-10 | 2024-01-20 | town,region
            1  | B    | r      | 2024-01-20 | NULL       | region
            """);
    }

    [Fact]
    public async Task A_mark_of_deletion_says_so_and_the_version_after_it_is_a_return()
    {
        await using var members = await ScdDimension.OpenAsync<ScdAllTypesEvent>(store, d =>
        {
            ScdAllTypesEvent.Define(d);
            d.WhenAbsent(Absent.MarkDeleted);
        });
        await members.LoadAsync(Row("A", "r", 1));
        await members.LoadAsync(ScdAllTypesEvent.Gone(1, 10));
        await members.LoadAsync(Row("A", "r", 20));
        await members.ExpectAsync("""
            id | town | valid_from | is_deleted | change_reason
            1  | A    | 2024-01-01 | false      | new
            1  | A    | 2024-01-10 | true       | deleted
            1  | A    | 2024-01-20 | false      | returned
            """);
    }

    [Fact]
    public async Task The_verification_tells_the_reasons_from_the_versions_again()
    {
        await using var members = await OpenAsync(LateEvents.Split);
        await members.LoadAsync(Row("A", "r", 1), Row("B", "r", 10));
        await members.Warehouse.QueryAsync<int>("UPDATE business.dim_member SET change_reason = 'region' WHERE version = 2");
        await members.Warehouse.QueryAsync<int>("UPDATE business.dim_member SET current_region = 'x' WHERE version = 1 AND id = 1");
        await members.Warehouse.QueryAsync<int>("UPDATE business.dim_member SET member_durable_key = 77 WHERE version = 2");
        VerifyReport report = await members.Warehouse.VerifyAsync(members.Target);
        report.Findings.Select(finding => $"{finding.Rule}: {finding.Member}: {finding.Detail}").Should().Equal(
            "overwritten-values: id = 1: they differ in current_region, member_durable_key",
            "current-values: id = 1: it differs in current_region",
            "change-reasons: id = 1: version 2 should say town");
    }

    private Task<ScdDimension<ScdAllTypesEvent>> OpenAsync(LateEvents policy) => ScdDimension.OpenAsync(store, Under<ScdAllTypesEvent>(policy, ScdAllTypesEvent.Define));

    private static ScdAllTypesEvent Row(string? town, string? region, int day) => ScdAllTypesEvent.Of(1, "o", "x", town, "N", region, day);
}
