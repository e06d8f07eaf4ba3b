namespace Warehouse.Sdk.Conformance;

/// <summary>NULL in an optional part of the natural key is a value wherever members are met again, not in the merge alone.</summary>
public abstract class OptionalKeyTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    public sealed record BranchRow(int Bank, string? Branch, string? City, string? Segment, DateTime At, string? Op = null);

    public sealed record MovementRow(int Id, int Bank, string? Branch, DateTime At);

    [Fact]
    public async Task The_verification_finds_the_combinations_of_such_members()
    {
        Dimension<BranchRow> branch = null!;
        Fact<MovementRow> movement = null!;
        await using IWarehouse warehouse = await store.OpenAsync(DimensionalModel.Create("bank", model =>
        {
            MiniDimension<BranchRow> profile = model.MiniDimension<BranchRow>("dim_profile", p => p.Attribute(row => row.Segment));
            branch = model.Dimension<BranchRow>("dim_branch", d => Keyed(d).Type2(row => row.City).MiniDimension(profile, currentKey: true));
            movement = model.Fact<MovementRow>("fact_movement", f => Moves(f, branch).MiniDimension(profile));
        }));
        await warehouse.LoadAsync(branch, [new(1, null, "A", "small", Day(1)), new(1, null, "A", "large", Day(10)), new(1, "x", "A", "small", Day(1))]);
        await warehouse.LoadAsync(movement, [new(1, 1, null, Day(5)), new(2, 1, null, Day(15)), new(3, 1, "x", Day(15))]);

        await ExpectSoundAsync(warehouse);

        await warehouse.QueryAsync<int>("UPDATE business.dim_branch SET current_profile_key = -1 WHERE bank = 1 AND branch IS NULL");
        await warehouse.QueryAsync<int>("UPDATE business.fact_movement SET profile_key = -1 WHERE id = 2");
        (await warehouse.VerifyAsync()).Findings.Select(finding => finding.Rule).Distinct().Should().BeEquivalentTo("current-keys", "combinations-then");
    }

    [Fact]
    public async Task The_table_of_members_gets_placeholders_of_such_members()
    {
        Dimension<BranchRow> branch = null!;
        Fact<MovementRow> movement = null!;
        await using IWarehouse warehouse = await store.OpenAsync(DimensionalModel.Create("bank", model =>
        {
            branch = model.Dimension<BranchRow>("dim_branch", d => Keyed(d).Type2(row => row.City).SeparateHistory().Ignore(row => row.Segment));
            movement = model.Fact<MovementRow>("fact_movement", f => Moves(f, branch));
        }));

        await warehouse.LoadAsync(movement, [new(1, 7, null, Day(5)), new(2, 7, "x", Day(5))]);

        await warehouse.ExpectAsync("SELECT bank, branch, is_inferred FROM business.dim_branch WHERE bank IS NOT NULL ORDER BY branch", """
            bank | branch | is_inferred
            7    | x      | true
            7    | NULL   | true
            """);
        await ExpectSoundAsync(warehouse);
    }

    [Theory]
    [InlineData(Absent.Expire)]
    [InlineData(Absent.MarkDeleted)]
    public async Task A_remembered_delete_ends_the_placeholder_of_such_a_member(Absent absent)
    {
        Dimension<BranchRow> branch = null!;
        Fact<MovementRow> movement = null!;
        await using IWarehouse warehouse = await store.OpenAsync(DimensionalModel.Create("bank", model =>
        {
            branch = model.Dimension<BranchRow>("dim_branch", d => Keyed(d).Type2(row => row.City).LateEvents(LateEvents.Reconcile).WhenAbsent(absent).Ignore(row => row.Segment));
            movement = model.Fact<MovementRow>("fact_movement", f => Moves(f, branch));
        }));
        await warehouse.LoadAsync(branch, [new(7, null, null, null, Day(20), "D"), new(7, "x", null, null, Day(30), "D")]);

        await warehouse.LoadAsync(movement, [new(1, 7, null, Day(5)), new(2, 7, "x", Day(5)), new(3, 8, null, Day(5))]);

        await warehouse.ExpectAsync("SELECT bank, branch, valid_from, valid_to FROM business.dim_branch WHERE is_inferred ORDER BY bank, branch", """
            bank | branch | valid_from | valid_to
            7    | x      | 2024-01-05 | 2024-01-30
            7    | NULL   | 2024-01-05 | 2024-01-20
            8    | NULL   | 2024-01-05 | NULL
            """);
        if (absent == Absent.MarkDeleted)
        {
            await warehouse.ExpectAsync("SELECT branch, valid_from FROM business.dim_branch WHERE is_deleted ORDER BY branch", """
                branch | valid_from
                x      | 2024-01-30
                NULL   | 2024-01-20
                """);
        }

        await ExpectSoundAsync(warehouse);
    }

    [Fact]
    public async Task Events_of_such_a_member_are_settled_when_an_attribute_begins_to_make_versions()
    {
        string database = await store.CreateDatabaseAsync();
        DimensionalModel Model(Action<DimensionBuilder<BranchRow>> city, out Dimension<BranchRow> branch)
        {
            Dimension<BranchRow> built = null!;
            var model = DimensionalModel.Create("bank", builder => built = builder.Dimension<BranchRow>("dim_branch", d =>
            {
                Keyed(d).Type2(row => row.Segment).LateEvents(LateEvents.Reconcile);
                city(d);
            }));
            branch = built;
            return model;
        }

        await using (IWarehouse before = store.Open(database, Model(d => d.Type1(row => row.City), out Dimension<BranchRow> first)))
        {
            await before.DeployAsync();
            await before.LoadAsync(first, [new(1, null, "A", "s", Day(1)), new(1, null, "B", "s", Day(10)), new(1, "x", "C", "s", Day(1)), new(1, "x", "D", "s", Day(10))]);
        }

        await using IWarehouse warehouse = store.Open(database, Model(d => d.Type2(row => row.City), out Dimension<BranchRow> branch));
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(branch, [new(1, null, "B", "t", Day(20)), new(1, "x", "D", "t", Day(20))]);

        await warehouse.ExpectAsync("SELECT branch, city, segment, valid_from FROM business.dim_branch WHERE branch_key > 0 ORDER BY branch, valid_from", """
            branch | city | segment | valid_from
            x      | D    | s       | 2024-01-01
            x      | D    | t       | 2024-01-20
            NULL   | B    | s       | 2024-01-01
            NULL   | B    | t       | 2024-01-20
            """);
    }

    private static DimensionBuilder<BranchRow> Keyed(DimensionBuilder<BranchRow> dimension)
        => dimension.NaturalKey(row => row.Bank, row => row.Branch).OptionalKeyPart(row => row.Branch).EffectiveFrom(row => row.At).Operation(row => row.Op);

    private static FactBuilder<MovementRow> Moves(FactBuilder<MovementRow> fact, Dimension<BranchRow> branch) => fact
        .Grain("one movement", row => row.Id)
        .Dimension(branch, row => new { row.Bank, row.Branch }, asOf: row => row.At, whenUnknown: UnknownMember.InferMember)
        .Ignore(row => row.Branch);

    private static DateTime Day(int day) => ScdEvent.Day(day);

    private static async Task ExpectSoundAsync(IWarehouse warehouse)
    {
        VerifyReport report = await warehouse.VerifyAsync();
        report.IsSound.Should().BeTrue(report.ToString());
    }
}
