using static Warehouse.Sdk.Conformance.ScdEvent;

namespace Warehouse.Sdk.Conformance;

/// <summary>Who a row is of, by the numbers of the case catalogue: section 3, and of section 14 what is about keys.</summary>
public abstract class CaseKeyTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    public sealed record BranchEvent(int Bank, string? Branch, string? Value, DateTime At, string? Op = null);

    public sealed record CodeEvent(string Code, string? Value, DateTime At, string? Op = null);

    public sealed record OneVersion(string? Value);

    public sealed record Movement(int Id, int Bank, string? Branch, DateTime At);

    public sealed record CodeSale(int Id, string? Code, DateTime At);

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    [InlineData(LateEvents.Reject)]
    public async Task K04_K05_NULL_is_a_value_in_an_optional_part_of_the_key(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync<BranchEvent>(store, d => d
            .NaturalKey(e => e.Bank, e => e.Branch).OptionalKeyPart(e => e.Branch).Type2(e => e.Value).EffectiveFrom(e => e.At).Operation(e => e.Op).LateEvents(policy));
        (await members.LoadAsync(At(1, null, "A", 1), At(1, "", "A", 1), At(1, null, "A", 1))).Counts.Should().Be(new LoadCounts { Read = 3, NewMembers = 2, Duplicates = 1 });
        await members.ExpectNothingChangesAsync(At(1, null, "A", 1));
        await members.LoadAsync(At(1, "", "B", 10));
        await members.LoadAsync(At(1, null, "C", 20));
        await members.LoadAsync(new BranchEvent(1, null, null, Day(30), "D"));
        await members.Warehouse.ExpectAsync("SELECT bank, branch, value, valid_from, valid_to FROM business.dim_member WHERE member_key > 0 ORDER BY branch IS NULL, valid_from", """
            bank | branch | value | valid_from | valid_to
            1    | ''     | A     | 2024-01-01 | 2024-01-10
            1    | ''     | B     | 2024-01-10 | NULL
            1    | NULL   | A     | 2024-01-01 | 2024-01-20
            1    | NULL   | C     | 2024-01-20 | 2024-01-30
            """);
        (await members.ExpectRefusalAsync(At(1, null, "X", 40), At(1, null, "Y", 40))).Message.Should().Contain("(bank = 1, branch = NULL, ");
        (await members.Warehouse.HistoryOfAsync<OneVersion>(members.Target, [1, DBNull.Value])).Should().HaveCount(2);
    }

    [Fact]
    public async Task K04_A_snapshot_and_a_fact_meet_a_member_with_NULL_in_its_key()
    {
        Dimension<BranchEvent> branch = null!;
        Fact<Movement> fact = null!;
        await using IWarehouse warehouse = await store.OpenAsync(DimensionalModel.Create("bank", model =>
        {
            branch = model.Dimension<BranchEvent>("dim_branch", d => d.NaturalKey(e => e.Bank, e => e.Branch).OptionalKeyPart(e => e.Branch).Type2(e => e.Value).EffectiveFrom(e => e.At).WhenAbsent(Absent.Expire).Ignore(e => e.Op));
            fact = model.Fact<Movement>("fact_movement", f => f.Grain("one", m => m.Id).Dimension(branch, m => new { m.Bank, m.Branch }, asOf: m => m.At, whenUnknown: UnknownMember.InferMember).Ignore(m => m.Branch));
        }));
        await warehouse.LoadAsync(branch, [At(1, null, "A", 1), At(1, "", "B", 1), At(2, null, "C", 1)]);
        await warehouse.LoadAsync(fact, [new Movement(1, 1, null, Day(5)), new Movement(2, 1, "", Day(5)), new Movement(3, 7, null, Day(5)), new Movement(4, 7, null, Day(6))]);
        (await warehouse.LoadAsync(branch, [At(1, null, "A2", 10), At(1, "", "B", 1)], Snapshot(10))).Counts.Should().Be(new LoadCounts { Read = 2, NewVersions = 1, Unchanged = 1, Expired = 1, ExpiredByAbsence = 1 });
        await warehouse.ExpectAsync("SELECT f.id, d.bank, d.branch, d.value, d.is_inferred FROM business.fact_movement AS f JOIN business.dim_branch AS d ON d.branch_key = f.branch_key ORDER BY f.id", """
            id | bank | branch | value | is_inferred
            1  | 1    | NULL   | A     | false
            2  | 1    | ''     | B     | false
            3  | 7    | NULL   | NULL  | true
            4  | 7    | NULL   | NULL  | true
            """);
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task K06_Keys_that_count_as_equal_are_one_member(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync(store, Under<CodeEvent>(policy, DefineCode));
        (await members.LoadAsync(Of("ab", "A", 1), Of("AB ", "A", 1), Of("Ab", "B", 10))).Counts.Should().Be(new LoadCounts { Read = 3, NewMembers = 1, NewVersions = 1, Duplicates = 1 });
        (await members.ExpectNothingChangesAsync(Of("aB  ", "B", 10))).Counts.Should().Be(new LoadCounts { Read = 1, Unchanged = 1 });
        (await members.ExpectRefusalAsync(Of("c", "A", 1), Of("C", "B", 1))).Message.Should().Contain("several rows of one member have one effective time and different values (code = c");
        (await members.ExpectRefusalAsync(Of("  ", "A", 1))).Message.Should().Contain("natural key or effective time is NULL");
        await members.ExpectAsync("""
            code | value | valid_from | valid_to
            ab   | A     | 2024-01-01 | 2024-01-10
            ab   | B     | 2024-01-10 | NULL
            """);
        (await members.Warehouse.HistoryOfAsync<OneVersion>(members.Target, ["AB"])).Should().HaveCount(2);
    }

    [Fact]
    public async Task K06_Facts_and_snapshots_meet_members_by_the_same_rule()
    {
        Dimension<CodeEvent> product = null!;
        Fact<CodeSale> sale = null!;
        await using IWarehouse warehouse = await store.OpenAsync(DimensionalModel.Create("shop", model =>
        {
            product = model.Dimension<CodeEvent>("dim_product", d => d.NaturalKey(e => e.Code).Compare(e => e.Code, Equality.TrimEnd | Equality.IgnoreCase | Equality.EmptyIsNull).Type2(e => e.Value).EffectiveFrom(e => e.At).WhenAbsent(Absent.Expire).Ignore(e => e.Op));
            sale = model.Fact<CodeSale>("fact_sale", f => f.Grain("one", s => s.Id).Dimension(product, s => s.Code, asOf: s => s.At, whenUnknown: UnknownMember.InferMember));
        }));
        await warehouse.LoadAsync(product, [Of("ab", "A", 1), Of("cd", "C", 1)]);
        (await warehouse.LoadAsync(sale, [new CodeSale(1, "AB ", Day(2)), new CodeSale(2, "Xy", Day(2)), new CodeSale(3, "xY ", Day(3)), new CodeSale(4, " ", Day(3))])).Counts.Inferred.Should().Be(1);
        (await warehouse.LoadAsync(product, [Of("AB", "A", 1), Of("CD ", "C", 1), Of("XY", "X", 2)], Snapshot(10))).Counts.Should().Be(new LoadCounts { Read = 3, Unchanged = 2, Resolved = 1 });
        await warehouse.ExpectAsync("SELECT s.id, p.code, p.value FROM business.fact_sale AS s JOIN business.dim_product AS p ON p.product_key = s.product_key ORDER BY s.id", """
            id | code | value
            1  | ab   | A
            2  | xy   | X
            3  | xy   | X
            4  | NULL | Unknown
            """);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task K08_A_member_with_a_new_key_keeps_its_history_and_its_surrogate_keys(LateEvents policy)
    {
        await using var members = await ScdDimension.OpenAsync(store, Under<ScdEvent>(policy, WithOperations));
        await members.LoadAsync(Of(1, "A", 1), Of(1, "B", 10), Of(2, "C", 1));
        IWarehouse warehouse = members.Warehouse;
        KeyMapping[] mappings = [new(1, 9), new(77, 78)];

        LoadReport report = await warehouse.RekeyAsync(members.Target, mappings);

        report.Counts.Should().Be(new LoadCounts { Read = 2, Updated = 1, Unchanged = 1 });
        report.Counts.IsConserved.Should().BeTrue();
        const string Expected = """
            member_key | id | value | valid_from | valid_to
            3          | 9  | B     | 2024-01-10 | NULL
            1          | 9  | A     | 2024-01-01 | 2024-01-10
            2          | 2  | C     | 2024-01-01 | NULL
            """;
        const string Rows = "SELECT member_key, id, value, valid_from, valid_to FROM business.dim_member WHERE member_key > 0 ORDER BY id DESC, valid_from DESC";
        await warehouse.ExpectAsync(Rows, Expected);
        await warehouse.ExpectAsync("SELECT source, status, rows_read FROM warehouse.load ORDER BY load_id DESC LIMIT 1", "source | status | rows_read\nnew keys | loaded | 2");

        (await warehouse.RekeyAsync(members.Target, mappings)).Outcome.Should().Be(LoadOutcome.NothingChanged);
        (await warehouse.RekeyAsync(members.Target, [new(9, 9)])).Outcome.Should().Be(LoadOutcome.NothingChanged);
        (await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.RekeyAsync(members.Target, [new(9, 5), new(5, 2)]))).Message.Should().Contain("a member has the new key already").And.Contain("id = 2");
        await warehouse.ExpectAsync(Rows, Expected);
        await Assert.ThrowsAsync<ArgumentException>(() => warehouse.RekeyAsync(members.Target, [new("9", 5)]));

        (await warehouse.LoadAsync(members.Target, [Of(9, "D", 5)])).Counts.Should().Be(new LoadCounts { Read = 1, Split = 1 });
        await warehouse.ExpectAsync("SELECT value, valid_from FROM business.dim_member WHERE id = 9 ORDER BY valid_from", """
            value | valid_from
            A     | 2024-01-01
            D     | 2024-01-05
            B     | 2024-01-10
            """);
        (await warehouse.VerifyAsync()).IsSound.Should().BeTrue();
    }

    [Fact]
    public async Task K08_A_member_that_has_its_new_key_in_some_tables_only_is_refused()
    {
        await using var members = await ScdDimension.OpenAsync(store, Under<ScdEvent>(LateEvents.Reconcile, WithOperations));
        await members.LoadAsync(Of(1, "A", 1), Of(2, "B", 1));
        IWarehouse warehouse = members.Warehouse;
        await warehouse.QueryAsync<int>("UPDATE business.dim_member SET id = 9 WHERE id = 1");
        await warehouse.QueryAsync<int>("UPDATE business.dim_member_event SET id = 8 WHERE id = 2");

        foreach (KeyMapping mapping in new KeyMapping[] { new(1, 9), new(2, 8) })
            (await Assert.ThrowsAsync<WarehouseLoadException>(() => warehouse.RekeyAsync(members.Target, [mapping]))).Message.Should().Contain("in all of the dimension's tables or in some");

        await warehouse.ExpectAsync("SELECT 'version' AS kind, id FROM business.dim_member WHERE member_key > 0 UNION ALL SELECT 'event', id FROM business.dim_member_event ORDER BY kind, id", """
            kind    | id
            event   | 1
            event   | 8
            version | 2
            version | 9
            """);
    }

    [Fact]
    public async Task K09_A_key_that_is_used_again_is_the_same_member_with_a_gap()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, WithOperations);
        await members.LoadAsync(Of(1, "A", 1), Gone(1, 10));
        (await members.LoadAsync(Of(1, "B", 50))).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
        await members.ExpectAsync("""
            id | value | valid_from | valid_to   | version
            1  | A     | 2024-01-01 | 2024-01-10 | 1
            1  | B     | 2024-02-19 | NULL       | 2
            """);
    }

    [Fact]
    public async Task K10_One_key_of_two_sources_is_two_members_where_the_source_is_part_of_the_key()
    {
        await using var members = await ScdDimension.OpenAsync<BranchEvent>(store, d => d.NaturalKey(e => e.Bank, e => e.Branch).Type2(e => e.Value).EffectiveFrom(e => e.At).Ignore(e => e.Op));
        await members.LoadAsync(At(1, "crm", "A", 1), At(1, "erp", "B", 1));
        await members.LoadAsync(At(1, "erp", "C", 10));
        await members.ExpectAsync("""
            bank | branch | value | valid_to
            1    | crm    | A     | NULL
            1    | erp    | B     | 2024-01-10
            1    | erp    | C     | NULL
            """);
    }

    [Fact]
    public async Task K12_A_key_too_long_for_an_index_is_told_before_anything_is_written()
    {
        await using var members = await ScdDimension.OpenAsync(store, (Action<DimensionBuilder<CodeEvent>>)DefineCode);
        CodeEvent row = Of(new string('x', 12_800), "A", 1);
        if (store.EnforcesKeys)
            (await members.ExpectRefusalAsync(row)).Message.Should().Contain("natural keys longer than 2,600 bytes cannot be indexed by PostgreSQL").And.Contain("key_bytes = 12800");
        else
            (await members.LoadAsync(row)).Counts.Should().Be(new LoadCounts { Read = 1, NewMembers = 1 });
    }

    [Fact]
    public async Task K13_A_member_with_two_open_versions_in_the_table_is_named_and_nothing_is_changed()
    {
        await using var members = await ScdDimension.OpenAsync<ScdEvent>(store, Delta);
        await members.LoadAsync(Of(1, "A", 1), Of(2, "A", 1));
        if (store.EnforcesKeys)
            await members.Warehouse.QueryAsync<int>("DROP INDEX business.dim_member_current_idx");
        await members.Warehouse.QueryAsync<int>("INSERT INTO business.dim_member SELECT 99, id, 'Z', TIMESTAMP '2024-01-05', valid_to, is_current, 2, changed_at, is_inferred, load_id FROM business.dim_member WHERE id = 1");
        await members.Warehouse.QueryAsync<int>("UPDATE warehouse.surrogate_key SET last_key = 99");
        (await members.ExpectRefusalAsync(Of(1, "B", 10), Of(2, "B", 10))).Message.Should().Contain("several open versions in the table already").And.Contain("id = 1").And.NotContain("id = 2");
        (await members.Warehouse.LoadAsync(members.Target, [Of(2, "B", 10)])).Counts.Should().Be(new LoadCounts { Read = 1, NewVersions = 1 });
    }

    [Fact]
    public async Task S11_A_new_part_of_the_natural_key_is_refused()
    {
        string database = await store.CreateDatabaseAsync();
        await using (IWarehouse before = store.Open(database, DimensionalModel.Create("m", model => model.Dimension<BranchEvent>("dim_branch", d => d.NaturalKey(e => e.Bank).Type2(e => e.Value).Ignore(e => new { e.Branch, e.At, e.Op })))))
            await before.DeployAsync();
        await using IWarehouse after = store.Open(database, DimensionalModel.Create("m", model => model.Dimension<BranchEvent>("dim_branch", d => d.NaturalKey(e => e.Bank, e => e.Branch).Type2(e => e.Value).Ignore(e => new { e.At, e.Op }))));
        (await Assert.ThrowsAsync<WarehouseSchemaException>(() => after.DeployAsync())).Message.Should().Contain("business.dim_branch.branch is a new part of the natural key").And.Contain("Nothing was changed.");
    }

    [Fact]
    public async Task S03_A_name_in_another_case_is_the_same_column_and_two_of_them_are_refused()
    {
        await using var members = await ScdDimension.OpenAsync(store, (Action<DimensionBuilder<CodeEvent>>)DefineCode);
        using var folder = new ScratchFolder();
        await File.WriteAllTextAsync(folder.Of("one.csv"), "CODE,Value,at,OP\na,A,2024-01-01,\n");
        await File.WriteAllTextAsync(folder.Of("two.csv"), "Code,code,value,at,op\na,a,A,2024-01-01,\n");
        (await members.LoadAsync(Source.Csv(folder.Of("one.csv")))).Counts.NewMembers.Should().Be(1);
        (await Assert.ThrowsAsync<WarehouseSchemaException>(() => members.Warehouse.LoadAsync(members.Target, Source.Csv(folder.Of("two.csv"))))).Message.Should().Contain("column 'Code' stands there 2 times");
    }

    private static BranchEvent At(int bank, string? branch, string? value, int day) => new(bank, branch, value, Day(day));

    private static CodeEvent Of(string code, string? value, int day) => new(code, value, Day(day));

    private static ScdEvent Of(int id, string? value, int day) => ScdEvent.Of(id, value, day);

    private static void DefineCode(DimensionBuilder<CodeEvent> dimension)
        => dimension.NaturalKey(e => e.Code).Compare(e => e.Code, Equality.TrimEnd | Equality.IgnoreCase | Equality.EmptyIsNull).Type2(e => e.Value).EffectiveFrom(e => e.At).Operation(e => e.Op);
}
