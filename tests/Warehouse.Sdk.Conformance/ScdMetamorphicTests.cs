using CsCheck;
using Warehouse.Sdk.Providers;

namespace Warehouse.Sdk.Conformance;

/// <summary>
/// However the same events are delivered, a dimension that remembers them holds the same. What is compared is every version of every member with
/// all its attributes, its interval, its number, and whether it is current, deleted or inferred. Surrogate keys, <c>load_id</c> and <c>changed_at</c>
/// are not: keys are given in the order in which versions become known, and the other two tell of deliveries.
/// </summary>
public abstract class ScdMetamorphicTests<TStore>(TStore store) : IClassFixture<TStore>
    where TStore : WarehouseTestStore
{
    private const int Streams = 100;
    private static readonly TimeSpan ThreeYears = new(1001, 0, 0, 0);

    [Theory]
    [MemberData(nameof(ScdMixes.Remembering), MemberType = typeof(ScdMixes))]
    public Task Shuffled_events_say_the_same(string mix) => HoldAsync(mix, "shuffled", (stream, _) => ScdTransformation.Shuffled(stream));

    [Theory]
    [MemberData(nameof(ScdMixes.Remembering), MemberType = typeof(ScdMixes))]
    public Task Other_batches_say_the_same(string mix) => HoldAsync(mix, "cut into other batches", (stream, _) => ScdTransformation.Recut(stream));

    [Theory]
    [MemberData(nameof(ScdMixes.Remembering), MemberType = typeof(ScdMixes))]
    public Task Duplicate_deliveries_say_the_same(string mix) => HoldAsync(mix, "delivered again and again", (stream, _) => ScdTransformation.Doubled(stream));

    [Theory]
    [MemberData(nameof(ScdMixes.Remembering), MemberType = typeof(ScdMixes))]
    public Task Events_that_change_nothing_say_the_same(string mix) => HoldAsync(mix, "with idle events between them", ScdTransformation.WithIdleEvents);

    [Theory]
    [MemberData(nameof(ScdMixes.Remembering), MemberType = typeof(ScdMixes))]
    public Task Times_shifted_by_a_constant_say_the_same_at_shifted_times(string mix)
        => HoldAsync(mix, "shifted and shifted back", (stream, _) => ScdTransformation.Shifted(stream, ThreeYears), ThreeYears);

    [Theory]
    [MemberData(nameof(ScdMixes.Remembering), MemberType = typeof(ScdMixes))]
    public Task Reordered_columns_say_the_same(string mix)
        => HoldAsync(mix, "with its columns the other way round", (stream, _) => stream, reverses: true);

    [Theory]
    [MemberData(nameof(ScdMixes.Remembering), MemberType = typeof(ScdMixes))]
    public Task Old_loads_run_again_change_nothing_at_all(string mix)
    {
        ScdRules rules = ScdMixes.Remembered(mix);
        return Property(rules, "The same loads run again change not even a key or a load number.", streams => new ScdTrial(store) { RunsAgain = true }.RunAsync(rules, streams)).HoldAsync(ScdMixes.SeedOf(mix) + 5, Streams / 2);
    }

    [Theory]
    [MemberData(nameof(ScdMixes.Remembering), MemberType = typeof(ScdMixes))]
    public async Task A_load_that_dies_at_any_statement_leaves_what_was_and_finishes_when_run_again(string mix)
    {
        ScdRules rules = ScdMixes.Remembered(mix);
        ScdStream[] streams = [.. Enumerable.Range(0, 30).Select(number => ScdStreams.InAnyOrder(rules, atMost: 2).Generate(new PCG(ScdMixes.SeedOf(mix) + 6, (ulong)number), null, out _))];
        var (model, dimension) = Model(rules);
        var provider = new HookedProvider(store.OpenProvider(await store.CreateDatabaseAsync()));
        await using var warehouse = new WarehouseClient(provider, model);
        await warehouse.DeployAsync();
        await warehouse.LoadAsync(dimension, Rows(0));
        string before = await warehouse.OfAllAsync();

        int deaths = 0;
        for (bool dies = true; dies;)
        {
            int fatal = deaths + 1;
            provider.BeforeCall = call => _ = call == fatal ? throw new InjectedException() : 0;
            Exception? error = await Record.ExceptionAsync(() => warehouse.LoadAsync(dimension, Rows(1)));
            dies = provider.Calls >= fatal;
            provider.BeforeCall = null;
            if (!dies)
            {
                error.Should().BeNull();
                break;
            }

            error.Should().NotBeNull();
            deaths++;
            // Whole tables every now and then; in between it is enough that the load can be run again.
            if (deaths % 8 == 0)
                (await warehouse.OfAllAsync()).Should().Be(before, "the load died at its call {0}", fatal);
        }

        deaths.Should().BeGreaterThan(20);
        ILookup<int, string> tables = await ScdDrawing.ReadAsync(warehouse, rules);
        for (int i = 0; i < streams.Length; i++)
            ScdDrawing.Table(ScdDrawing.Header, tables[i]).Should().Be(ScdDrawing.Table(ScdDrawing.Header, ScdReferenceModel.Table(streams[i].Events, rules)));
        (await warehouse.VerifyAsync(dimension)).IsSound.Should().BeTrue();

        ScdRandomEvent[] Rows(int batch) => [.. streams.SelectMany((stream, number) => stream.Rows(batch, number))];
    }

    private static (DimensionalModel Model, Dimension<ScdRandomEvent> Dimension) Model(ScdRules rules)
    {
        Dimension<ScdRandomEvent> dimension = null!;
        var model = DimensionalModel.Create("members", builder =>
        {
            builder.Conventions(rules.Conventions);
            dimension = builder.Dimension<ScdRandomEvent>("dim_member", rules.Define);
        });
        return (model, dimension);
    }

    private Task HoldAsync(string mix, string how, Func<ScdStream, ScdRules, ScdStream> transform, TimeSpan shift = default, bool reverses = false)
    {
        ScdRules rules = ScdMixes.Remembered(mix);
        return Property(rules, $"A stream {how} says the same as all at once.", async streams =>
        {
            ILookup<int, string> expected = await TablesAsync(rules, [.. streams.Select(ScdTransformation.AtOnce)], TimeSpan.Zero, false);
            ILookup<int, string> actual = await TablesAsync(rules, [.. streams.Select(stream => transform(stream, rules))], shift, reverses);
            return [.. streams.Select((_, i) => expected[i].SequenceEqual(actual[i]) ? null : ScdTrial.Compare(how, expected[i], actual[i]))];
        }).HoldAsync(ScdMixes.SeedOf(mix + how), Streams);
    }

    private static SideBySide<ScdStream> Property(ScdRules rules, string claim, Func<IReadOnlyList<ScdStream>, Task<IReadOnlyList<Difference?>>> trial) => new()
    {
        Claim = $"Under {rules}: {claim}",
        Cases = ScdStreams.InAnyOrder(rules, atMost: 3),
        Try = trial,
        Simpler = stream => stream.Simpler(keepsBatches: false),
        Size = stream => stream.Size,
        Draw = stream => stream.Draw(),
    };

    private async Task<ILookup<int, string>> TablesAsync(ScdRules rules, IReadOnlyList<ScdStream> streams, TimeSpan shift, bool reverses)
    {
        if (reverses)
        {
            await using var reversed = await ScdDimension.OpenAsync<ScdReversedEvent>(store, rules.Define, rules.Conventions);
            return await LoadAsync(reversed, rows => [.. rows.Select(ScdReversedEvent.Of)]);
        }

        await using var members = await ScdDimension.OpenAsync<ScdRandomEvent>(store, rules.Define, rules.Conventions);
        return await LoadAsync(members, rows => rows);

        async Task<ILookup<int, string>> LoadAsync<TRow>(ScdDimension<TRow> dimension, Func<ScdRandomEvent[], TRow[]> shape)
        {
            for (int batch = 0; batch < streams.Max(stream => stream.Batches.Count); batch++)
                await dimension.LoadAsync(shape([.. streams.SelectMany((stream, number) => stream.Rows(batch, number))]));
            return await ScdDrawing.ReadAsync(dimension.Warehouse, rules, shift);
        }
    }
}
