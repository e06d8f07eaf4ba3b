using System.Globalization;

namespace Warehouse.Sdk.Conformance;

/// <summary>Real data as history: what a dimension says is compared, whole, with what plain C# makes of the same files.</summary>
public abstract class RealSnapshotTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private static readonly string[] Companies = ["Symbol", "CIK", "Founded", "Date added", "Security", "GICS Sector", "GICS Sub-Industry", "Headquarters Location", "previous_Headquarters Location"];
    private static readonly string[] Customers = ["c_customer_id", "c_first_sales_date_sk", "c_login", "c_email_address", "c_last_name", "c_current_addr_sk", "c_current_cdemo_sk", "c_birth_country", "c_salutation", "previous_c_salutation"];

    private static bool IsSoak => Environment.GetEnvironmentVariable("WAREHOUSE_SOAK") is { Length: > 0 };

    [Theory]
    [InlineData(LateEvents.Split, 1)]
    [InlineData(LateEvents.Reconcile, 3)]
    public async Task Constituents_of_an_index_come_go_return_and_change_as_their_snapshots_say(LateEvents policy, int everyNth)
    {
        string[] files = [.. Directory.GetFiles(RealData.Folder("sp500-snapshots"), "constituents_*.csv", SearchOption.AllDirectories).Where(file => file.Contains("_v2", StringComparison.Ordinal)).Order(StringComparer.Ordinal).Where((_, index) => IsSoak || index % everyNth == 0)];
        await using var companies = await ScdDimension.OpenAsync<CompanyRow>(store, d => CompanyRow.Define(d).LateEvents(policy));
        SnapshotHistory expected = new();
        long reads = 0, returned = 0;
        foreach (string file in files)
        {
            DateTime day = DateTime.ParseExact(Path.GetFileNameWithoutExtension(file)[^10..], "yyyy-MM-dd", CultureInfo.InvariantCulture);
            LoadOptions snapshot = new() { Kind = BatchKind.FullSnapshot, AsOf = new DateTimeOffset(day, TimeSpan.Zero) };
            CompanyRow[] rows = [.. RealData.Read(file).Select(CompanyRow.Of)];

            LoadReport report = await companies.LoadAsync(Source.Csv(file), snapshot);

            report.Counts.Should().Be(expected.Apply(day, [.. rows.Select(row => row.ToSnapshot())]), "the snapshot is {0}", file);
            reads += report.Counts.Read;
            returned += report.Counts.NewVersions;
            if (day.Day % 2 == 0)
                (await companies.ExpectNothingChangesAsync(snapshot, rows)).Counts.Unchanged.Should().Be(rows.Length);
        }

        ExpectSame(expected.Versions, await DrawAsync(companies.Warehouse, Companies));
        (await companies.LoadAsync(Source.Csv(files[^1]), new() { Kind = BatchKind.FullSnapshot })).Outcome.Should().Be(LoadOutcome.AlreadyLoaded);
        reads.Should().BeGreaterThan(3000);
        returned.Should().BeGreaterThan(0);
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task Customers_with_NULLs_everywhere_change_leave_and_return(LateEvents policy)
    {
        CustomerSlice[] initial = [.. RealData.Read(Path.Combine(RealData.Folder("tpcds-sf001-slice"), "customer.csv")).Select(CustomerSlice.Of)];
        await using var customers = await ScdDimension.OpenAsync<CustomerSlice>(store, d => CustomerSlice.Define(d).LateEvents(policy));
        SnapshotHistory expected = new();
        CustomerSlice[] changed = CustomerSlice.Changed(initial);
        foreach (var (day, rows) in new[] { (1, initial), (2, changed), (3, initial), (4, changed) })
        {
            LoadReport report = await customers.LoadAsync(ScdEvent.Snapshot(day), rows);
            report.Counts.Should().Be(expected.Apply(ScdEvent.Day(day), [.. rows.Select(row => row.ToSnapshot())]), "the snapshot is of day {0}", day);
            (await customers.ExpectNothingChangesAsync(ScdEvent.Snapshot(day), rows)).Counts.Unchanged.Should().Be(rows.Length);
        }

        ExpectSame(expected.Versions, await DrawAsync(customers.Warehouse, Customers));
    }

    [Theory]
    [InlineData(LateEvents.Split)]
    [InlineData(LateEvents.Reconcile)]
    public async Task Items_have_the_windows_that_their_source_wrote_down_in_whatever_order_they_come(LateEvents policy)
    {
        ItemRow[] items = [.. RealData.Read(Path.Combine(RealData.Folder("tpcds-sf001-slice"), "item.csv")).Select(ItemRow.Of)];
        string[] expected = [.. items.Select(item => $"{ScdDrawing.Text(item.Id)} | {ScdDrawing.Text(item.Price)} | {ScdDrawing.Text(item.Brand)} | {ScdDrawing.Text(item.Color)} | {ScdDrawing.Text(item.Since)} | {ScdDrawing.Text(item.Until)}")];
        await using var dimension = await ScdDimension.OpenAsync<ItemRow>(store, d => ItemRow.Define(d).LateEvents(policy), names => names with { Intervals = IntervalStyle.ClosedByDay });
        ItemRow[] shuffled = [.. items];
        new Random(7).Shuffle(shuffled);

        foreach (ItemRow[] batch in shuffled.Chunk(100))
            await dimension.LoadAsync(batch);

        ExpectSame(expected, await DrawAsync(dimension.Warehouse, ["i_item_id", "i_current_price", "i_brand", "i_color"], withNumber: false));
        await dimension.ExpectNothingChangesAsync(shuffled);
    }

    private static async Task<IEnumerable<string>> DrawAsync(IWarehouse warehouse, IReadOnlyList<string> columns, bool withNumber = true)
    {
        string values = string.Join(", ", columns.Select((name, index) => $"CAST({ScdInvariants.Quoted(name)} AS varchar(4000)) AS c{index}"));
        List<string> lines = [];
        foreach (IDictionary<string, object?> row in (await warehouse.QueryAsync<dynamic>($"SELECT {values}, CAST(valid_from AS TIMESTAMP) AS begins, CAST(valid_to AS TIMESTAMP) AS ends, version FROM business.dim_member WHERE member_key > 0")).Cast<IDictionary<string, object?>>().Select(row => new Dictionary<string, object?>(row, StringComparer.OrdinalIgnoreCase)))
        {
            string[] cells = [.. columns.Select((_, index) => ScdDrawing.Text((string?)row[$"c{index}"])), ScdDrawing.Text((DateTime?)row["begins"]), ScdDrawing.Text((DateTime?)row["ends"]), .. withNumber ? [Convert.ToString(row["version"], CultureInfo.InvariantCulture)!] : Array.Empty<string>()];
            lines.Add(string.Join(" | ", cells));
        }

        return lines;
    }

    // Every version, once; what stands on one side only is shown.
    private static void ExpectSame(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        string[] wanted = [.. expected.Order(StringComparer.Ordinal)];
        string[] found = [.. actual.Order(StringComparer.Ordinal)];
        if (!wanted.SequenceEqual(found))
            Assert.Fail($"{found.Length} versions for {wanted.Length}. Only expected:\n{string.Join("\n", wanted.Except(found).Take(20))}\nOnly found:\n{string.Join("\n", found.Except(wanted).Take(20))}");
        wanted.Should().NotBeEmpty();
    }
}

/// <summary>A company of the index. Its columns are called what the files call them.</summary>
public sealed record CompanyRow(string Symbol, int? Cik, string? Founded, string? Added, string? Security, string? Sector, string? Industry, string? Headquarters)
{
    internal static DimensionBuilder<CompanyRow> Define(DimensionBuilder<CompanyRow> dimension) => dimension
        .NaturalKey(row => row.Symbol)
        .Type0(row => row.Cik)
        .Type1(row => row.Founded, row => row.Added)
        .Type2(row => row.Security, row => row.Sector, row => row.Industry)
        .Type3(row => row.Headquarters)
        .Column(row => row.Symbol, name: "Symbol")
        .Column(row => row.Cik, name: "CIK")
        .Column(row => row.Founded, name: "Founded")
        .Column(row => row.Added, name: "Date added")
        .Column(row => row.Security, name: "Security")
        .Column(row => row.Sector, name: "GICS Sector")
        .Column(row => row.Industry, name: "GICS Sub-Industry")
        .Column(row => row.Headquarters, name: "Headquarters Location")
        .WhenAbsent(Absent.Expire);

    internal static CompanyRow Of(IReadOnlyDictionary<string, string?> row) => new(
        row["Symbol"]!,
        row["CIK"] is { } cik ? int.Parse(cik, CultureInfo.InvariantCulture) : null,
        row["Founded"],
        row["Date added"],
        row["Security"],
        row["GICS Sector"],
        row["GICS Sub-Industry"],
        row["Headquarters Location"]);

    internal SnapshotRow ToSnapshot() => new(Symbol, Cik?.ToString(CultureInfo.InvariantCulture), [Founded, Added], [Security, Sector, Industry], Headquarters);
}

/// <summary>A customer of the retail slice; any value but the key may be NULL, and the login always is.</summary>
public sealed record CustomerSlice(string Id, int? FirstSale, string? Login, string? Email, string? LastName, int? Address, int? Demographics, string? Country, string? Salutation)
{
    internal static DimensionBuilder<CustomerSlice> Define(DimensionBuilder<CustomerSlice> dimension) => dimension
        .NaturalKey(row => row.Id)
        .Type0(row => row.FirstSale)
        .Type1(row => row.Login, row => row.Email, row => row.LastName)
        .Type2(row => row.Address, row => row.Demographics, row => row.Country)
        .Type3(row => row.Salutation)
        .Column(row => row.Id, name: "c_customer_id")
        .Column(row => row.FirstSale, name: "c_first_sales_date_sk")
        .Column(row => row.Login, name: "c_login")
        .Column(row => row.Email, name: "c_email_address")
        .Column(row => row.LastName, name: "c_last_name")
        .Column(row => row.Address, name: "c_current_addr_sk")
        .Column(row => row.Demographics, name: "c_current_cdemo_sk")
        .Column(row => row.Country, name: "c_birth_country")
        .Column(row => row.Salutation, name: "c_salutation")
        .WhenAbsent(Absent.Expire);

    internal static CustomerSlice Of(IReadOnlyDictionary<string, string?> row) => new(
        row["c_customer_id"]!, Number(row["c_first_sales_date_sk"]), row["c_login"], row["c_email_address"], row["c_last_name"], Number(row["c_current_addr_sk"]), Number(row["c_current_cdemo_sk"]), row["c_birth_country"], row["c_salutation"]);

    /// <summary>
    /// The folder has one delivery only. The next is made from it: some leave, some get what their neighbour has, NULL or not, some lose a value
    /// or find one, and some differ in what never changes.
    /// </summary>
    internal static CustomerSlice[] Changed(CustomerSlice[] initial) =>
    [
        .. initial.Select((row, i) => (Row: row, Neighbour: initial[(i + 1) % initial.Length], Number: i)).Where(one => one.Number % 17 != 5).Select(one => one.Row with
        {
            FirstSale = one.Number % 5 == 0 ? one.Neighbour.FirstSale : one.Row.FirstSale,
            Login = one.Number % 19 == 0 ? one.Row.Email : one.Row.Login,
            LastName = one.Number % 11 == 0 ? one.Neighbour.LastName : one.Row.LastName,
            Demographics = one.Number % 7 == 0 ? one.Neighbour.Demographics : one.Row.Demographics,
            Country = one.Number % 13 == 0 ? null : one.Row.Country,
            Salutation = one.Number % 23 == 0 ? one.Row.Salutation is null ? string.Empty : null : one.Row.Salutation,
        }),
        .. initial.Where((_, i) => i % 100 == 0).Select(row => row with { Id = "NEW" + row.Id, Address = null }),
    ];

    internal SnapshotRow ToSnapshot()
        => new(Id, Text(FirstSale), [Login, Email, LastName], [Text(Address), Text(Demographics), Country], Salutation);

    private static int? Number(string? text) => text is null ? null : int.Parse(text, CultureInfo.InvariantCulture);

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}

/// <summary>A version of an item, with the window its source gave it.</summary>
public sealed record ItemRow(string Id, string? Price, string? Brand, string? Color, DateTime Since, DateTime? Until)
{
    internal static DimensionBuilder<ItemRow> Define(DimensionBuilder<ItemRow> dimension) => dimension
        .NaturalKey(row => row.Id)
        .Type2(row => row.Price, row => row.Brand, row => row.Color)
        .EffectiveFrom(row => row.Since)
        .Ignore(row => row.Until)
        .Column(row => row.Id, name: "i_item_id")
        .Column(row => row.Price, name: "i_current_price")
        .Column(row => row.Brand, name: "i_brand")
        .Column(row => row.Color, name: "i_color");

    internal static ItemRow Of(IReadOnlyDictionary<string, string?> row)
        => new(row["i_item_id"]!, row["i_current_price"], row["i_brand"], row["i_color"], Day(row["i_rec_start_date"])!.Value, Day(row["i_rec_end_date"]));

    private static DateTime? Day(string? text) => text is null ? null : DateTime.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture);
}
