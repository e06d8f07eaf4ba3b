using static Warehouse.Sdk.Conformance.ScdInvariants;

namespace Warehouse.Sdk.Conformance;

/// <summary>Opens dimensions on warehouses of their own.</summary>
public static class ScdDimension
{
    public static async Task<ScdDimension<TRow>> OpenAsync<TRow>(
        WarehouseTestStore store,
        Action<DimensionBuilder<TRow>> define,
        Func<ModelConventions, ModelConventions>? conventions = null,
        TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        Dimension<TRow>? dimension = null;
        var model = DimensionalModel.Create("members", builder =>
        {
            builder.Conventions(conventions ?? (names => names));
            dimension = builder.Dimension("dim_member", define);
        });
        return await ScdDimension<TRow>.BeginAsync(await store.OpenAsync(model, time), dimension!);
    }
}

/// <summary>A dimension under test. Every load through it is held against what holds for every dimension after every load.</summary>
/// <typeparam name="TRow">Its source row.</typeparam>
public sealed class ScdDimension<TRow> : IAsyncDisposable
{
    private string _defaultMembers = string.Empty;
    private Dictionary<long, (string Member, DateTime Beginning)> _versions = [];
    private long _greatestKey;

    private ScdDimension(IWarehouse warehouse, Dimension<TRow> dimension) => (Warehouse, Target) = (warehouse, dimension);

    public IWarehouse Warehouse { get; }

    public Dimension<TRow> Target { get; }

    internal static async Task<ScdDimension<TRow>> BeginAsync(IWarehouse warehouse, Dimension<TRow> dimension)
    {
        var opened = new ScdDimension<TRow>(warehouse, dimension);
        opened._defaultMembers = await opened.DrawDefaultMembersAsync();
        return opened;
    }

    public Task<LoadReport> LoadAsync(params TRow[] rows) => LoadAsync(Source.Rows(rows));

    public Task<LoadReport> LoadAsync(LoadOptions options, params TRow[] rows) => LoadAsync(Source.Rows(rows), options);

    public async Task<LoadReport> LoadAsync(LoadSource source, LoadOptions? options = null)
    {
        LoadReport report = await Warehouse.LoadAsync(Target, source, options);
        report.Counts.IsConserved.Should().BeTrue("every row read has one outcome, but the counts are {0}", report.Counts);
        await ExpectInvariantsAsync(report);
        return report;
    }

    /// <summary>Loads something that must change nothing: not a value, not a key, not even the load that last wrote a row.</summary>
    public async Task<LoadReport> ExpectNothingChangesAsync(params TRow[] rows) => await ExpectNothingChangesAsync(new LoadOptions(), rows);

    /// <inheritdoc cref="ExpectNothingChangesAsync(TRow[])"/>
    public async Task<LoadReport> ExpectNothingChangesAsync(LoadOptions options, params TRow[] rows)
    {
        string before = await DrawAsync();
        LoadReport report = await LoadAsync(options, rows);
        (await DrawAsync()).Should().Be(before);
        report.Outcome.Should().Be(LoadOutcome.NothingChanged);
        return report;
    }

    /// <summary>Loads something that must be refused as a whole, with nothing left behind.</summary>
    public Task<WarehouseLoadException> ExpectRefusalAsync(params TRow[] rows) => ExpectRefusalAsync(new LoadOptions(), rows);

    /// <inheritdoc cref="ExpectRefusalAsync(TRow[])"/>
    public async Task<WarehouseLoadException> ExpectRefusalAsync(LoadOptions options, params TRow[] rows)
    {
        string before = await DrawAsync() + await DrawLedgerAsync();
        WarehouseLoadException refusal = await Assert.ThrowsAsync<WarehouseLoadException>(() => Warehouse.LoadAsync(Target, rows, options));
        (await DrawAsync() + await DrawLedgerAsync()).Should().Be(before);
        return refusal;
    }

    /// <summary>Compares the drawn columns of all members, by natural key and version.</summary>
    public Task ExpectAsync(string drawn)
    {
        ArgumentNullException.ThrowIfNull(drawn);
        string header = drawn.Split('\n').Select(line => line.Trim()).First(line => line.Length > 0);
        string columns = string.Join(", ", header.Trim('|').Split('|').Select(cell => Quoted(cell.Trim())));
        string order = string.Join(", ", Target.NaturalKey.Select(column => Quoted(column.Name)).Append(Quoted(Target.Conventions.Version)));
        return Warehouse.ExpectAsync($"SELECT {columns} FROM {Table(Target)} WHERE {Quoted(Target.SurrogateKey)} > 0 ORDER BY {order}", drawn);
    }

    public Task ExpectRejectsAsync(string drawn)
    {
        ArgumentNullException.ThrowIfNull(drawn);
        string header = drawn.Split('\n').Select(line => line.Trim()).First(line => line.Length > 0);
        return Warehouse.ExpectAsync($"SELECT {header.Trim('|').Replace('|', ',')} FROM warehouse.reject ORDER BY load_id, line", drawn);
    }

    /// <summary>The whole table as text.</summary>
    public Task<string> DrawAsync() => Warehouse.DrawAsync($"SELECT * FROM {Table(Target)} ORDER BY {Quoted(Target.SurrogateKey)}");

    public ValueTask DisposeAsync() => Warehouse.DisposeAsync();

    private async Task ExpectInvariantsAsync(LoadReport report)
    {
        await Warehouse.ExpectAsync(Violations(Target), "violation | surrogate_key");
        VerifyReport verified = await Warehouse.VerifyAsync(Target);
        verified.IsSound.Should().BeTrue("the SDK's own verification agrees, but finds {0}", verified);
        (await DrawDefaultMembersAsync()).Should().Be(_defaultMembers, "no load touches default members");

        int vanished = await ExpectStableKeysAsync();

        long written = (await Warehouse.QueryAsync<long>($"SELECT count(*) FROM {Table(Target)} WHERE {Quoted(Target.Conventions.LoadId)} = {report.LoadId}"))[0];
        if (report.Outcome != LoadOutcome.AlreadyLoaded)
            (written + vanished > 0).Should().Be(report.Outcome == LoadOutcome.Loaded, "the outcome is {0}, the load wrote {1} rows and {2} vanished", report.Outcome, written, vanished);
    }

    private Task<string> DrawDefaultMembersAsync()
        => Warehouse.DrawAsync($"SELECT * FROM {Table(Target)} WHERE {Quoted(Target.SurrogateKey)} < 0 ORDER BY {Quoted(Target.SurrogateKey)}");

    private Task<string> DrawLedgerAsync()
        => Warehouse.DrawAsync("SELECT (SELECT count(*) FROM warehouse.load) AS loads, (SELECT count(*) FROM warehouse.reject) AS rejects, (SELECT max(value) FROM warehouse.watermark) AS watermark");

    // A late event may let a version begin earlier or vanish; a key stands for its member for good, and one that is gone never comes back.
    private async Task<int> ExpectStableKeysAsync()
    {
        Dictionary<long, (string Member, DateTime Beginning)> versions = await ReadVersionsAsync();
        foreach (var (surrogateKey, (member, beginning)) in _versions)
        {
            if (!versions.TryGetValue(surrogateKey, out var now))
            {
                Target.Definition.LateEvents.Should().NotBe(LateEvents.Reject, "where late events are rejected no version vanishes, and {0} did", surrogateKey);
                continue;
            }

            now.Member.Should().Be(member, "a surrogate key stands for one member for good");
            if (Target.Definition.LateEvents == LateEvents.Reject)
                now.Beginning.Should().Be(beginning, "where late events are rejected a version begins where it began");
            else
                now.Beginning.Should().BeOnOrBefore(beginning, "no version begins later than it did");
        }

        versions.Keys.Except(_versions.Keys).Where(surrogateKey => surrogateKey <= _greatestKey).Should().BeEmpty("keys are never given again");
        int vanished = _versions.Keys.Except(versions.Keys).Count();
        _greatestKey = versions.Keys.Append(_greatestKey).Max();
        _versions = versions;
        return vanished;
    }

    private async Task<Dictionary<long, (string Member, DateTime Beginning)>> ReadVersionsAsync()
    {
        string key = string.Join(" || ' ' || ", Target.NaturalKey.Select(column => $"coalesce(CAST({Quoted(column.Name)} AS varchar(1000)), 'NULL')"));
        var rows = await Warehouse.QueryAsync<(long SurrogateKey, string Member, DateTime Beginning)>(
            $"SELECT {Quoted(Target.SurrogateKey)}, {key}, CAST({Quoted(Target.Conventions.ValidFrom)} AS timestamp) FROM {Table(Target)} WHERE {Quoted(Target.SurrogateKey)} > 0");
        return rows.DistinctBy(row => row.SurrogateKey).ToDictionary(row => row.SurrogateKey, row => (row.Member, row.Beginning));
    }
}
