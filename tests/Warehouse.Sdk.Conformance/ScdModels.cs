namespace Warehouse.Sdk.Conformance;

/// <summary>What a dimension of one stream holds after one load more.</summary>
internal interface IScdModel
{
    IReadOnlyList<string> Table { get; }

    IReadOnlyList<ScdModelVersion> Versions(int id);

    void Apply(IEnumerable<ScdRandomEvent> batch);

    /// <summary>A fact at this time named a member nobody knew.</summary>
    void Infer(int id, DateTime at);
}

internal static class ScdModels
{
    public static IScdModel Of(ScdRules rules) => rules.LateEvents == LateEvents.Reconcile ? new ScdRemembered(rules) : new ScdSplitModel(rules);

    /// <summary>
    /// A full snapshot: members that are there and not in it are gone at its time, and one that is gone and in it with an older time is back at
    /// its time.
    /// </summary>
    public static void Apply(this IScdModel model, IReadOnlyCollection<ScdRandomEvent> batch, BatchKind kind, DateTime asOf, IEnumerable<int> members)
    {
        if (kind == BatchKind.Delta)
        {
            model.Apply(batch);
            return;
        }

        HashSet<int> present = [.. batch.Select(e => e.Id)];
        ScdRandomEvent[] absences = [.. members.Where(id => !present.Contains(id) && model.Versions(id).Any(version => version is { IsOpen: true, IsInferred: false })).Select(id => ScdRandomEvent.Gone(id, asOf))];
        model.Apply([.. batch.Select(e => IsBack(model.Versions(e.Id), e.At) ? e with { At = asOf } : e), .. absences]);
    }

    private static bool IsBack(IReadOnlyList<ScdModelVersion> versions, DateTime at)
    {
        if (versions.Count == 0 || versions.Any(version => version.IsOpen))
            return false;
        ScdModelVersion last = versions[^1];
        return (last.IsDeleted ? last.From : last.To) >= at;
    }
}

/// <summary>A dimension that keeps its events: the reference of all that was ever told.</summary>
internal sealed class ScdRemembered(ScdRules rules) : IScdModel
{
    private readonly HashSet<ScdRandomEvent> _told = [];

    public IReadOnlyList<string> Table => ScdReferenceModel.Table(_told, rules);

    public IReadOnlyList<ScdModelVersion> Versions(int id) => ScdReferenceModel.History([.. _told.Where(e => e.Id == id)], rules).Versions;

    public void Apply(IEnumerable<ScdRandomEvent> batch) => _told.UnionWith(batch);

    public void Infer(int id, DateTime at) => _told.Add(ScdRandomEvent.Placeholder(id, at));
}
