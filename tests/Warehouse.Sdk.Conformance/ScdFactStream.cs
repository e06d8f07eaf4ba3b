using System.Globalization;
using CsCheck;

namespace Warehouse.Sdk.Conformance;

/// <summary>A fact about a member of a random stream.</summary>
public sealed record ScdRandomFact(int Stream, int Fact, int Id, DateTime At);

/// <summary>The events of a stream, and the facts that are loaded after each of its batches.</summary>
internal sealed record ScdFactStream(ScdStream Events, IReadOnlyList<ScdRandomFact[]> Facts)
{
    public int Size => Events.Size + (3 * Facts.Sum(batch => batch.Length));

    public static Gen<ScdFactStream> Of(ScdRules rules)
    {
        Gen<ScdRandomFact[]> batch = Gen.Select(Gen.Int[1, 3], Gen.Int[0, 80]).Array[0, 4].Select(facts => facts.Select(fact => new ScdRandomFact(0, 0, fact.Item1, ScdEvent.Day(0).AddHours(fact.Item2 * 12))).ToArray());
        return Gen.Select(ScdStreams.InAnyOrder(rules, atMost: 3), batch.Array[1, 3], (events, facts) => new ScdFactStream(events, Numbered(events, facts)));
    }

    public IEnumerable<ScdRandomFact> Rows(int batch, int stream) => batch < Facts.Count ? Facts[batch].Select(fact => fact with { Stream = stream }) : [];

    public IEnumerable<ScdFactStream> Simpler(ScdRules rules)
    {
        foreach (ScdStream events in Events.Simpler(keepsBatches: true).Where(simpler => ScdStreams.IsAnswerable(simpler, rules)))
            yield return this with { Events = events };
        foreach (ScdRandomFact gone in Facts.SelectMany(batch => batch))
            yield return this with { Facts = [.. Facts.Select(batch => batch.Where(fact => fact != gone).ToArray())] };
    }

    public string Draw() => $"{Events.Draw()}\n{ScdDrawing.Table("after batch | fact | member | at", Facts.SelectMany((batch, number) => batch.Select(fact => $"{number} | {fact.Fact} | {fact.Id} | {ScdDrawing.Text(fact.At)}")))}";

    // Members that never have an event of their own are part of it.
    private static ScdRandomFact[][] Numbered(ScdStream events, ScdRandomFact[][] facts)
    {
        int number = 0;
        return [.. facts.Select(batch => batch.Select(fact => fact with { Fact = ++number, Id = Math.Min(fact.Id, events.Members.Max() + 1) }).ToArray())];
    }
}

/// <summary>Loads streams and their facts side by side and holds every link against what the model says of the fact's own time.</summary>
internal sealed record ScdFactTrial(WarehouseTestStore Store)
{
    public async Task<IReadOnlyList<Difference?>> RunAsync(ScdRules rules, IReadOnlyList<ScdFactStream> streams)
    {
        Dimension<ScdRandomEvent> dimension = null!;
        Fact<ScdRandomFact> fact = null!;
        var model = DimensionalModel.Create("members", builder =>
        {
            builder.Conventions(rules.Conventions);
            dimension = builder.Dimension<ScdRandomEvent>("dim_member", rules.Define);
            fact = builder.Fact<ScdRandomFact>("fact_random", f => f
                .Grain("one fact of a stream", row => row.Stream, row => row.Fact)
                .Dimension(dimension, row => new { row.Stream, row.Id }, asOf: row => row.At, whenUnknown: UnknownMember.InferMember));
        });
        IScdModel[] models = [.. streams.Select(_ => ScdModels.Of(rules))];
        var differences = new Difference?[streams.Count];
        await using var members = await ScdDimension<ScdRandomEvent>.BeginAsync(await Store.OpenAsync(model), dimension);
        int batches = streams.Max(stream => Math.Max(stream.Events.Batches.Count, stream.Facts.Count));
        for (int batch = 0; batch < batches; batch++)
        {
            await members.LoadAsync([.. streams.SelectMany((stream, number) => stream.Events.Rows(batch, number))]);
            for (int i = 0; i < streams.Count; i++)
                models[i].Apply(streams[i].Events.Rows(batch, 0));
            await CompareAsync($"the events of batch {batch}", batch - 1);
            ScdRandomFact[] facts = [.. streams.SelectMany((stream, number) => stream.Rows(batch, number))];
            await members.Warehouse.LoadAsync(fact, facts);
            for (int i = 0; i < streams.Count; i++)
                Infer(rules, models[i], streams[i].Rows(batch, 0));
            await CompareAsync($"the facts of batch {batch}", batch);
        }

        if (differences.Any(difference => difference is not null))
            return differences;
        VerifyReport verified = await members.Warehouse.VerifyAsync();
        verified.IsSound.Should().BeTrue("the SDK's own verification agrees, but finds {0}", verified);
        return differences;

        async Task CompareAsync(string what, int factsUntil)
        {
            ILookup<int, string> versions = await ScdDrawing.ReadAsync(members.Warehouse, rules);
            ILookup<int, string> links = await ReadLinksAsync(members.Warehouse);
            for (int i = 0; i < streams.Count; i++)
            {
                string[] expected = [.. streams[i].Facts.Take(factsUntil + 1).SelectMany(facts => facts).OrderBy(row => row.Fact).Select(row => Link(row, ScdReferenceModel.Met(models[i].Versions(row.Id), row.At)))];
                if (!models[i].Table.SequenceEqual(versions[i]) || !expected.SequenceEqual(links[i]))
                    differences[i] ??= new Difference(Draw(models[i].Table, expected), $"{Draw(versions[i], links[i])}\n  (after {what})");
            }
        }
    }

    private static void Infer(ScdRules rules, IScdModel model, IEnumerable<ScdRandomFact> facts)
    {
        foreach (var ofMember in facts.GroupBy(fact => fact.Id).Where(group => model.Versions(group.Key).Count == 0))
        {
            DateTime first = rules.Instant(ofMember.Min(fact => fact.At));
            model.Infer(ofMember.Key, rules.BeginsEarly && ScdRules.Beginning < first ? ScdRules.Beginning : first);
        }
    }

    private static async Task<ILookup<int, string>> ReadLinksAsync(IWarehouse warehouse)
    {
        var rows = await warehouse.QueryAsync<(int Stream, int Fact, int? Id, int? Version)>("""
            SELECT fact.stream, fact.fact, met.id, CAST(met.version AS INTEGER) AS version
            FROM business.fact_random AS fact
            LEFT JOIN business.dim_member AS met ON met.member_key = fact.member_key
            ORDER BY fact.stream, fact.fact
            """);
        return rows.ToLookup(row => row.Stream, row => string.Create(CultureInfo.InvariantCulture, $"{row.Fact} | {row.Id} | {row.Version}"));
    }

    private static string Link(ScdRandomFact fact, int? version) => string.Create(CultureInfo.InvariantCulture, $"{fact.Fact} | {fact.Id} | {version}");

    private static string Draw(IEnumerable<string> versions, IEnumerable<string> links)
        => $"{ScdDrawing.Table(ScdDrawing.Header, versions)}\n{ScdDrawing.Table("fact | member | meets version", links)}";
}
