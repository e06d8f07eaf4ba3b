namespace Warehouse.Sdk.Conformance;

/// <summary>Loads many streams side by side, batch by batch, and compares each with its model after each batch.</summary>
internal sealed record ScdTrial(WarehouseTestStore Store)
{
    /// <summary>The dimension must say what all events say, whatever it remembers of them.</summary>
    public bool FollowsEvents { get; init; }

    /// <summary>At the end old batches come again, alone and together, and must change nothing.</summary>
    public bool RunsAgain { get; init; }

    public async Task<IReadOnlyList<Difference?>> RunAsync(ScdRules rules, IReadOnlyList<ScdStream> streams)
    {
        IScdModel[] models = [.. streams.Select(_ => FollowsEvents ? new ScdRemembered(rules) : ScdModels.Of(rules))];
        var differences = new Difference?[streams.Count];
        await using var members = await ScdDimension.OpenAsync<ScdRandomEvent>(Store, rules.Define, rules.Conventions);
        int batches = streams.Max(stream => stream.Batches.Count);
        for (int batch = 0; batch < batches; batch++)
        {
            LoadOptions options = Options(rules, batch);
            await members.LoadAsync(options, Rows(streams, batch));
            ILookup<int, string> tables = await ScdDrawing.ReadAsync(members.Warehouse, rules);
            for (int i = 0; i < streams.Count; i++)
            {
                if (batch < streams[i].Batches.Count)
                    models[i].Apply(streams[i].Batches[batch], options.Kind, options.AsOf?.UtcDateTime ?? default, streams[i].Members);
                if (!models[i].Table.SequenceEqual(tables[i]))
                    differences[i] ??= Compare($"after batch {batch}", models[i].Table, tables[i]);
            }
        }

        if (RunsAgain)
        {
            string before = await members.DrawAsync();
            foreach (ScdRandomEvent[] again in Enumerable.Range(0, batches).Reverse().Select(batch => Rows(streams, batch)).Append([.. Enumerable.Range(0, batches).SelectMany(batch => Rows(streams, batch))]))
            {
                LoadReport report = await members.LoadAsync(again);
                report.Outcome.Should().Be(LoadOutcome.NothingChanged, "all of it was loaded before");
                (await members.DrawAsync()).Should().Be(before);
            }
        }

        return differences;
    }

    public static Difference Compare(string when, IEnumerable<string> expected, IEnumerable<string> actual)
        => new($"{ScdDrawing.Table(ScdDrawing.Header, expected)}", $"{ScdDrawing.Table(ScdDrawing.Header, actual)}\n  ({when})");

    private static LoadOptions Options(ScdRules rules, int batch) => batch < rules.Schedule.Count
        ? ScdEvent.Snapshot(rules.Schedule[batch].Day) with { Kind = rules.Schedule[batch].Kind }
        : new LoadOptions();

    private static ScdRandomEvent[] Rows(IReadOnlyList<ScdStream> streams, int batch) => [.. streams.SelectMany((stream, number) => stream.Rows(batch, number))];
}
