using Warehouse.Sdk.Providers;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Tests;

/// <summary>The full text of every script of a dialect.</summary>
/// <param name="dialect">The dialect.</param>
/// <param name="folder">The folder of its golden files.</param>
public abstract class GoldenTests(ISqlDialect dialect, string folder)
{
    private static readonly GoldenModel Shop = new();
    private static readonly GoldenKinds Kinds = new();
    private static readonly GoldenFacts Facts = new();

    private static readonly GoldenCallModel Calls = new();

    private static readonly Dictionary<string, Func<ISqlDialect, SqlScript>> Scripts = new(GoldenTypes.Scripts)
    {
        ["deploy_ledger"] = dialect => dialect.DeployLedger("warehouse"),
        ["ledger"] = Ledger,
        ["deploy_model"] = DeployModel,
        ["deploy_new_column"] = DeployNewColumn,
        ["deploy_hostile_names"] = DeployHostileNames,
        ["fill_dates"] = dialect => dialect.Fill(Shop.Date),
        ["stage_rows"] = dialect => dialect.Stage(new StagePlan(Shop.Customer)),
        ["stage_query"] = dialect => dialect.Stage(new StagePlan(Shop.Tag) { Query = SqlText.FromHost("SELECT tag_id,\n       'a\n  b' AS label -- the host's own lines\nFROM elsewhere.tag;") }),
        ["stage_plain_query"] = dialect => dialect.Stage(new StagePlan(Shop.Customer) { Query = SqlText.FromHost("SELECT * FROM elsewhere.customer") }),
        ["stage_landing"] = dialect => dialect.Stage(new StagePlan(Shop.EnterpriseCustomer) { Landing = Shop.LandedCustomer }),
        ["stage_latest_landing"] = dialect => dialect.Stage(new StagePlan(Shop.Customer) { Landing = Shop.LandedCustomer, LatestLandingOnly = true }),
        ["landing_append_files"] = dialect => dialect.Append(new LandingPlan(Shop.LandedCustomer) { Places = RowPlaces.ManyFiles }),
        ["landing_append_rejects"] = dialect => dialect.Append(new LandingPlan(Shop.LandedCustomer) { Places = RowPlaces.Rejects }),
        ["landing_append"] = dialect => dialect.Append(new LandingPlan(Shop.LandedCustomer)),
        ["scd_types_0_to_3"] = dialect => Merge(dialect, Shop.Customer),
        ["scd_type_1"] = dialect => Merge(dialect, Shop.Tag),
        ["scd_composite_key_sequence_operation"] = dialect => Merge(dialect, Shop.Account),
        ["scd_snapshot_expire"] = dialect => Merge(dialect, Shop.Customer, BatchKind.FullSnapshot),
        ["scd_snapshot_mark_deleted"] = dialect => Merge(dialect, Shop.Product, BatchKind.FullSnapshot),
        ["scd_closed_by_day"] = ClosedByDay,
        ["scd_reconcile"] = Reconcile,
        ["scd_reject"] = Reject,
        ["scd_mini_dimension"] = dialect => Merge(dialect, Calls.Subscriber, model: Calls.Model),
        ["fact_mini_and_junk_dimension"] = dialect => dialect.Load(new IncrementalPlan(Calls.Call, null)),
        ["deploy_mini_and_junk_dimension"] = DeployCombinations,
        ["verify_mini_dimension"] = dialect => Verify(dialect, Calls.Usage, Calls.Model),
        ["verify_current_key"] = dialect => Verify(dialect, Calls.Subscriber, Calls.Model),
        ["verify_assignment"] = dialect => Verify(dialect, Calls.Model.Dimensions.Single(dimension => dimension.Name.Name == "dim_usage_assignment"), Calls.Model),
        ["verify_fact_of_combinations"] = dialect => Verify(dialect, Calls.Call, Calls.Model),
        ["fact_from_watermark"] = dialect => dialect.Load(new IncrementalPlan(Shop.Sale, null)),
        ["fact_upsert"] = dialect => dialect.Load(new IncrementalPlan(Shop.Return, null)),
        ["fact_full_refresh"] = dialect => dialect.Load(new IncrementalPlan(Shop.Stock, null)),
        ["fact_append"] = dialect => dialect.Load(new IncrementalPlan(Facts.Append, null)),
        ["fact_replace_partition"] = dialect => dialect.Load(new IncrementalPlan(Facts.Partition, null, new LoadOptions { Within = "web", EmptyPartitions = [new DateOnly(2024, 1, 1), new DateOnly(2024, 2, 1)], Interval = LoadInterval.Until(new DateOnly(2024, 3, 1)) })),
        ["fact_sequence_operation"] = dialect => dialect.Load(new IncrementalPlan(Facts.Sequenced, null)),
        ["fact_reversal"] = dialect => dialect.Load(new IncrementalPlan(Facts.Reversal, null)),
        ["fact_combine"] = dialect => dialect.Load(new IncrementalPlan(Facts.Combined, null)),
        ["fact_by_line"] = dialect => dialect.Load(new IncrementalPlan(Facts.ByLine, null)),
        ["fact_backfill"] = dialect => dialect.Load(new IncrementalPlan(Shop.Sale, null, new LoadOptions { Interval = new LoadInterval(new DateOnly(2024, 1, 1), new DateOnly(2024, 2, 1)), IsBackfill = true })),
        ["scd_closed_periods"] = dialect => dialect.Merge(new ScdMergePlan(Facts.Model, Facts.Customer, BatchKind.Delta, null) { HasClosedPeriods = true }),
        ["verify_fact_within_scope"] = dialect => Verify(dialect, Facts.Scoped),
        ["enterprise_upsert"] = dialect => dialect.Load(new IncrementalPlan(Shop.EnterpriseCustomer, BatchKind.Delta, StagePlan.LandedLoadId)),
        ["bridge_equal_shares"] = dialect => dialect.Load(new BridgePlan(Shop.ProductTag)),
        ["bridge_given_weights"] = dialect => dialect.Load(new BridgePlan(Shop.WeightedProductTag)),
        ["fact_accumulating"] = dialect => dialect.Load(new IncrementalPlan(Kinds.Order, null)),
        ["fact_accumulating_without_sequence"] = dialect => dialect.Load(new IncrementalPlan(Kinds.UnorderedOrder, null)),
        ["fact_periodic_week"] = dialect => dialect.Load(new IncrementalPlan(Kinds.StockWeek, null)),
        ["fact_periodic_dense"] = dialect => dialect.Load(new IncrementalPlan(Kinds.Balance, null)),
        ["fact_periodic_derived"] = dialect => GoldenKinds.Derive(dialect, Kinds.DerivedBalance),
        ["aggregate"] = dialect => GoldenKinds.Derive(dialect, Kinds.Month),
        ["aggregate_without_date"] = dialect => GoldenKinds.Derive(dialect, Kinds.Total),
        ["bridge_versioned"] = dialect => dialect.Load(new BridgePlan(Kinds.Ownership)),
        ["hierarchy"] = dialect => dialect.Load(new HierarchyPlan(Kinds.Hierarchy)),
        ["combine_union"] = dialect => GoldenKinds.Combine(dialect, Kinds.Day, GoldenKinds.Union),
        ["combine_join_and_map"] = dialect => GoldenKinds.Combine(dialect, Kinds.Day, Kinds.Joined),
        ["verify_accumulating"] = dialect => dialect.Verify(new VerifyPlan(Kinds.Order, Kinds.Model)),
        ["verify_periodic"] = dialect => dialect.Verify(new VerifyPlan(Kinds.DerivedBalance, Kinds.Model)),
        ["verify_aggregate"] = dialect => dialect.Verify(new VerifyPlan(Kinds.Month, Kinds.Model)),
        ["verify_hierarchy"] = dialect => dialect.Verify(new VerifyPlan(Kinds.Hierarchy, Kinds.Model)),
        ["verify_versioned_bridge"] = dialect => dialect.Verify(new VerifyPlan(Kinds.Ownership, Kinds.Model)),
        ["verify_history"] = dialect => Verify(dialect, Shop.Customer),
        ["verify_marked_deleted"] = dialect => Verify(dialect, Shop.Product),
        ["verify_dates"] = dialect => Verify(dialect, Shop.Date),
        ["verify_fact"] = dialect => Verify(dialect, Shop.Sale),
        ["verify_bridge"] = dialect => Verify(dialect, Shop.WeightedProductTag),
        ["verify_landing"] = dialect => Verify(dialect, Shop.LandedCustomer),
        ["history_views"] = HistoryViews,
        ["history_views_marked_deleted"] = dialect => dialect.CreateHistoryViews(new HistoryViewPlan(Shop.Product, [.. Shop.Product.Schema.Columns.Select(column => column.Name)])),
        ["history_views_closed_by_day"] = HistoryViewsClosedByDay,
        ["rekey"] = dialect => dialect.Rekey(Shop.Product, [new KeyReference(Shop.ProductTag.Name, [.. Shop.ProductTag.Definition.GroupKey.Select(column => column.Name)], "load_id", IsOfGrain: true)]),
        ["purge"] = dialect => dialect.Purge(new PurgePlan(Shop.Model, Shop.Product)),
        ["purge_mini_dimension"] = dialect => dialect.Purge(new PurgePlan(Calls.Model, Calls.Subscriber)),
        ["clean_up"] = dialect => dialect.CleanUp(),
    };

    public static TheoryData<string> Cases => [.. Scripts.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_script_is_the_one_that_was_read(string name) => GoldenFile.Expect(folder, name, Scripts[name](dialect).ToString());

    [Fact]
    public void Every_golden_file_belongs_to_a_case()
        => Directory.GetFiles(Path.Combine(GoldenFile.Folder, folder)).Select(Path.GetFileName).Should().BeEquivalentTo(Scripts.Keys.Select(name => name + ".sql"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_statement_has_a_loose_end(string name)
    {
        foreach (SqlStatement statement in Scripts[name](dialect).Statements)
        {
            string[] lines = statement.Text.Split('\n');
            lines.Should().NotContain(line => line.EndsWith(' '), $"{statement.Name} has a line that ends in a space");
            lines.Should().NotContain(line => string.IsNullOrWhiteSpace(line), $"{statement.Name} has an empty line");
            statement.Text.Count(c => c == '(').Should().Be(statement.Text.Count(c => c == ')'), $"{statement.Name} opens and closes its brackets");
            statement.Text.Should().NotMatchRegex(@"\b(IN|VALUES|AND|OR|WHERE|NOT) \(\)", $"{statement.Name} has no empty list").And.NotContain(", ,").And.NotMatchRegex(@",\s*(FROM\b|\))");
        }
    }

    private static SqlScript Merge(ISqlDialect dialect, Dimension dimension, BatchKind kind = BatchKind.Delta, DimensionalModel? model = null)
        => dialect.Merge(new ScdMergePlan(model ?? Shop.Model, dimension, kind, dimension.Definition.Sequence?.Name));

    private static SqlScript Ledger(ISqlDialect dialect)
    {
        ILedgerSql ledger = dialect.Ledger("warehouse");
        return new SqlScript("ledger",
        [
            ledger.NextLoadId, ledger.FindBatch, ledger.FindFile, ledger.FindFiles, ledger.PlaceRejects, ledger.ClaimRejects, ledger.ReadClaimed, ledger.PlaceReplayed, ledger.FindLoad, ledger.RecordLoad, ledger.RecordFile,
            ledger.FirstRejects, ledger.ReadWatermark, ledger.ReadSnapshots, ledger.ReadIntervals, ledger.MoveWatermark, ledger.RecordModel,
        ]);
    }

    private static SqlScript DeployModel(ISqlDialect dialect)
    {
        DimensionalModel model = DimensionalModel.Create("small shop", builder =>
        {
            var date = builder.DateDimension("dim_date", new DateOnly(2024, 1, 1), new DateOnly(2024, 12, 31));
            builder.Landing<TagRow>("tag");
            builder.Enterprise<TagRow>("tag", t => t.Key(r => r.TagId));
            var tag = builder.Dimension<TagRow>("dim_tag", d => d
                .NaturalKey(t => t.TagId)
                .Type2(t => t.Label)
                .Column(t => t.Label, ColumnType.Varchar(10), comment: "The shop's own word.")
                .LateEvents(LateEvents.Reconcile)
                .WhenAbsent(Absent.MarkDeleted));
            builder.Fact<SaleRow>("fact_sale", f => f
                .Grain("one sale", s => s.SaleId)
                .Date(date, s => s.SoldAt)
                .Dimension(tag, s => s.CustomerId, asOf: s => s.SoldAt)
                .Measure(s => s.Amount)
                .Ignore(s => new { s.Sku, s.ReturnedAt, s.Quantity, s.Channel }));
        });
        SqlScript script = dialect.Deploy(new DeployPlan(model) { MissingTables = [.. model.Schemas], MissingColumns = [] });
        return script with { Statements = [dialect.ReadColumns(model), .. script.Statements] };
    }

    private static SqlScript DeployNewColumn(ISqlDialect dialect)
    {
        DimensionalModel model = DimensionalModel.Create("small shop", builder => builder.Landing<TagRow>("tag", t => t.Column(row => row.Label, comment: "The shop's own word.")));
        TableSchema tag = model.Tables[0].Schema;
        return dialect.Deploy(new DeployPlan(model) { MissingTables = [], MissingColumns = [(tag, tag.Columns[1])] });
    }

    private static SqlScript DeployHostileNames(ISqlDialect dialect)
    {
        DimensionalModel model = DimensionalModel.Create("hostile", builder =>
        {
            builder.Conventions(c => c with { BusinessSchema = "my \"shop\"", LedgerSchema = "order", LoadId = "Load Id" });
            builder.Dimension<TagRow>("dim_x'; DROP TABLE y; --", d => d
                .NaturalKey(t => t.TagId)
                .Type1(t => t.Label)
                .Column(t => t.Label, name: "select", comment: "It's\nnothing")
                .WithDefaultMember(new DefaultMember(-3, "It's lost")));
        });
        return dialect.Deploy(new DeployPlan(model) { MissingTables = [model.Tables[0].Schema], MissingColumns = [] });
    }

    private static SqlScript Verify(ISqlDialect dialect, LoadTarget target, DimensionalModel? model = null) => dialect.Verify(new VerifyPlan(target, model ?? Shop.Model));

    // The dimension was there before its current key was asked for.
    private static SqlScript DeployCombinations(ISqlDialect dialect)
    {
        TableSchema subscriber = Calls.Subscriber.Schema;
        return dialect.Deploy(new DeployPlan(Calls.Model)
        {
            MissingTables = [.. Calls.Model.Schemas.Where(table => table != subscriber)],
            MissingColumns = [(subscriber, subscriber.Columns.Single(column => column.Name == "current_usage_key"))],
        });
    }

    private static SqlScript HistoryViews(ISqlDialect dialect)
    {
        SqlScript script = dialect.CreateHistoryViews(new HistoryViewPlan(Shop.Account, [.. Shop.Account.Schema.Columns.Select(column => column.Name)]));
        return script with { Statements = [dialect.ReadHistoryViews(Shop.Model), .. script.Statements, dialect.ReadHistory(Shop.Account, ["owner", "valid_from", "valid_to"])] };
    }

    private static SqlScript HistoryViewsClosedByDay(ISqlDialect dialect)
    {
        Dimension<TagRow> tag = null!;
        DimensionalModel.Create("course", model =>
        {
            model.Conventions(c => c with { Intervals = IntervalStyle.ClosedByDay, OpenEnd = OpenEnd.FarFuture, BusinessSchema = "my \"shop\"", AsOfFunctionSuffix = " as of" });
            tag = model.Dimension<TagRow>("dim_it's", d => d.NaturalKey(t => t.TagId).Type2(t => t.Label));
        });
        return dialect.CreateHistoryViews(new HistoryViewPlan(tag, [.. tag.Schema.Columns.Select(column => column.Name)]));
    }

    private static SqlScript ClosedByDay(ISqlDialect dialect)
    {
        Dimension<CustomerRow> customer = null!;
        DimensionalModel course = DimensionalModel.Create("course", model =>
        {
            model.Conventions(c => c with { Intervals = IntervalStyle.ClosedByDay, OpenEnd = OpenEnd.FarFuture });
            customer = model.Dimension<CustomerRow>("dim_customer", d => d
                .NaturalKey(c => c.CustomerId)
                .Type1(c => c.Email)
                .Type2(c => c.City)
                .Overwrite(OverwriteScope.CurrentVersion)
                .Ignore(c => new { c.CreatedOn, c.FirstName, c.StoreId, c.Segment, c.ChangedAt }));
        });
        return Merge(dialect, customer, model: course);
    }

    private static SqlScript Reconcile(ISqlDialect dialect)
    {
        Dimension<AccountRow> account = null!;
        DimensionalModel bank = DimensionalModel.Create("bank", model =>
        {
            account = model.Dimension<AccountRow>("dim_account", d => d
                .NaturalKey(a => a.AccountNo)
                .Type1(a => a.BankCode)
                .Type2(a => a.Owner)
                .Compare(a => a.Owner, Equality.IgnoreCase)
                .EffectiveFrom(a => a.ChangedAt)
                .Sequence(a => a.Lsn)
                .Operation(a => a.Op)
                .LateEvents(LateEvents.Reconcile));
            model.Fact<AccountRow>("fact_booking", f => f
                .Grain("one booking", a => a.Lsn)
                .Dimension(account, a => a.AccountNo, asOf: a => a.ChangedAt)
                .Degenerate(a => a.Op)
                .Ignore(a => new { a.BankCode, a.Owner }));
        });
        return Merge(dialect, account, model: bank);
    }

    private static SqlScript Reject(ISqlDialect dialect)
    {
        Dimension<TagRow> tag = null!;
        DimensionalModel tags = DimensionalModel.Create("tags", model => tag = model.Dimension<TagRow>("dim_tag", d => d.NaturalKey(t => t.TagId).Type2(t => t.Label).LateEvents(LateEvents.Reject)));
        return Merge(dialect, tag, model: tags);
    }
}
